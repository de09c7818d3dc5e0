import AdmissionPolicy
import Foundation
import Metrics
import Platform
import PodScoring
import PolicySources
import Testing

@testable import WebhookServer

@Suite struct ReviewTests {
    @Test func `A recorded review is decided by the policy of its namespace, or by the one in the path`() async throws {
        try await run { server, _ in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestServer.post("/validate", Self.review()))
            let denial = try await client.response()
            #expect(denial.status == 200)
            #expect(denial.body.contains(#""uid":"1","allowed":false"#), "\(denial.body)")
            #expect(denial.body.contains("policy strict"))
            try await client.send(TestServer.post("/validate/lenient?timeout=10s", Self.review()))
            #expect(try await client.response().body.contains(#""allowed":true"#))
            try await client.send(TestServer.post("/validate", Self.review(namespace: "elsewhere")))
            #expect(try await client.response().body.contains(#""allowed":true"#))
            try await client.send(TestServer.post("/validate/none", Self.review()))
            #expect(try await client.response().status == 404)
            try await client.send(TestServer.post("/validate", Self.review(version: "v1beta1")))
            #expect(try await client.response().body.contains(#""apiVersion":"admission.k8s.io/v1beta1""#))
            await client.close()
        }
    }

    @Test(arguments: [
        (#"{"a":"#, #""byteOffset":5"#, ""), ("{}", #""error":"missing field \"kind\"""#, ""),
        (
            #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":7}}"#,
            #""error":"expected string, found number""#,
            #""path":"request.uid""#
        ), ("", "", ""), (String(repeating: "[", count: 100_000), "", ""),
    ])
    func `A body that is not a review gets 400 with reason and path`(body: String, error: String, path: String) async throws {
        try await run { server, _ in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestServer.post("/validate", body))
            let response = try await client.response()
            #expect(response.status == 400)
            for text in [#""byteOffset":"#, error, path] where !text.isEmpty { #expect(response.body.contains(text), "\(response.body)") }
            try await client.send(TestServer.post("/validate", Self.review()))
            #expect(try await client.response().status == 200)
            await client.close()
        }
    }

    @Test(arguments: [
        (EnforcementMode.audit, "strict", "audit", #""wouldDeny":true,"#, true), (.warn, "strict", "warn", #""wouldDeny":true,"#, true),
        (.enforce, "recorded", "audit", "", false), (.audit, "recorded", "audit", "", false),
    ])
    func `A mode that does not deny shows would-be denials in annotations, log and metrics`(
        mode: EnforcementMode,
        policy: String,
        decision: String,
        member: String,
        wouldDeny: Bool
    ) async throws {
        let log = FileManager.default.temporaryDirectory.appending(path: "podscore-\(UUID()).log").path
        defer { try? FileManager.default.removeItem(atPath: log) }
        try await run(mode: mode, logPath: log) { server, _ in
            let client = try await TestClient.connect(to: server.port)
            for dryRun in ["true", "false"] {
                try await client.send(TestServer.post("/validate/\(policy)", Self.review(dryRun: dryRun)))
                let body = try await client.response().body
                #expect(body.contains(#""allowed":true"#))
                #expect(body.contains(#""violations":"minimumScore""#))
                #expect(body.contains(#""would-deny":"true""#) == wouldDeny)
                #expect(body.contains("warnings") == (decision == "warn"))
            }
            await client.close()
            let operations = try await TestClient.connect(to: #require(server.operationsPort))
            try await operations.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            let metrics = try await operations.response().body.split(separator: "\n")
            let labels = #"policy="\#(policy)",namespace="payments",operation="CREATE""#
            #expect(
                metrics.contains {
                    $0.hasPrefix("podscore_admission_decisions_total{\(labels)") && $0.hasSuffix(#"outcome="\#(decision)"} 1"#)
                }
            )
            #expect(metrics.contains { $0.hasPrefix("podscore_admission_would_deny_total{\(labels)") && $0.hasSuffix(" 1") } == wouldDeny)
            await operations.close()
        }
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(
            lines.allSatisfy {
                $0.contains(#""decision":"\#(decision)","score":0,"minimumScore":9,"violations":["minimumScore"],"# + member)
            }
        )
        #expect(lines.map { $0.contains(#""dryRun":true"#) } == [true, false])
    }

    @Test func `A request keeps the policies with which it began`() async throws {
        try await run { server, inForce in
            let client = try await TestClient.connect(to: server.port)
            let request = TestServer.post("/validate", Self.review())
            try await client.send(String(request.dropLast(9)))
            try await Eventually.holds { server.load.bufferedBytes > 0 }
            let others = LoadedPolicies(policies: Self.policies(strictMinimum: nil), files: [], sha256: "", warnings: [])
            inForce.replace(with: others, at: UnixTime(seconds: 0))
            try await client.send(String(request.suffix(9)))
            #expect(try await client.response().body.contains(#""allowed":false"#))
            try await client.send(request)
            #expect(try await client.response().body.contains(#""allowed":true"#))
            await client.close()
        }
    }

    @Test func `Each decision is logged and counted`() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("decisions-\(UUID().uuidString)").path
        defer { unsafe unlink(path) }
        try await run(logPath: path) { server, _ in
            let client = try await TestClient.connect(to: server.port)
            let operations = try await TestClient.connect(to: try #require(server.operationsPort))
            try await client.send(TestServer.post("/validate", Self.review()) + TestServer.post("/validate", "{}"))
            for _ in 0..<2 { _ = try await client.response() }
            try await operations.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            let page = try await operations.response().body
            #expect(page.contains(#"podscore_admission_dry_run_decisions_total{policy="strict",outcome="deny"} 1"#))
            #expect(page.contains(#"podscore_http_responses_total{code="400"} 1"#))
            await client.close()
            await operations.close()
        }
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let line = text.replacing(/"durationMicroseconds":\d+/, with: #""durationMicroseconds":N"#)
        #expect(
            line == """
                {"time":"2027-03-31T08:15:30.042Z","uid":"1","operation":"CREATE","kind":"Pod","namespace":"payments","name":"web",\
                "user":"ann","policy":"strict","ruleset":"test/v1","decision":"deny","score":0,"minimumScore":9,\
                "violations":["minimumScore"],"dryRun":true,"durationMicroseconds":N}

                """
        )
    }

    private func run(
        mode: EnforcementMode = .enforce,
        logPath: String = "/dev/null",
        _ body: (WebhookServer, PoliciesInForce) async throws -> Void
    ) async throws {
        let inForce = PoliciesInForce(Self.policies(strictMinimum: 9), mode: mode)
        let server = try await WebhookServer.start(
            TestServer.configuration(),
            policies: inForce,
            certificate: nil,
            metrics: WebhookMetrics(),
            log: LineLog(to: try FileDescriptorWriter(appendingTo: logPath)),
            logger: RecordingLog().logger,
            wallClock: { UnixTime(seconds: 1_806_480_930, milliseconds: 42) }
        )
        do {
            try await body(server, inForce)
            await server.drain()
        } catch {
            await server.drain()
            throw error
        }
    }

    private static func policies(strictMinimum: Int?) -> PolicySet {
        let failing = Ruleset.Entry(.runAsNonRoot, points: 1, kinds: .podAndTemplates) { _ in .fails([]) }
        let ruleset = Ruleset(name: "test/v1", isReleased: true, zeroFails: false, entries: [failing])
        var level = ScorePolicy.Level()
        level.minimumScore = strictMinimum
        return PolicySet(
            policies: [
                ScorePolicy(name: "strict", namespaces: [NamePattern("payments")], ruleset: ruleset, enforce: level),
                ScorePolicy(name: "recorded", namespaces: [], ruleset: ruleset, audit: level),
                ScorePolicy(name: "lenient", namespaces: [], ruleset: ruleset, audit: ScorePolicy.Level()),
            ],
            builtInDefault: ScorePolicy(name: "default", namespaces: [], ruleset: ruleset),
            ownNamespace: ""
        )
    }

    private static func review(namespace: String = "payments", version: String = "v1", dryRun: String = "true") -> String {
        """
        {"apiVersion":"admission.k8s.io/\(version)","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE","dryRun":\(dryRun),\
        "kind":{"group":"","version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},\
        "namespace":"\(namespace)","name":"web","userInfo":{"username":"ann"},\
        "object":{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[{"name":"a","image":"b"}]}}}}
        """
    }
}
