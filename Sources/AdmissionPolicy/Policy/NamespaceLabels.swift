import KubernetesAPI

/// The labels of a Namespace that policies read.
///
/// A Namespace has few of them, so they are searched in order.
package struct NamespaceLabels: Sendable, Hashable {
    private struct Label: Sendable, Hashable {
        let key: String
        let value: String
    }

    private var labels: [Label] = []

    /// A Namespace without such labels.
    package static let none = Self()

    private init() {}

    /// Keeps the labels of some keys; `value` returns the value of a label, or `nil` without one.
    ///
    /// The keys are shared and not copied, so that many Namespaces take little memory.
    package init(_ keys: [String], value: (_ key: String) -> String?) {
        for key in keys {
            if let value = value(key) { labels.append(Label(key: key, value: value)) }
        }
    }

    /// Whether no label is kept.
    package var isEmpty: Bool { labels.isEmpty }

    /// The value of a label; `nil` without one.
    ///
    /// Keys compare as bytes.
    package subscript(key: String) -> String? {
        labels.first { $0.key.hasSameBytes(as: key) }?.value
    }
}

/// The known facts about the Namespace of a request.
package enum NamespaceKnowledge: Sendable, Equatable {
    /// The name alone, because labels are not read or cannot matter.
    case nameAlone
    /// The labels.
    case labels(NamespaceLabels)
    /// The labels can matter and did not come in time, so the name alone decides, and the user is told.
    case missing
}

/// The Namespaces of a cluster, each with the labels that policies read.
package struct NamespaceDirectory: Sendable {
    /// The keys of the labels that are kept.
    package let keys: [String]
    /// By name.
    ///
    /// Names of Namespaces are ASCII, so equal texts have equal bytes.
    private var namespaces: [String: NamespaceLabels] = [:]

    /// A directory without Namespaces for labels of some keys, such as ``PolicySet/labelKeys``.
    package init(keeping keys: [String]) {
        self.keys = keys
    }

    /// The names of the Namespaces in order.
    package var names: [String] { namespaces.keys.sorted() }

    /// The number of Namespaces.
    package var count: Int { namespaces.count }

    /// The labels of a Namespace; `nil` if it is not in the directory.
    package subscript(name: String) -> NamespaceLabels? { namespaces[name] }

    /// Adds or replaces a Namespace; `value` returns the value of one of its labels, or `nil` without one.
    package mutating func set(_ name: String, value: (_ key: String) -> String?) {
        namespaces[name] = NamespaceLabels(keys, value: value)
    }

    /// Adds or replaces a Namespace with labels that were kept for the same keys.
    package mutating func set(_ name: String, _ labels: NamespaceLabels) {
        namespaces[name] = labels
    }

    /// Removes a Namespace.
    package mutating func remove(_ name: String) {
        namespaces[name] = nil
    }

    /// Whether the directory keeps all labels that policies read; otherwise the Namespaces must be read again.
    package func isComplete(for policies: PolicySet) -> Bool { keeps(policies.labelKeys) }

    /// Whether the directory keeps the labels of all these keys.
    package func keeps(_ keys: [String]) -> Bool {
        // Most often they are the same keys in the same order.
        self.keys.elementsEqual(keys) { $0.hasSameBytes(as: $1) }
            || keys.allSatisfy { key in self.keys.contains { $0.hasSameBytes(as: key) } }
    }

    /// The number of Namespaces to which each policy with a selector applies, by the policy's name.
    ///
    /// Linear in the Namespaces.
    package func namespaceCounts(of policies: PolicySet) -> [String: Int] {
        var counts: [String: Int] = [:]
        for policy in policies.policies where policy.namespaceSelector != nil { counts[policy.name] = 0 }
        guard !counts.isEmpty else { return counts }
        for (name, labels) in namespaces { counts[policies.policy(for: name, labels: labels).name]? += 1 }
        return counts
    }
}
