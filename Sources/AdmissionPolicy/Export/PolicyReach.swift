import KubernetesAPI
import PodScoring

/// The Namespaces in which a policy applies, as an API server can test them.
///
/// A label selector costs nothing where it does not match, so it has all that it can say. `matchConditions` know the name of a Namespace
/// and not its labels, and validations know both.
struct PolicyReach: Sendable, Equatable {
    /// The label that each Namespace has, with its name as the value.
    ///
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name>
    static let nameLabel = "kubernetes.io/metadata.name"

    /// The names of all Namespaces, in byte order, if the policy applies by exact names alone; otherwise `nil`.
    var names: [String]?
    /// The names of Namespaces in which it does not apply, though its patterns or its selector can match them.
    var excludedNames: [String] = []
    /// The requirements on labels that all its Namespaces meet.
    var requirements: [NamespaceSelector.Requirement] = []
    /// The condition on names that a label selector cannot express.
    var nameTest = NamespaceTest.always
    /// The condition that reads labels and that a label selector cannot express.
    var labelTest = NamespaceTest.always

    /// The requirements of the label selector.
    var selector: [NamespaceSelector.Requirement] {
        if let names { return [NamespaceSelector.Requirement(Self.nameLabel, .isOne(names))] + requirements }
        guard !excludedNames.isEmpty else { return requirements }
        return [NamespaceSelector.Requirement(Self.nameLabel, .isNoneOf(excludedNames))] + requirements
    }

    /// Whether there is no such Namespace.
    var isEmpty: Bool { names?.isEmpty == true || nameTest == .never || labelTest == .never }

    /// Tells whether a Namespace with these labels is one of them.
    func contains(_ namespace: String, _ labels: NamespaceLabels) -> Bool {
        let isSelected = selector.allSatisfy { requirement in
            requirement.isMet(by: requirement.key.hasSameBytes(as: Self.nameLabel) ? namespace : labels[requirement.key])
        }
        return isSelected && nameTest.matches(namespace, labels) && labelTest.matches(namespace, labels)
    }

    /// The same Namespaces without those that patterns match.
    func excluding(_ patterns: [NamePattern]) -> Self {
        var reach = self
        if let names {
            reach.names = names.filter { name in !patterns.contains { $0.matches(name) } }
            return reach
        }
        reach.excludedNames = (excludedNames + patterns.filter(\.isExact).map(\.text)).inByteOrder
        reach.nameTest = .allOf([nameTest, .none(of: .like(patterns.filter { !$0.isExact }))])
        return reach
    }

    /// The same Namespaces, but only those that have a label.
    func having(_ label: String) -> Self {
        var reach = self
        reach.requirements.append(NamespaceSelector.Requirement(label, .exists))
        return reach
    }

    /// Tells whether a pattern can match one of the Namespaces; `true` if that is not known.
    func canMeet(_ pattern: NamePattern) -> Bool {
        if let names { return names.contains { pattern.matches($0) } }
        guard pattern.isExact else { return true }
        return !excludedNames.contains { $0.hasSameBytes(as: pattern.text) } && nameTest.matches(pattern.text, .none)
    }
}

extension PolicySet {
    /// The Namespaces in which a policy applies, by its index.
    ///
    /// Without `kept`, those that only exact names match are left out: system Namespaces and Podscore's own.
    func reach(of index: Int, withKept kept: Bool = true) -> PolicyReach {
        let policy = policies[index]
        let exact = policy.namespaces.filter { $0.isExact && exactNamespaces[$0.bytes] == index }.map(\.text)
        let names = exact.filter { kept || !isKeptFromGlobs($0) }.inByteOrder
        let globs = globTest(of: index)
        let hasStar = self.globs.dropFirst(literalGlobCount).first?.policy == index
        let selector = selectors.firstIndex { $0.policy == index }
        guard globs != .never || hasStar || selector != nil else { return PolicyReach(names: names) }

        let others = self.globs.prefix(literalGlobCount).filter { $0.policy != index }.map(\.pattern)
        let isFree = NamespaceTest.none(of: .like(others))
        let byName = NamespaceTest.anyOf([.named(names), globs])
        var reach = PolicyReach(excludedNames: namesOfOthers(than: index, without: names))
        reach.nameTest = .anyOf([byName, hasStar || selector != nil ? isFree : .never])
        let bySelector = selector.map { test(ofSelectorAt: $0) }
        if !hasStar, byName == .never, let selector {
            reach.requirements = selectors[selector].selector.requirements
            reach.labelTest = rank(ofSelectorAt: selector)
        } else if bySelector != nil || hasStar {
            let byStar = NamespaceTest.none(of: .anyOf(selectors.filter { $0.policy != index }.map { .selected(by: $0.selector) }))
            reach.labelTest = .anyOf([byName, bySelector ?? .never, hasStar ? byStar : .never])
        }
        return reach
    }

    /// The exact names that globs and selectors of a policy must not match: those of other policies, and those that only names match.
    private func namesOfOthers(than index: Int, without names: [String]) -> [String] {
        let others = exactNamespaces.filter { $0.value != index }.map { String(decoding: $0.key, as: UTF8.self) }
        let kept = Self.systemNamespaces + (ownNamespace.isEmpty ? [] : [ownNamespace])
        return (others + kept).filter { name in !names.contains { $0.hasSameBytes(as: name) } }.inByteOrder
    }

    /// The names that a glob with literal characters of a policy matches and no closer glob of another policy.
    private func globTest(of index: Int) -> NamespaceTest {
        var groups: [(globs: [NamePattern], closer: [NamePattern])] = []
        for (place, glob) in globs.prefix(literalGlobCount).enumerated() where glob.policy == index {
            let closer = globs.prefix(place).filter { $0.policy != index && $0.pattern.commonName(with: glob.pattern) != nil }.map(
                \.pattern
            )
            if let group = groups.firstIndex(where: { $0.closer == closer }) {
                groups[group].globs.append(glob.pattern)
            } else {
                groups.append(([glob.pattern], closer))
            }
        }
        return .anyOf(groups.map { .allOf([.like($0.globs), .none(of: .like($0.closer))]) })
    }

    /// The labels that a selector matches and no selector that precedes it.
    private func test(ofSelectorAt place: Int) -> NamespaceTest {
        .allOf([.selected(by: selectors[place].selector), rank(ofSelectorAt: place)])
    }

    /// The labels that no selector matches that precedes one and can match the same labels.
    private func rank(ofSelectorAt place: Int) -> NamespaceTest {
        let own = selectors[place].selector
        return .none(of: .anyOf(selectors.prefix(place).filter { $0.selector.meets(own) }.map { .selected(by: $0.selector) }))
    }
}
