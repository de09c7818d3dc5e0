import AdmissionPolicy
import KubernetesAPI
import Metrics
import Platform
import PodScoring
import Testing

@testable import WebhookServer

@Suite struct PolicyMetricsTests {
    private static func inForce() throws -> PoliciesInForce {
        let ruleset = Ruleset(name: "test/v1", isReleased: true, zeroFails: false, entries: [])
        var enforce = ScorePolicy.Level()
        enforce.minimumScore = 4
        enforce.ramp = [.init(date: try #require(CivilDate(parsing: "2027-03-01")), minimumScore: 7)]
        let waiver = ScoreWaiver(
            name: "exporter",
            match: .init(namespaces: [NamePattern("monitoring")]),
            rules: ["HostPID"],
            expires: try #require(CivilDate(parsing: "2027-03-31")),
            owner: "observability",
            reason: "r"
        )
        let policies = PolicySet(
            policies: [ScorePolicy(name: "payments", namespaces: [], ruleset: ruleset, enforce: enforce)],
            waivers: [waiver],
            builtInDefault: ScorePolicy(name: "default", namespaces: [], ruleset: ruleset),
            ownNamespace: ""
        )
        return PoliciesInForce(policies)
    }

    @Test func `The page has the dates of ramps and the ends of waivers, including a waiver's last day`() async throws {
        let handler = EchoHandler()
        let server = try await WebhookServer.start(
            TestServer.configuration(),
            handler: handler,
            policies: try Self.inForce(),
            metrics: handler.metrics
        )
        let client = try await TestClient.connect(to: try #require(server.operationsPort))
        try await client.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        let page = try await client.response().body
        await client.close()
        handler.openGate()
        await server.drain()
        for line in [
            // 2027-03-01T00:00:00Z and 2027-04-01T00:00:00Z, as `date -u -d … +%s` has them.
            #"podscore_policy_ramp_timestamp_seconds{policy="payments",minimum="7"} 1803859200"#,
            #"podscore_waiver_expiry_timestamp_seconds{waiver="exporter",owner="observability"} 1806537600"#,
            "podscore_policies 1", "podscore_waivers 1", "podscore_records_written_total 0",
        ] {
            #expect(page.contains(line + "\n"), "\(line)")
        }
    }

    @Test func `A decision's waivers, dry run and margin are counted`() {
        var request = AdmissionRequest()
        request.operation = .update
        request.namespace = "monitoring"
        request.isDryRun = true
        let decision = Decision(
            outcome: .exempt,
            policy: "payments",
            ruleset: "r",
            score: 3,
            bestPossibleScore: 21,
            minimumScore: 4,
            violations: [],
            wouldDeny: true,
            waivers: [.init(name: "exporter", expires: CivilDate(daysSinceEpoch: 0), rules: ["HostPID"])],
            response: AdmissionResponse(uid: "1", denial: nil, warnings: [], auditAnnotations: [])
        )
        let sample = DecisionSample(decision, on: request, seconds: 2)
        #expect(sample.policy == "payments" && sample.namespace == "monitoring" && sample.operation == .update)
        #expect(sample.outcome == .exempt && sample.isDryRun && sample.wouldDeny && sample.waivers == ["exporter"])
        #expect(sample.score == 3 && sample.minimumScore == 4 && sample.seconds == 2)
    }
}
