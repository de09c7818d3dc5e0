import PodScoring
import TestSupport
import Testing

@testable import AdmissionPolicy

/// Which policy applies where Namespaces are selected by labels.
struct NamespaceSelectionTests {
    typealias Requirement = NamespaceSelector.Requirement

    static func policy(
        _ name: String,
        _ patterns: String...,
        labels: [String: String] = [:],
        use: ScorePolicy.NamespaceLabelUse = .tighten
    ) -> ScorePolicy {
        let requirements = labels.map { Requirement($0.key, .isOne([$0.value])) }
        return ScorePolicy(
            name: name,
            namespaces: patterns.map { NamePattern($0) },
            namespaceSelector: requirements.isEmpty ? nil : NamespaceSelector(requirements),
            namespaceLabels: use,
            ruleset: MadeUpRulesets.current
        )
    }

    static func set(_ policies: [ScorePolicy]) -> PolicySet {
        PolicySet(policies: policies, builtInDefault: .builtInDefault(under: MadeUpRulesets.current), ownNamespace: "podscore")
    }

    private static let policies = set([
        policy("everything", "*"), policy("team", labels: ["team": "shop"]), policy("tier", labels: ["tier": "prod"]),
        policy("both", labels: ["team": "shop", "tier": "prod"]), policy("glob", "s*"), policy("exact", "shop"),
        policy("mixed", "named", labels: ["team": "mixed"]),
    ])

    @Test(arguments: [
        ("shop", ["team": "shop", "tier": "prod"], "exact"), ("sale", ["team": "shop", "tier": "prod"], "glob"),
        ("web", ["team": "shop", "tier": "prod"], "both"), ("web", ["team": "shop"], "team"), ("web", ["tier": "prod"], "tier"),
        ("web", ["team": "pay"], "everything"), ("web", [:], "everything"), ("named", ["tier": "prod"], "mixed"),
        ("web", ["team": "mixed"], "mixed"), ("web", ["team": "mixed", "tier": "prod"], "tier"),
        ("kube-system", ["team": "shop", "tier": "prod"], "built-in default"), ("kube-public", ["team": "shop"], "built-in default"),
        ("kube-node-lease", ["team": "shop"], "built-in default"), ("podscore", ["team": "shop"], "built-in default"),
    ])
    func `An exact name precedes a glob, a glob a selector, a selector one with fewer requirements, and that precedes *`(
        namespace: String,
        labels: [String: String],
        policy: String
    ) {
        #expect(Self.policies.policy(for: namespace, labels: NamespaceSelectorTests.labels(labels)).name == policy)
    }

    @Test func `Of equally specific selectors the policy that was read first applies`() {
        let labels = NamespaceSelectorTests.labels(["team": "shop", "tier": "prod"])
        let (team, tier) = (Self.policy("team", labels: ["team": "shop"]), Self.policy("tier", labels: ["tier": "prod"]))
        #expect(Self.set([team, tier]).policy(for: "web", labels: labels).name == "team")
        #expect(Self.set([tier, team]).policy(for: "web", labels: labels).name == "tier")
    }

    @Test func `Without selectors, labels choose no policy`() {
        let set = Self.set([Self.policy("everything", "*"), Self.policy("exact", "shop")])
        for namespace in ["shop", "web", "kube-system"] {
            #expect(set.policy(for: namespace, labels: NamespaceSelectorTests.labels(["team": "shop"])) === set.policy(for: namespace))
        }
    }

    @Test func `Policies read the labels of their selectors, and those that set minimums`() {
        let minimums = ["podscore.dev/audit-minimum-score", "podscore.dev/enforce-minimum-score", "podscore.dev/warn-minimum-score"]
        #expect(Self.policies.labelKeys == minimums + ["team", "tier"])
        #expect(Self.set([]).labelKeys == minimums)
        #expect(NamespaceDirectory(keeping: Self.policies.labelKeys).isComplete(for: Self.policies))
        #expect(!NamespaceDirectory(keeping: minimums).isComplete(for: Self.policies))
        #expect(NamespaceDirectory(keeping: minimums).isComplete(for: Self.set([])))
    }

