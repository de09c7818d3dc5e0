import AdmissionPolicy
import Foundation
import KubernetesAPI
import Metrics
import Platform
import PolicySources
import Synchronization
import TLS
import Testing

@testable import WebhookServer

@Suite struct PolicyReloaderTests {
    private let log = RecordingLog()
    private let metrics = WebhookMetrics()
    private let inForce = TestServer.inForce()
    private let reloader: PolicyReloader
    private let clock = Clock()

    init() {
        let clock = clock
        reloader = PolicyReloader(inForce, metrics: metrics, logger: log.logger) { UnixTime(seconds: clock.seconds) }
    }

    private func policies(_ name: String, warnings: [String] = []) -> Result<LoadedPolicies, RejectedFiles> {
        .success(
            LoadedPolicies(
                policies: TestServer.policies([name]),
                files: [PolicyFile(path: "p.yaml", sha256: name)],
                sha256: name,
                warnings: warnings
            )
        )
    }

    private func refused(_ lines: String..., sha256: String) -> Result<LoadedPolicies, RejectedFiles> {
        .failure(RejectedFiles(lines.map { RejectedFiles.Problem($0) }, sha256: sha256))
    }

    private func counts(_ subject: String = "policy") -> [String] {
        String(decoding: metrics.text(.init()), as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("podscore_reload") && $0.contains("subject=\"\(subject)\"") }
            .map { String($0).replacing("podscore_reload", with: "").replacing("subject=\"\(subject)\"", with: "") }
    }

    private var names: [String] { inForce.snapshot.policies.policies.map(\.name) }

