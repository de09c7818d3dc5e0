import KubernetesAPI
import Metrics
import Platform
import TLS
import Testing

@testable import WebhookServer

@Suite struct CertificateReloaderTests {
    /// A certificate for the first two days of 2027, and one that begins and ends a day later.
    private static let contexts = Result {
        [
            try OpenSSLTool.makeContext(validFrom: start, to: start + 2 * day),
            try OpenSSLTool.makeContext(validFrom: start + day, to: start + 3 * day),
        ]
    }
    private static let day: Int64 = 86_400
    private static let start: Int64 = 1_798_761_600

    private let log = RecordingLog()
    private let metrics = WebhookMetrics()
    private let inForce: CertificateInForce
    private let reloader: CertificateReloader
    private let clock = Clock()
    private let contexts: [TLSContext]

    init() throws {
        contexts = try Self.contexts.get()
        inForce = CertificateInForce(contexts[0], sha256: "0")
        let clock = clock
        clock.seconds = Self.start + Self.day / 2
        reloader = CertificateReloader(inForce, metrics: metrics.reloads, logger: log.logger) { UnixTime(seconds: clock.seconds) }
    }

    private func take(_ index: Int, isRetry: Bool = false) -> FileWatcher.Outcome {
        reloader.take(.success(LoadedCertificate(tls: contexts[index], sha256: "\(index)")), isRetry: isRetry)
    }

    private var servedIndex: Int? { contexts.firstIndex { $0 === inForce.tls } }

    @Test func `A certificate that is valid is served`() {
        clock.seconds = Self.start + Self.day
        #expect(take(1) == .done)
        #expect(servedIndex == 1)
        #expect(log.takeLines() == ["info: certificate reloaded: localhost; valid until 2027-01-04T00:00:00.000Z"])
        #expect(inForce.origin.sha256 == "1")
    }

    @Test func `A certificate that can't be served is tried once more before it is rejected`() {
        let refusal = Result<LoadedCertificate, RejectedFiles>.failure(RejectedFiles("the key is another's", sha256: "x"))
        #expect(reloader.take(refusal, isRetry: false) == .retry)
        #expect(log.takeLines().isEmpty)
        #expect(reloader.take(refusal, isRetry: true) == .done)
        #expect(
            log.takeLines() == [
                "error: new certificate rejected; still using the one loaded at 1970-01-01T00:00:00.000Z:", "error: the key is another's",
            ]
        )
        #expect(servedIndex == 0)
        #expect(take(0) == .done)
        #expect(log.takeLines() == ["info: certificate: the files match the one in force again; SHA-256 0"])
    }

    @Test func `A certificate that is not valid yet is served once it is valid`() {
        #expect(take(1) == .done)
        reloader.checkCertificate()
        #expect(servedIndex == 0)
        #expect(
            inForce.origin.rejection?.files.lines
                == ["the certificate in the files is not valid before 2027-01-02T00:00:00.000Z; it is served from then on"]
        )
        clock.seconds = Self.start + Self.day
        reloader.checkCertificate()
        #expect(servedIndex == 1)
        #expect(inForce.origin.rejection == nil)
    }

    @Test func `A waiting certificate is forgotten when the files change again`() {
        #expect(take(1) == .done)
        #expect(take(0) == .done)
        clock.seconds = Self.start + Self.day
        reloader.checkCertificate()
        #expect(servedIndex == 0)
    }

    @Test func `An expired certificate does not replace a valid one`() {
        clock.seconds = Self.start + Self.day
        #expect(take(1) == .done)
        clock.seconds = Self.start + 2 * Self.day + 1
        #expect(take(0) == .done)
        #expect(servedIndex == 1)
        reloader.checkCertificate()
        #expect(servedIndex == 1)
        // Where neither is valid, the files win.
        clock.seconds = Self.start + 4 * Self.day
        #expect(take(0) == .done)
        #expect(servedIndex == 0)
    }

    @Test func `A certificate that expires is reported once a day`() {
        clock.seconds = Self.start
        for second in stride(from: 0, through: 3 * Self.day, by: 3_600) {
            clock.seconds = Self.start + second
            reloader.checkCertificate()
        }
        let fix = "renew it and put it into the Secret; Podscore loads it without a restart"
        #expect(
            log.takeLines() == [
                "warning: the serving certificate expires in 2 days; \(fix)",
                "warning: the serving certificate expires in 24 hours; \(fix)",
                "warning: the serving certificate expires in less than an hour; \(fix)",
                "error: the serving certificate expired 1 hour ago; every call fails; \(fix)",
            ]
        )
    }

    @Test func `An intermediate that expires before the certificate is reported`() throws {
        var reminder = CertificateReminder()
        let end = Self.start + 2 * Self.day
        let facts = try OpenSSLTool.makeContext(
            validFrom: Self.start - 90 * Self.day,
            to: Self.start + 200 * Self.day,
            intermediateTo: end
        ).certificate
        #expect(reminder.problem(of: facts, at: UnixTime(seconds: end - 31 * Self.day)) == nil)
        let problem = reminder.problem(of: facts, at: UnixTime(seconds: end - 30 * Self.day))
        #expect(problem == .intermediateExpiresSoon(in: 30 * Self.day))
    }

    @Test func `The first expiry of the served chain is a metric and is shown by readiness`() async throws {
        let tls = try OpenSSLTool.makeContext(validFrom: Self.start, to: Self.start + 365 * Self.day, intermediateTo: Self.start + Self.day)
        let server = try await serve(tls, at: Self.start + 2 * Self.day)
        let client = try await TestClient.connect(to: try #require(server.operationsPort))
        try await client.send("GET /readyz?verbose HTTP/1.1\r\nHost: a\r\n\r\n")
        let ready = try await client.response()
        #expect(ready.status == 200)
        #expect(ready.body.contains("363 days left; an intermediate is valid until 2027-01-02T00:00:00.000Z; in force"), "\(ready.body)")
        try await client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        let metrics = try await client.response()
        #expect(metrics.body.contains("\npodscore_certificate_expiry_timestamp_seconds \(Self.start + Self.day)\n"))
        await client.close()
        await server.drain()
    }

    private func serve(_ tls: TLSContext, at seconds: Int64) async throws -> WebhookServer {
        return try await WebhookServer.start(
            TestServer.configuration(),
            handler: EchoHandler(),
            certificate: CertificateInForce(tls),
            metrics: metrics,
            wallClock: { UnixTime(seconds: seconds) }
        )
    }

    @Test(arguments: [(0, 200, "364 days left"), (365, 503, "not now")] as [(Int64, Int, String)])
    func `The server is ready while its certificate is valid`(day: Int64, status: Int, says: String) async throws {
        let tls = try OpenSSLTool.makeContext(validFrom: Self.start, to: Self.start + 365 * Self.day - 1)
        let server = try await serve(tls, at: Self.start + day * Self.day)
        let client = try await TestClient.connect(to: try #require(server.operationsPort))
        try await client.send("GET /readyz?verbose HTTP/1.1\r\nHost: a\r\n\r\n")
        let response = try await client.response()
        #expect(response.status == status)
        #expect(response.body.contains(says + "; in force since"), "\(response.body)")
        await client.close()
        await server.drain()
    }
}
