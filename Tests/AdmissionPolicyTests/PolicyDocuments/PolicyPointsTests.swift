import AdmissionPolicy
import KubernetesAPI
import PodScoring
import Testing

/// The points with which a policy overrides its ruleset's.
struct PolicyPointsTests {
    static func text(_ points: String, ruleset: String? = nil, minimum: Int = 1) -> String {
        let ruleset = ruleset.map { "ruleset: \($0)\n" } ?? ""
        return PolicyText.policy("match: {namespaces: [a]}\npoints: \(points)\n\(ruleset)enforce: {minimumScore: \(minimum)}")
    }

    static let problems: [(String, [String])] = [
        ("7", ["p.yaml:6:11: points must be an object, not a number"]),
        ("{RunAsNonRoot: \"3\"}", ["p.yaml:6:26: RunAsNonRoot must be an integer, not a string"]),
        ("{RunAsNonRoot: 1.5}", ["p.yaml:6:26: RunAsNonRoot must be an integer, not a number"]),
        ("{RunAsNonRot: 3}", ["p.yaml:6:12: unknown rule \"RunAsNonRot\"; did you mean RunAsNonRoot?"]),
        ("{runasnonroot: 3}", ["p.yaml:6:12: unknown rule \"runasnonroot\" (names are case-sensitive); did you mean RunAsNonRoot?"]),
        ("{SeccompAny: 3}", ["p.yaml:6:12: ruleset madeup/v2 (unreleased) has no rule SeccompAny"]),
        (
            "{RunAsNonRoot: -1}",
            ["p.yaml:6:26: RunAsNonRoot is a positive rule, so its points cannot be -1; use 0 to leave it out of the score"]
        ),
        ("{Privileged: 1}", ["p.yaml:6:24: Privileged is a negative rule, so its points cannot be 1; use 0 or less"]),
        ("{RunAsNonRoot: 101}", ["p.yaml:6:26: points of RunAsNonRoot must be between 0 and 100, not 101"]),
        ("{Privileged: -101}", ["p.yaml:6:24: points of Privileged must be between -100 and 0, not -101"]),
        (
            "{Privileged: -9223372036854775808}",
            ["p.yaml:6:24: points of Privileged must be between -100 and 0, not -9223372036854775808"]
        ),
        ("{}", []), ("{RunAsNonRoot: 100, Privileged: -100, CapDropAll: 0}", []),
    ]

    @Test(arguments: problems) func `Errors in points are reported at their places`(points: String, problems: [String]) {
        #expect(PolicyText.problems(Self.text(points)) == problems)
    }

    @Test func `A JSON node must not give points to a rule twice`() {
        let at = Position(line: 1, column: 1)
        let again = Position(line: 2, column: 3)
        let node = { (members: [(String, Position, ManifestNode)]) in
            ManifestNode(.object(members.map { ManifestNode.Member(key: $0.0, keyPosition: $0.1, value: $0.2) }), at: at)
        }
        let one = ManifestNode(.integer(1), at: at)
        let points = node([("RunAsNonRoot", at, one), ("RunAsNonRoot", again, one)])
        let document = node([
            ("apiVersion", at, ManifestNode(.string("podscore.dev/v1alpha1"), at: at)),
            ("kind", at, ManifestNode(.string("ScorePolicy"), at: at)),
            ("metadata", at, node([("name", at, ManifestNode(.string("a"), at: at))])),
            (
                "spec", at,
                node([
                    ("match", at, node([("namespaces", at, ManifestNode(.array([ManifestNode(.string("a"), at: at)]), at: at))])),
                    ("points", at, points), ("enforce", at, node([("minimumScore", at, one)])),
                ])
            ),
        ])
        let reader = PolicyReader(rulesets: MadeUpRulesets.rulesets, defaultRuleset: MadeUpRulesets.current)
        let failure = #expect(throws: PolicyReadingFailure.self) {
            try reader.read([PolicySource(name: "p.json", documents: [document])])
        }
        #expect(failure?.problems.map(\.description) == ["p.json:2:3: duplicate field \"RunAsNonRoot\", first at 1:1"])
    }

    @Test func `Points override the ruleset's, and the label says so`() throws {
        let text = Self.text("{CapDropAll: 7, Privileged: 0}", minimum: 13)
        let policy = try #require(try PolicyText.read(files: [("p.yaml", text)]).policies.first)
        #expect(policy.ruleset.label == "madeup/v2+overrides (unreleased)")
        #expect(policy.ruleset.entries.map(\.rule.id) == ["CapDropAll", "RunAsNonRoot", "SystemMastersBound", "Privileged"])
        #expect(policy.ruleset.entries.map(\.points) == [7, 6, -5, 0])
    }

    @Test func `Without points the ruleset stays as it is`() throws {
        let policy = try #require(try PolicyText.read(files: [("p.yaml", Self.text("{}"))]).policies.first)
        #expect(policy.ruleset.label == "madeup/v2 (unreleased)")
    }

    @Test(arguments: [
        (
            "{CapDropAll: 0}", 7,
            "p.yaml:7:27: minimumScore 7 is above 6, the best possible score of a Pod under madeup/v2+overrides (unreleased)"
        ),
        (
            "{Privileged: -2}", -3,
            "p.yaml:7:27: minimumScore -3 is below -2, the worst possible score of a Pod under madeup/v2+overrides (unreleased)"
        ),
    ]) func `The range of a minimum follows from the overridden points`(points: String, minimum: Int, problem: String) {
        #expect(PolicyText.problems(Self.text(points, minimum: minimum)) == [problem])
    }

    @Test func `A rule without points can be required and forbidden`() {
        let text = PolicyText.policy(
            "match: {namespaces: [a]}\npoints: {CapDropAll: 0, Privileged: 0}\nenforce: {require: [CapDropAll], forbid: [Privileged]}"
        )
        #expect(PolicyText.problems(text).isEmpty)
    }

    @Test func `Points under an unknown ruleset are looked up in all of them`() {
        #expect(
            PolicyText.problems(Self.text("{SeccompAny: 3, Nonsense: 1}", ruleset: "nothing-like-it")) == [
                "p.yaml:6:27: unknown rule \"Nonsense\"", "p.yaml:7:12: unknown ruleset \"nothing-like-it\"",
            ]
        )
    }
}