    @Test(arguments: [
        ("shop", false), ("sale", true), ("web", true), ("", false), ("kube-system", false), ("podscore", false), ("kube-public", true),
    ])
    func `Labels are needed where they can choose a policy or raise a minimum`(namespace: String, isNeeded: Bool) {
        let set = Self.set([
            Self.policy("everything", "*", use: .ignore), Self.policy("team", labels: ["team": "shop"], use: .ignore),
            Self.policy("glob", "s*"), Self.policy("exact", "shop", use: .ignore), Self.policy("system", "kube-public"),
        ])
        #expect(set.needsLabels(of: namespace) == isNeeded)
    }

    @Test func `Labels are needed for a pinned policy unless it ignores them, and for the built-in default`() {
        let set = Self.set([Self.policy("everything", "*", use: .ignore), Self.policy("tight", "tight")])
        #expect(set.needsLabels(of: "web") == false)
        #expect(set.needsLabels(of: "web", pinned: set.policies[1]))
        #expect(!set.needsLabels(of: "web", pinned: set.policies[0]))
        #expect(!set.needsLabels(of: "kube-system", pinned: set.policies[1]))
        #expect(Self.set([]).needsLabels(of: "web"))
    }

    @Test func `A request waits only for a Namespace whose labels can matter and that is not known`() {
        let set = Self.set([Self.policy("quiet", "quiet", use: .ignore), Self.policy("team", labels: ["team": "shop"])])
        var directory = NamespaceDirectory(keeping: set.labelKeys)
        directory.set("web") { ["team": "shop", "other": "x"][$0] }
        directory.set("gone") { _ in nil }
        directory.remove("gone")
        #expect(directory.count == 1)
        #expect(directory["web"] == NamespaceSelectorTests.labels(["team": "shop"]))
        #expect(set.knowledge(of: "quiet", in: directory) == .nameAlone)
        #expect(set.knowledge(of: "web", in: directory) == .labels(NamespaceSelectorTests.labels(["team": "shop"])))
        #expect(set.knowledge(of: "gone", in: directory) == nil)
        #expect(set.knowledge(of: "web", in: nil) == nil)
        #expect(set.knowledge(of: "quiet", in: nil) == .nameAlone)
    }

    @Test func `A Namespace read without labels of a new selector is unknown only where a selector can matter`() {
        let set = Self.set([Self.policy("close", "close-*"), Self.policy("team", labels: ["team": "shop"])])
        var directory = NamespaceDirectory(keeping: MinimumLabel.keys)
        for name in ["web", "close-web"] { directory.set(name) { $0 == MinimumLabel.enforce.rawValue ? "9" : nil } }
        let known = NamespaceLabels(MinimumLabel.keys) { $0 == MinimumLabel.enforce.rawValue ? "9" : nil }
        #expect(set.knowledge(of: "web", in: directory) == nil)
        #expect(set.knowledge(of: "close-web", in: directory) == .labels(known))
        #expect(set.knowledge(of: "web", in: directory, pinned: set.policies[0]) == .labels(known))
    }

    private static func randomPolicies(_ numbers: inout SeededNumbers) -> [ScorePolicy] {
        (0..<Int.random(in: 0...6, using: &numbers)).map { index in
            let names = ["a", "b", "ab", "a*", "*b", "*", "kube-*", "kube-system"].filter { _ in Int.random(in: 0..<5, using: &numbers) == 0
            }
            let requirements = (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
                Requirement(
                    ["x", "y"].randomElement(using: &numbers) ?? "x",
                    [.isOne(["1"]), .isNoneOf(["1"]), .exists, .doesNotExist].randomElement(using: &numbers) ?? .exists
                )
            }
            return ScorePolicy(
                name: "p\(index)",
                namespaces: names.map { NamePattern($0) },
                namespaceSelector: requirements.isEmpty ? nil : NamespaceSelector(requirements),
                namespaceLabels: Bool.random(using: &numbers) ? .tighten : .ignore,
                ruleset: MadeUpRulesets.current
            )
        }
    }

