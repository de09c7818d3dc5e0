import PodScoring
import TestSupport
import Testing

@testable import AdmissionPolicy

/// In which Namespaces an exported policy applies.
struct PolicyReachTests {
    typealias Requirement = NamespaceSelector.Requirement

    private static func requirement(_ numbers: inout SeededNumbers) -> Requirement {
        let values = ["u", "v"].filter { _ in Bool.random(using: &numbers) }
        let some = values.isEmpty ? ["u"] : values
        let conditions: [Requirement.Condition] = [.isOne(some), .isNoneOf(some), .exists, .doesNotExist]
        return Requirement(Bool.random(using: &numbers) ? "a" : "b", conditions[Int.random(in: 0..<4, using: &numbers)])
    }

    private static func policy(_ name: String, _ numbers: inout SeededNumbers) -> ScorePolicy {
        let patterns = ["x", "y", "xy", "kube-system", "podscore", "x*", "*x", "*y*", "x*y", "xx*", "*", "kube-*"]
        let namespaces = patterns.filter { _ in Int.random(in: 0..<6, using: &numbers) == 0 }
        let selects = Bool.random(using: &numbers)
        let requirements = selects ? (0..<Int.random(in: 1...2, using: &numbers)).map { _ in requirement(&numbers) } : []
        return ScorePolicy(
            name: name,
            namespaces: namespaces.map { NamePattern($0) },
            namespaceSelector: requirements.isEmpty ? nil : NamespaceSelector(requirements),
            ruleset: MadeUpRulesets.current
        )
    }

    private static let names = [
        "x", "y", "xy", "xx", "xxy", "yx", "ayb", "z", "xxa", "kube-system", "kube-public", "kube-other", "podscore", "podscore-x",
    ]
    private static let labels: [[String: String]] = [
        [:], ["a": "u"], ["a": "w"], ["b": "v"], ["a": "u", "b": "v"], ["a": "v", "b": "u"], ["a": "", "b": "w"],
    ]

