import KubernetesAPI

/// Requirements on the labels of a Namespace, all of which must be met.
package struct NamespaceSelector: Sendable, Equatable {
    /// One requirement on one label.
    package struct Requirement: Sendable, Equatable {
        /// The condition on the label's value.
        package enum Condition: Sendable, Equatable {
            /// The label has one of these values, which are distinct and in byte order.
            case isOne([String])
            /// The label has none of these values, or the Namespace does not have it.
            case isNoneOf([String])
            /// The Namespace has the label.
            case exists
            /// The Namespace does not have the label.
            case doesNotExist
        }

        /// The label's key.
        package let key: String
        /// The condition.
        package let condition: Condition

        /// A requirement; the order and the repetition of values make no difference.
        package init(_ key: String, _ condition: Condition) {
            self.key = key
            self.condition =
                switch condition {
                case .isOne(let values): .isOne(values.inByteOrder)
                case .isNoneOf(let values): .isNoneOf(values.inByteOrder)
                case .exists, .doesNotExist: condition
                }
        }
    }

    /// The distinct requirements, in the byte order of their texts; the selector with more of them is more specific.
    package let requirements: [Requirement]

    /// A selector of some requirements, whose order and repetition make no difference.
    package init(_ requirements: [Requirement]) {
        var distinct: [Requirement] = []
        for requirement in requirements.sorted(by: { $0.description.precedes($1.description) }) where requirement != distinct.last {
            distinct.append(requirement)
        }
        self.requirements = distinct
    }

    /// The keys of the labels that it reads; one occurs once for each requirement on it.
    package var keys: [String] { requirements.map(\.key) }

    /// Tells whether a Namespace with these labels meets all requirements.
    package func matches(_ labels: NamespaceLabels) -> Bool {
        requirements.allSatisfy { $0.isMet(by: labels[$0.key]) }
    }

    /// The label on which no value meets all requirements; `nil` if some labels meet them all.
    package var contradiction: String? { Self.contradiction(in: requirements) }

    /// The number of requirements and values; a comparison of two selectors takes its square at most.
    var weight: Int { requirements.reduce(0) { $0 + 1 + $1.values.count } }

    /// Tells whether a Namespace can match both selectors.
    func meets(_ other: Self) -> Bool {
        Self.contradiction(in: requirements + other.requirements) == nil
    }

    private static func contradiction(in requirements: [Requirement]) -> String? {
        requirements.indices.first { index in
            let key = requirements[index].key
            // Each key is visited once, at its first requirement.
            guard !requirements[..<index].contains(where: { $0.key.hasSameBytes(as: key) }) else { return false }
            let conditions = requirements[index...].filter { $0.key.hasSameBytes(as: key) }
            // A label can be absent or have one of the listed values; a value that no requirement lists is one case more.
            let candidates: [String?] = [nil, unlisted] + conditions.flatMap(\.values)
            return !candidates.contains { value in conditions.allSatisfy { $0.isMet(by: value) } }
        }
        .map { requirements[$0].key }
    }

    /// Stands for all values that no requirement lists; no label can have it.
    private static let unlisted = " "
}

extension NamespaceSelector.Requirement {
    /// Tells whether a label meets the requirement; `nil` stands for a missing label.
    ///
    /// As in Kubernetes, a missing label meets `NotIn`.
    /// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement>
    func isMet(by value: String?) -> Bool {
        switch condition {
        case .isOne(let values): value.map { value in values.contains { $0.hasSameBytes(as: value) } } ?? false
        case .isNoneOf(let values): value.map { value in !values.contains { $0.hasSameBytes(as: value) } } ?? true
        case .exists: value != nil
        case .doesNotExist: value == nil
        }
    }

    /// The values that the requirement lists.
    fileprivate var values: [String] {
        switch condition {
        case .isOne(let values), .isNoneOf(let values): values
        case .exists, .doesNotExist: []
        }
    }
}

extension NamespaceSelector: CustomStringConvertible {
    /// The selector as `kubectl --selector` takes it: `team=shop,tier in (a,b),!legacy`.
    package var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension NamespaceSelector.Requirement: CustomStringConvertible {
    /// The requirement as `kubectl --selector` takes it.
    package var description: String {
        switch condition {
        case .isOne(let values) where values.count == 1: "\(key)=\(values[0])"
        case .isOne(let values): "\(key) in (\(values.joined(separator: ",")))"
        case .isNoneOf(let values) where values.count == 1: "\(key)!=\(values[0])"
        case .isNoneOf(let values): "\(key) notin (\(values.joined(separator: ",")))"
        case .exists: key
        case .doesNotExist: "!\(key)"
        }
    }
}

extension String {
    fileprivate func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }
}

extension [String] {
    /// The distinct texts in byte order.
    package var inByteOrder: [String] {
        var distinct: [String] = []
        for text in sorted(by: { $0.precedes($1) }) where distinct.last?.hasSameBytes(as: text) != true { distinct.append(text) }
        return distinct
    }
}
