import PodScoring

/// Rulesets only for tests, so that a change of the built-in ones does not change these tests.
enum MadeUpRulesets {
    static func entry(
        _ id: String,
        _ points: Int,
        kinds: RuleKinds = .everyPodKind
    ) -> Ruleset.Entry {
        let rule = Rule(
            id: id,
            selector: "." + id,
            polarity: points < 0 ? .negative : .positive,
            scope: .pod,
            kinds: kinds,
            reason: "made up",
            fix: "set it",
            fixClass: .manifest,
            example: "it: set",
            references: ["https://example.org/"]
        )
        return Ruleset.Entry(rule, points: points, kinds: kinds) { _ in .holds }
    }

    /// Scores from -30 to 10.
    static let current = Ruleset(
        name: "madeup/v2",
        isReleased: false,
        zeroFails: false,
        entries: [
            entry("RunAsNonRoot", 6), entry("CapDropAll", 4), entry("Privileged", -30),
            entry("SystemMastersBound", -5, kinds: [.roleBinding, .clusterRoleBinding]),
        ]
    )

    static let old = Ruleset(
        name: "madeup/v1",
        isReleased: true,
        zeroFails: true,
        entries: [entry("RunAsNonRoot", 1), entry("SeccompAny", 2)]
    )

    static let rulesets = [current, old]
}