    @Test func `Policies are put in force whole, with their origin`() {
        clock.seconds = 7
        reloader.take(policies("a", warnings: ["p.yaml:1:1: warning: w"]))
        #expect(names == ["a"])
        let report = inForce.reported.report
        #expect(report.origin == Origin(since: UnixTime(seconds: 7), sha256: "a"))
        #expect(report.files == [PolicyFile(path: "p.yaml", sha256: "a")])
        #expect(log.takeLines() == ["warning: p.yaml:1:1: warning: w", "info: policy reloaded: a; SHA-256 a"])
        #expect(
            counts() == [
                #"s_total{,result="success"} 1"#, #"s_total{,result="failure"} 0"#, "_last_successful{} 1",
                "_last_success_timestamp_seconds{} 7",
            ]
        )
    }

    @Test func `Namespaces that reloaded policies name get labels and records, whatever was requested before`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "records-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = try PrivateDirectory(at: folder)
        var limits = RequestRecorder.Limits()
        limits.fileLimit = 4
        let recorder = try RequestRecorder(to: directory, limits: limits, policies: TestServer.policies([]), logger: log.logger)
        let reloader = PolicyReloader(inForce, metrics: metrics, recorder: recorder, logger: log.logger)
        func ask(_ namespace: String) {
            metrics.record(DecisionSample(policy: "p", namespace: namespace, operation: .create, outcome: .allow, seconds: 0))
            var request = AdmissionRequest()
            request.kind.kind = "Pod"
            request.namespace = namespace
            let review = AdmissionReview(version: .v1, request: request)
            recorder.offer(review, decided: .allow, bodyByteCount: 1, at: UnixTime(seconds: 1_000))
        }
        for index in 0..<300 { ask("n\(index)") }
        try await Eventually.holds { recorder.writtenRecordCount + recorder.droppedRecordCount == 300 }
        let policies = TestServer.policies([], naming: [("p", "payments")])
        reloader.take(.success(LoadedPolicies(policies: policies, files: [], sha256: "a", warnings: [])))
        ask("payments")
        for index in 300..<400 { ask("n\(index)") }
        await recorder.close(waitingUpTo: .seconds(60))
        #expect(String(decoding: metrics.text(.init()), as: UTF8.self).contains(#"{policy="p",namespace="payments","#))
        #expect(try directory.files().filter { $0.name.hasPrefix("payments_") }.count == 1)
        #expect(try directory.files().count == 4)
    }

    @Test func `Rejected files leave the policies in force, and are reported once`() {
        clock.seconds = 7
        reloader.take(policies("a"))
        _ = log.takeLines()
        clock.seconds = 9
        for _ in 0..<3 { reloader.take(refused("p.yaml:3:5: wrong", "p.yaml:4:5: wrong, too", sha256: "b")) }
        #expect(names == ["a"])
        let origin = inForce.origin
        #expect(origin.since == UnixTime(seconds: 7) && origin.sha256 == "a")
        #expect(origin.rejection?.time == UnixTime(seconds: 9))
        #expect(origin.rejection?.files.summary == "p.yaml:3:5: wrong (and 1 more in the log)")
        #expect(
            log.takeLines() == [
                "error: new policy rejected; still using the one loaded at 1970-01-01T00:00:07.000Z:", "error: p.yaml:3:5: wrong",
                "error: p.yaml:4:5: wrong, too",
            ]
        )
        #expect(
            counts() == [
                #"s_total{,result="success"} 1"#, #"s_total{,result="failure"} 1"#, "_last_successful{} 0",
                "_last_success_timestamp_seconds{} 7",
            ]
        )
        // The same error in another content is another refusal.
        reloader.take(refused("p.yaml:3:5: wrong", "p.yaml:4:5: wrong, too", sha256: "c"))
        #expect(log.takeLines().count == 3)
        #expect(counts()[1] == #"s_total{,result="failure"} 2"#)
    }

    @Test func `Files that match the policies in force again end a rejection`() {
        reloader.take(policies("a"))
        reloader.take(refused("wrong", sha256: "b"))
        _ = log.takeLines()
        clock.seconds = 20
        for _ in 0..<3 { reloader.take(policies("a")) }
        #expect(inForce.origin == Origin(since: UnixTime(seconds: 0), sha256: "a"))
        #expect(log.takeLines() == ["info: policy: the files match the one in force again; SHA-256 a"])
        #expect(counts()[0] == #"s_total{,result="success"} 2"#)
    }

    @Test func `A file that is not read is reported although no policy changes`() {
        reloader.take(policies("a"))
        _ = log.takeLines()
        reloader.take(policies("a", warnings: ["README: not read"]))
        #expect(log.takeLines() == ["warning: README: not read", "info: policy reloaded: a; SHA-256 a"])
        #expect(inForce.reported.report.warnings == ["README: not read"])
    }

    @Test func `Warnings about the policies in force are repeated every day`() {
        reloader.take(policies("a"))
        _ = log.takeLines()
        var readings = 0
        let remind = { (seconds: Int64, name: String) in
            clock.seconds = seconds
            reloader.remindDaily {
                readings += 1
                return policies(name, warnings: ["waiver w ends on day \(seconds / 86_400)"])
            }
            return log.takeLines()
        }
        #expect(remind(86_399, "a").isEmpty && readings == 0)
        #expect(remind(86_400, "a") == ["warning: waiver w ends on day 1"])
        #expect(inForce.reported.report.warnings == ["waiver w ends on day 1"])
        #expect(remind(2 * 86_400 - 1, "a").isEmpty && readings == 1)
        #expect(remind(2 * 86_400, "b").isEmpty && readings == 2)
        #expect(remind(3 * 86_400, "a") == ["warning: waiver w ends on day 3"])
        #expect(names == ["a"])
        #expect(counts()[0] == #"s_total{,result="success"} 1"#)
    }

    @Test func `Only the first of many errors are logged`() {
        reloader.take(.failure(RejectedFiles((0..<80).map { RejectedFiles.Problem("\($0)") })))
        let lines = log.takeLines()
        #expect(lines.count == 52 && lines.last == "error: and 30 more")
    }

    @Test func `Readiness names the first twenty policies`() async throws {
        let many = LoadedPolicies(policies: TestServer.policies((1...25).map { "p\($0)" }), files: [], sha256: "b", warnings: [])
        reloader.take(.success(many))
        let server = try await WebhookServer.start(
            TestServer.configuration(),
            handler: EchoHandler(),
            policies: inForce,
            metrics: metrics
        )
        let client = try await TestClient.connect(to: try #require(server.operationsPort))
        try await client.send("GET /readyz?verbose HTTP/1.1\r\nHost: a\r\n\r\n")
        let body = try await client.response().body
        #expect(body.contains("[+]policy ok: p1, p2, "), "\(body)")
        #expect(body.contains(", p20 and 5 more on /policy; in force since"), "\(body)")
        await client.close()
        await server.drain()
    }

    @Test func `A rejected policy is shown and does not make the server unready`() async throws {
        reloader.take(refused("p.yaml:3:5: wrong", sha256: "b"))
        let handler = EchoHandler()
        let server = try await WebhookServer.start(
            TestServer.configuration(),
            handler: handler,
            policies: inForce,
            metrics: metrics
        )
        let client = try await TestClient.connect(to: try #require(server.operationsPort))
        try await client.send("GET /readyz?verbose HTTP/1.1\r\nHost: a\r\n\r\n")
        let readiness = try await client.response()
        #expect(readiness.status == 200)
        let text =
            "in force since 1970-01-01T00:00:00.000Z; files rejected at 1970-01-01T00:00:00.000Z: p.yaml:3:5: wrong\n"
        #expect(readiness.body.contains("[+]policy ok: the built-in default; \(text)"), "\(readiness.body)")
        try await client.send("GET /policy HTTP/1.1\r\nHost: a\r\n\r\n")
        let page = try await client.response().body
        #expect(page.contains(#""refused":{"at":"1970-01-01T00:00:00.000Z","errors":["p.yaml:3:5: wrong"]}"#), "\(page)")
        await client.close()
        await server.drain()
    }
}

/// A clock that tests set.
final class Clock: Sendable {
    private let now = Mutex<Int64>(0)

    var seconds: Int64 {
        get { now.withLock { $0 } }
        set { now.withLock { $0 = newValue } }
    }
}
