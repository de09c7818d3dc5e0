import AdmissionPolicy
import PodScoring
import Testing

struct PolicySetTests {
    /// The policies of the table, each named after its namespaces.
    private static let policies = PolicySet(
        policies: [
            policy("everything", "*"), policy("short", "pay*"), policy("long", "pay*nts"), policy("exact", "payments"),
            policy("several", "one", "two-*"), policy("system", "kube-public"), policy("kube", "kube-*"), policy("own", "pod*"),
        ],
        builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
        ownNamespace: "podscore"
    )

    private static func policy(_ name: String, _ patterns: String...) -> ScorePolicy {
        ScorePolicy(name: name, namespaces: patterns.map { NamePattern($0) }, ruleset: MadeUpRulesets.current)
    }

    @Test(arguments: [
        ("payments", "exact"), ("pay-all", "short"), ("pay", "short"), ("payeents", "long"), ("one", "several"),
        ("two-a", "several"),
        ("two", "everything"), ("other", "everything"), ("kube-public", "system"), ("kube-other", "kube"), ("podscores", "own"),
        ("kube-system", "built-in default"), ("kube-node-lease", "built-in default"), ("podscore", "built-in default"),
    ])
    func `The most specific policy applies to a namespace`(namespace: String, policy: String) {
        #expect(Self.policies.policy(for: namespace).name == policy)
    }

    @Test func `The exact namespaces of policies are listed, each with the policy that applies there`() {
        let named = Self.policies.namedNamespaces.map { "\($0.policy) \($0.namespace)" }
        #expect(named == ["exact payments", "several one", "system kube-public"])
        let tied = PolicySet(
            policies: [Self.policy("a", "x", "y*"), Self.policy("b", "y", "x", "*")],
            builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
            ownNamespace: ""
        )
        #expect(tied.namedNamespaces.map { "\($0.policy) \($0.namespace)" } == ["a x", "b y"])
    }

    @Test func `If no policy matches, the built-in default applies, which never denies`() {
        let policies = PolicySet(
            policies: [Self.policy("a", "a")],
            builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
            ownNamespace: ""
        )
        let policy = policies.policy(for: "b")
        #expect(policy.name == ScorePolicy.builtInDefaultName)
        #expect(policy.enforce == nil)
        #expect(policy.warn?.minimumScore == 7)
        #expect(policy.warn?.require == ["RunAsNonRoot", "CapDropAll"])
        #expect(policy.audit == nil)
    }

    @Test func `The default ruleset has the rules of the built-in default`() throws {
        let ruleset = try #require(Ruleset.all.first)
        let level = try #require(ScorePolicy.builtInDefault(under: ruleset).warn)
        for id in level.require {
            #expect(ruleset.entries.contains { $0.rule.id == id && $0.rule.polarity == .positive }, "\(id)")
        }
        #expect(try #require(level.minimumScore) <= ruleset.bestPossibleScore(for: .pod))
    }

    @Test func `Names of namespaces and policies compare as bytes`() {
        let policies = PolicySet(
            policies: [Self.policy("\u{e9}", "\u{e9}")],
            builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
            ownNamespace: ""
        )
        #expect(policies.policy(for: "e\u{301}").name == ScorePolicy.builtInDefaultName)
        #expect(policies.policy(named: "e\u{301}") == nil)
        #expect(policies.policy(named: "\u{e9}") != nil)
    }

    @Test func `A policy is found by its name, but not the built-in default`() {
        #expect(Self.policies.policy(named: "long")?.name == "long")
        #expect(Self.policies.policy(named: "nothing") == nil)
        #expect(Self.policies.policy(named: ScorePolicy.builtInDefaultName) == nil)
    }

    @Test func `The first of equally specific policies wins`() {
        let policies = PolicySet(
            policies: [Self.policy("first", "a", "b*"), Self.policy("second", "a", "*c")],
            builtInDefault: .builtInDefault(under: MadeUpRulesets.current),
            ownNamespace: ""
        )
        #expect(policies.policy(for: "a").name == "first")
        #expect(policies.policy(for: "bc").name == "first")
    }
}
