import AdmissionPolicy
import PodScoring
import Testing

@testable import WebhookServer

/// The page `/policy`.
@Suite struct PolicySummaryTests {
    @Test func `A policy shows its standards and the points that it gives to rules`() throws {
        let entry = try #require(Ruleset.podscoreV1.entries.first)
        var enforce = ScorePolicy.Level()
        enforce.podSecurityStandard = PodSecurityStandard(.baseline, PodSecurityVersion(minor: 31))
        let policy = ScorePolicy(
            name: "payments",
            namespaces: [],
            ruleset: Ruleset(name: "made/up", isReleased: true, zeroFails: false, entries: [entry])
                .overriding(points: [(entry.rule.id, 0)]),
            enforce: enforce
        )
        let policies = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        let text = String(decoding: PolicySummary(.init(policies: policies, mode: .enforce, plainOr: nil)).json, as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"{"mode":"enforce","policies":[{"name":"payments","namespaces":[],"ruleset":"made/up+overrides","#
                    + "\"points\":{\"\(entry.rule.id)\":0},"
                    + #""enforce":{"require":[],"forbid":[],"podSecurityStandard":{"level":"baseline","version":"v1.31"}},"#
                    + #""workloads":"warn"}],"default":{"name":"built-in default","namespaces":[],"ruleset":"podscore/v1","warn":{"#
            ),
            "\(text)"
        )
    }
}
