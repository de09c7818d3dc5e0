import Logging
import Metrics
import NIOCore
import TLS
import Testing

@testable import WebhookServer

@Suite struct HandshakeFailuresTests {
    private let log = RecordingLog()
    private let failures: HandshakeFailures
    private let start = NIODeadline.uptimeNanoseconds(0)

    init() {
        failures = HandshakeFailures(logger: log.logger)
    }

    private func fail(_ error: TLSError, from peer: String = "10.0.0.7", after seconds: Int64 = 0) {
        failures.record(error, from: PeerAddress(peer), at: start + .seconds(seconds))
    }

    private func counts() -> [String] {
        failures.samples.filter { $0.count > 0 }.map { "\($0.reason) \($0.count)" }
    }

    @Test func `A failed handshake is logged with the client's address`() {
        fail(.handshakeTooLong(byteLimit: 65_536))
        #expect(
            log.takeLines() == ["warning: TLS handshake failed: too long, or not complete after 65536 bytes (client 10.0.0.7)"]
        )
    }

    @Test func `A kind is logged once in ten seconds, with the number of failures since`() {
        for second in 0..<25 { fail(.handshakeTooLong(byteLimit: 1), after: Int64(second)) }
        let lines = log.takeLines()
        #expect(lines.count == 3)
        #expect(lines.first?.contains("since") == false)
        #expect(lines.dropFirst().allSatisfy { $0.hasSuffix("; 10 such failures since the last message") }, "\(lines)")
        #expect(counts() == ["too_long 25"])
    }

    @Test func `One kind does not silence another`() {
        fail(.handshakeTooLong(byteLimit: 1))
        fail(.clientCertificateRejected(.missing))
        #expect(log.takeLines().count == 2)
        #expect(counts() == ["client_certificate 1", "too_long 1"])
    }

    @Test func `Clients that go away are counted, and logged at level debug only`() {
        fail(.closedDuringHandshake(by: .client))
        #expect(log.takeLines().isEmpty)
        #expect(counts() == ["closed 1"])
        var logger = log.logger
        logger.logLevel = .debug
        let failures = HandshakeFailures(logger: logger)
        for _ in 0..<2 { failures.record(.closedDuringHandshake(by: .client), from: PeerAddress("10.0.0.7"), at: start) }
        let lines = log.takeLines()
        #expect(lines.count == 1 && lines.first?.hasPrefix("debug: ") == true && lines.first?.contains("10.0.0.7") == true, "\(lines)")
    }

    @Test func `Names in a certificate are cut, and their hidden characters are visible`() {
        let long = String(repeating: "a", count: 200)
        fail(.clientCertificateRejected(.init(reason: "r", names: ["a\nb\u{1B}[0m", long])))
        let line = log.takeLines().first ?? ""
        #expect(line.contains(#"; names in the certificate: a\u{A}b\u{1B}[0m, aaaa"#), "\(line)")
        #expect(line.hasSuffix(String(repeating: "a", count: 128) + "…"), "\(line)")
        #expect(!line.contains(String(repeating: "a", count: 129)))
    }

    @Test func `A client's plain HTTP is counted as a failed handshake`() async throws {
        let server = try await WebhookServer.start(
            TestServer.configuration(),
            handler: EchoHandler(),
            certificate: CertificateInForce(try OpenSSLTool.context.get()),
            metrics: .init(),
            logger: log.logger
        )
        let client = try await TestClient.connect(to: server.port)
        client.sendWithoutWaiting("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await client.next() == nil)
        let line = log.takeLines().first ?? ""
        #expect(line == "warning: TLS handshake failed: http request (client 127.0.0.1)")
        let operations = try await TestClient.connect(to: try #require(server.operationsPort))
        try await operations.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        let page = try await operations.response().body
        #expect(page.contains("\npodscore_tls_handshake_failures_total{reason=\"protocol\"} 1\n"))
        await operations.close()
        await server.drain()
    }
}
