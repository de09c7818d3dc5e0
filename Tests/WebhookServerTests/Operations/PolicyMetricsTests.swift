import AdmissionPolicy
import KubernetesAPI
import Metrics
import Platform
import PodScoring
import Testing

@testable import WebhookServer

@Suite struct PolicyMetricsTests {
    private static func waiver() throws -> ScoreWaiver {
        ScoreWaiver(
            name: "exporter",
            match: .init(namespaces: [NamePattern("monitoring")]),
            rules: ["HostPID"],
            expires: try #require(CivilDate(parsing: "2027-03-31")),
            owner: "observability",
            reason: "r"
        )
    }

    private static func inForce() throws -> PoliciesInForce {
        let ruleset = Ruleset(name: "test/v1", isReleased: true, zeroFails: false, entries: [])
        var enforce = ScorePolicy.Level()
        enforce.minimumScore = 4
        enforce.ramp = [.init(date: try #require(CivilDate(parsing: "2027-03-01")), minimumScore: 7)]
        let policies = PolicySet(
            policies: [ScorePolicy(name: "payments", namespaces: [], ruleset: ruleset, enforce: enforce)],
            waivers: [try waiver()],
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

    @Test func `A decision's waivers, dry run and margin are counted`() throws {
        var pod = PodSpec()
        pod.hostPID = true
        pod.containers = [Container()]
        var object = KubernetesObject()
        object.content = .pod(pod)
        var request = AdmissionRequest()
        request.operation = .update
        request.kind.kind = "Pod"
        request.namespace = "monitoring"
        request.isDryRun = true
        request.object = .decoded(object)
        var enforce = ScorePolicy.Level()
        enforce.minimumScore = 4
        let policy = ScorePolicy(name: "payments", namespaces: [], ruleset: .podscoreV1, enforce: enforce)
        let today = try #require(CivilDate(parsing: "2027-01-01"))
        let decision = Decider(mode: .warn, today: today).decide(request, by: policy, waivers: [try Self.waiver()])
        let sample = DecisionSample(decision, on: request, seconds: 2)
        #expect(sample.policy == "payments" && sample.namespace == "monitoring" && sample.operation == .update)
        #expect(sample.outcome == .warn && sample.isDryRun && sample.wouldDeny && sample.waivers == ["exporter"])
        #expect(sample.score == decision.score && sample.score != nil && sample.minimumScore == 4 && sample.seconds == 2)
    }

    @Test func `The violations of every level are counted, without waived and foreseen ones`() throws {
        var pod = PodSpec()
        pod.hostPID = true
        pod.hostNetwork = true
        pod.containers = [Container()]
        var object = KubernetesObject()
        object.content = .pod(pod)
        var request = AdmissionRequest()
        request.kind.kind = "Pod"
        request.namespace = "monitoring"
        request.object = .decoded(object)
        let today = try #require(CivilDate(parsing: "2027-01-01"))
        var enforce = ScorePolicy.Level()
        enforce.forbid = ["HostPID", "HostNetwork"]
        enforce.ramp = [.init(date: today.advanced(byDays: 1), minimumScore: 20)]
        var warn = ScorePolicy.Level()
        warn.require = ["RunAsNonRoot"]
        warn.forbid = ["HostPID"]
        var audit = ScorePolicy.Level()
        audit.podSecurityStandard = PodSecurityStandard(.baseline, .latest)
        let policy = ScorePolicy(
            name: "payments",
            namespaces: [],
            ruleset: .podscoreV1,
            enforce: enforce,
            warn: warn,
            audit: audit
        )
        let decision = Decider(mode: .audit, today: today).decide(request, by: policy, waivers: [try Self.waiver()])
        let levels = DecisionSample(decision, on: request, seconds: 2).levels
        #expect(levels.map(\.effect) == [.deny, .warn, .audit])
        #expect(levels.map { $0.violations.map(\.id) } == [["HostNetwork"], ["RunAsNonRoot"], ["baseline/hostNamespaces"]])
        request.object = .absent
        let undecodable = Decider(mode: .audit, today: today).decide(request, by: policy)
        #expect(DecisionSample(undecodable, on: request, seconds: 2).levels.map(\.effect) == [.deny])
        request.operation = .delete
        let ignored = Decider(mode: .audit, today: today).decide(request, by: policy)
        #expect(DecisionSample(ignored, on: request, seconds: 2).levels.isEmpty)
    }
}