    @Test(arguments: 0..<20) func `In each Namespace the same policy applies as in the webhook`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        for _ in 0..<50 {
            let policies = NamespaceSelectionTests.set((0..<4).map { Self.policy("p\($0)", &numbers) })
            let reaches = policies.policies.indices.map { policies.reach(of: $0) }
            let others = policies.policies.indices.map { policies.reach(of: $0, withKept: false) }
            for name in Self.names {
                for labels in Self.labels.map(NamespaceSelectorTests.labels) {
                    let expected = policies.policy(for: name, labels: labels)
                    for index in policies.policies.indices {
                        let applies = policies.policies[index] === expected
                        #expect(reaches[index].contains(name, labels) == applies, "\(name) \(labels) \(reaches[index])")
                        #expect(others[index].contains(name, labels) == (applies && !policies.isKeptFromGlobs(name)))
                    }
                }
            }
        }
    }

    @Test(arguments: 0..<10) func `Patterns can be excluded, and patterns that meet no Namespace are known`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let patterns = ["x", "xy", "x*", "*y", "z"].map { NamePattern($0) }
        for _ in 0..<50 {
            let policies = NamespaceSelectionTests.set((0..<3).map { Self.policy("p\($0)", &numbers) })
            let excluded = patterns.filter { _ in Bool.random(using: &numbers) }
            for index in policies.policies.indices {
                let reach = policies.reach(of: index, withKept: false)
                let rest = reach.excluding(excluded)
                for name in Self.names {
                    for labels in Self.labels.map(NamespaceSelectorTests.labels) {
                        let isIn = reach.contains(name, labels)
                        #expect(rest.contains(name, labels) == (isIn && !excluded.contains { $0.matches(name) }))
                        guard isIn else { continue }
                        #expect(patterns.allSatisfy { !$0.matches(name) || reach.canMeet($0) }, "\(name) \(reach)")
                    }
                }
            }
        }
    }

    private static func reach(_ index: Int = 0, _ policies: ScorePolicy...) -> PolicyReach {
        NamespaceSelectionTests.set(policies).reach(of: index)
    }

    private static func policy(_ name: String, _ patterns: String..., labels: [String: String] = [:]) -> ScorePolicy {
        let requirements = labels.map { Requirement($0.key, .isOne([$0.value])) }
        return ScorePolicy(
            name: name,
            namespaces: patterns.map { NamePattern($0) },
            namespaceSelector: requirements.isEmpty ? nil : NamespaceSelector(requirements),
            ruleset: MadeUpRulesets.current
        )
    }

    @Test func `Exact names are a label selector alone`() {
        let reach = Self.reach(0, Self.policy("a", "pay", "buy", "pay"), Self.policy("b", "*"))
        #expect(reach.selector == [Requirement(PolicyReach.nameLabel, .isOne(["buy", "pay"]))])
        #expect(reach.nameTest == .always)
        #expect(reach.labelTest == .always)
    }

    @Test func `Everything but the names of others is a label selector alone`() {
        let reach = Self.reach(0, Self.policy("a", "*"), Self.policy("b", "pay"))
        let names = ["kube-node-lease", "kube-public", "kube-system", "pay", "podscore"]
        #expect(reach.selector == [Requirement(PolicyReach.nameLabel, .isNoneOf(names))])
        #expect(reach.nameTest == .always)
        #expect(reach.labelTest == .always)
    }

    @Test func `A selector that no other policy precedes is a label selector alone`() {
        let reach = Self.reach(0, Self.policy("a", labels: ["team": "shop"]), Self.policy("b", "*"))
        #expect(reach.selector.map(\.key) == [PolicyReach.nameLabel, "team"])
        #expect(reach.nameTest == .always)
        #expect(reach.labelTest == .always)
    }

    @Test(arguments: [
        (["pay-*"], "request.namespace.startsWith('pay-')"), (["*-pay"], "request.namespace.endsWith('-pay')"),
        (["p*y"], "request.namespace.matches('^(p.*y)$')"), (["a*", "b*"], "request.namespace.matches('^(a.*|b.*)$')"),
        (["pay-*", "buy"], "request.namespace == 'buy' || request.namespace.startsWith('pay-')"),
        (["a-*", "x", "y"], "request.namespace in ['x','y'] || request.namespace.startsWith('a-')"),
    ])
    func `Globs are a condition on the name`(patterns: [String], expression: String) {
        let policy = ScorePolicy(name: "a", namespaces: patterns.map { NamePattern($0) }, ruleset: MadeUpRulesets.current)
        #expect(Self.reach(0, policy).nameTest.cel == expression)
    }

    @Test func `A glob gives way to closer ones that can match the same name`() {
        let policies = [Self.policy("a", "pay-*"), Self.policy("b", "pay-eu-*"), Self.policy("c", "buy-eu-*")]
        let set = NamespaceSelectionTests.set(policies)
        let expression = "request.namespace.startsWith('pay-') && !(request.namespace.startsWith('pay-eu-'))"
        #expect(set.reach(of: 0).nameTest.cel == expression)
        #expect(set.reach(of: 1).nameTest.cel == "request.namespace.startsWith('pay-eu-')")
    }

    @Test func `A selector beside names is a condition on labels`() {
        let reach = Self.reach(
            0,
            Self.policy("a", "pay", labels: ["team": "shop"]),
            Self.policy("b", labels: ["team": "shop", "tier": "x"])
        )
        #expect(reach.nameTest == .always)
        let labels = "namespaceObject.metadata.labels"
        let team = "\(labels)[?'team'].orValue(' ') == 'shop'"
        let both = "\(team) && \(labels)[?'tier'].orValue(' ') == 'x'"
        #expect(reach.labelTest.cel == "request.namespace == 'pay' || \(team) && !(\(both))")
    }

    @Test(arguments: [
        (Requirement.Condition.isOne(["u", "v"]), "namespaceObject.metadata.labels[?'a'].orValue(' ') in ['u','v']"),
        (.isNoneOf(["u"]), "namespaceObject.metadata.labels[?'a'].orValue(' ') != 'u'"),
        (.isNoneOf(["u", "v"]), "!(namespaceObject.metadata.labels[?'a'].orValue(' ') in ['u','v'])"),
        (.exists, "'a' in namespaceObject.metadata.labels"), (.doesNotExist, "!('a' in namespaceObject.metadata.labels)"),
    ])
    func `A requirement on a label is an expression`(condition: Requirement.Condition, expression: String) {
        #expect(NamespaceTest.meets(Requirement("a", condition)).cel == expression)
    }

    @Test func `A conjunction has parentheses around its disjunctions`() {
        let (a, b) = (NamespaceTest.named(["a"]), NamespaceTest.named(["b"]))
        #expect(
            NamespaceTest.allOf([.anyOf([a, b]), .none(of: .anyOf([a, b]))]).cel
                == "(request.namespace == 'a' || request.namespace == 'b') && !(request.namespace == 'a' || request.namespace == 'b')"
        )
        #expect(NamespaceTest.always.cel == "true")
        #expect(NamespaceTest.never.cel == "false")
        #expect(NamespaceTest.none(of: .never) == .always)
        #expect(NamespaceTest.none(of: .none(of: a)) == a)
        #expect(NamespaceTest.allOf([a, .never]) == .never)
        #expect(NamespaceTest.anyOf([a, .always]) == .always)
    }
}