    /// The policy by the rules of the documentation, one after the other.
    private static func expected(_ set: PolicySet, _ namespace: String, _ labels: NamespaceLabels) -> ScorePolicy {
        if let exact = set.policies.first(where: { $0.namespaces.contains(NamePattern(namespace)) }) { return exact }
        if PolicySet.systemNamespaces.contains(namespace) || namespace == set.ownNamespace { return set.builtInDefault }
        func best(_ specificity: (ScorePolicy) -> Int?) -> ScorePolicy? {
            let candidates = set.policies.compactMap { policy in specificity(policy).map { (policy, $0) } }
            let most = candidates.map(\.1).max()
            return candidates.first { $0.1 == most }?.0
        }
        func glob(_ policy: ScorePolicy) -> Int? {
            policy.namespaces.filter { $0.matches(namespace) }.map(\.literalCount).max()
        }
        return best { glob($0).flatMap { $0 > 0 ? $0 : nil } }
            ?? best { $0.namespaceSelector.flatMap { $0.matches(labels) ? $0.requirements.count : nil } }
            ?? best(glob) ?? set.builtInDefault
    }

    @Test func `The policy, its standing and the need for labels agree for any policies and labels`() {
        var numbers = SeededNumbers(seed: 5)
        for _ in 0..<500 {
            let set = Self.set(Self.randomPolicies(&numbers))
            for namespace in ["a", "b", "ab", "c", "kube-system", "kube-x", "podscore"] {
                let values: [String?] = [nil, "1", "2"]
                var found: [ScorePolicy] = []
                for x in values {
                    for y in values {
                        let labels = NamespaceLabels(["x", "y"]) { $0 == "x" ? x : y }
                        let policy = set.policy(for: namespace, labels: labels)
                        found.append(policy)
                        #expect(policy === Self.expected(set, namespace, labels))
                        let applying = set.standings(for: namespace, labels: labels).first { standing in
                            if case .applies = standing.reason { true } else { false }
                        }
                        #expect(policy === (applying?.policy ?? set.builtInDefault))
                        if !set.needsLabels(of: namespace) { #expect(policy === set.policy(for: namespace)) }
                    }
                }
                if !set.needsLabels(of: namespace) {
                    let labels = NamespaceSelectorTests.labels([MinimumLabel.enforce.rawValue: "1"])
                    #expect(set.policy(in: namespace, with: labels).policy === set.policy(for: namespace))
                }
            }
        }
    }

    @Test func `Each policy says how it matches by labels, or why it does not`() {
        let set = Self.policies
        func reasons(_ namespace: String, _ labels: [String: String]?) -> [String] {
            set.standings(for: namespace, labels: labels.map(NamespaceSelectorTests.labels)).map { standing in
                let reason =
                    switch standing.reason {
                    case .applies(let match): "applies \(match.text)"
                    case .outranked(let match): "outranked \(match.text)"
                    case .readLater(let selector): "read later \(selector)"
                    case .keptFromGlobs(let match): "kept \(match.text)"
                    case .unmatched: "unmatched"
                    }
                return "\(standing.policy.name) \(reason)"
            }
        }
        #expect(
            reasons("web", ["team": "mixed", "tier": "prod"]) == [
                "tier applies tier=prod", "mixed read later team=mixed", "everything outranked *", "team unmatched", "both unmatched",
                "glob unmatched", "exact unmatched",
            ]
        )
        #expect(
            reasons("sale", ["team": "shop"]).prefix(3) == ["glob applies s*", "team outranked team=shop", "everything outranked *"]
        )
        #expect(
            reasons("kube-system", ["team": "shop"]) == [
                "everything kept *", "team kept team=shop", "tier unmatched", "both unmatched", "glob unmatched", "exact unmatched",
                "mixed unmatched",
            ]
        )
        #expect(
            reasons("web", nil) == [
                "everything applies *", "team unmatched", "tier unmatched", "both unmatched", "glob unmatched", "exact unmatched",
                "mixed unmatched",
            ]
        )
    }
}
