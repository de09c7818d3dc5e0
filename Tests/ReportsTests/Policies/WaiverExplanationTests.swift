import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Reports
import Testing

/// What `podscore policy explain` says about the minimum of a waiver.
@Suite struct WaiverExplanationTests {
    /// A policy with the minimum 4 and later 7, and a waiver.
    private static func explanation(_ minimum: Int, _ rules: [String]) throws -> PolicyExplanation {
        let today = CivilDate(daysSinceEpoch: 20_819)
        var level = ScorePolicy.Level()
        level.minimumScore = 4
        level.ramp = [ScorePolicy.RampStep(date: today.advanced(byDays: 60), minimumScore: 7)]
        var match = ScoreWaiver.Match(namespaces: [NamePattern("a")])
        match.images = [ImagePattern("a:1")]
        let waiver = ScoreWaiver(
            name: "w",
            match: match,
            rules: rules,
            minimumScore: minimum,
            expires: today.advanced(byDays: 90),
            owner: "ops",
            reason: "because"
        )
        let policy = ScorePolicy(name: "p", namespaces: [NamePattern("a")], ruleset: .podscoreV1, enforce: level)
        let policies = PolicySet(
            policies: [policy],
            waivers: [waiver],
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: ""
        )
        return PolicyExplanation(namespace: "a", policies: policies, on: today)
    }

    @Test(arguments: [
        (3, [], "      lowers the minimum score to 3 for images a:1\n"),
        (6, ["HostPID", "Privileged"], "      waives HostPID, Privileged and lowers the minimum score to 6 for images a:1\n"),
        (7, ["HostPID"], "      waives HostPID for images a:1\n      minimumScore 7 has no effect: no minimum is higher\n"),
        (8, [], "      minimumScore 8 has no effect: no minimum is higher\n"),
    ])
    func `A minimum is shown with what it does`(minimum: Int, rules: [String], lines: String) throws {
        let explanation = try Self.explanation(minimum, rules)
        #expect(explanation.text(width: 200).hasSuffix("  w: expires 2027-04-01, 90 days left; owner: ops; reason: because\n" + lines))
        #expect(String(decoding: explanation.json, as: UTF8.self).contains("\"minimumScore\": \(minimum)\n    }\n  ],\n  \"objects\": []"))
    }
}
