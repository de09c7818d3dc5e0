import KubernetesAPI
import PodScoring

/// A condition on the name and the labels of a Namespace that Swift and CEL evaluate alike.
indirect enum NamespaceTest: Sendable, Equatable {
    /// The Namespace has one of these names, at least one.
    case isNamed([String])
    /// One of these globs, at least one, matches the name.
    case isLike([NamePattern])
    /// The labels meet a requirement.
    case meets(NamespaceSelector.Requirement)
    /// The condition is not met.
    case not(NamespaceTest)
    /// All conditions are met; without any, every Namespace meets it.
    case all([NamespaceTest])
    /// One of the conditions is met; without any, no Namespace meets it.
    case any([NamespaceTest])

    /// The condition that every Namespace meets.
    static let always = Self.all([])
    /// The condition that no Namespace meets.
    static let never = Self.any([])

    /// Tests for names; without any, no Namespace meets it.
    static func named(_ names: [String]) -> Self { names.isEmpty ? .never : .isNamed(names) }

    /// Tests for globs; without any, no Namespace meets it.
    static func like(_ globs: [NamePattern]) -> Self { globs.isEmpty ? .never : .isLike(globs) }

    /// Tests for names and globs.
    static func matching(_ patterns: [NamePattern]) -> Self {
        .anyOf([.named(patterns.filter(\.isExact).map(\.text)), .like(patterns.filter { !$0.isExact })])
    }

    /// The requirements of a selector, all of which must be met.
    static func selected(by selector: NamespaceSelector) -> Self { .allOf(selector.requirements.map { .meets($0) }) }

    /// All conditions, without those that make no difference.
    static func allOf(_ tests: [Self]) -> Self {
        let needed = tests.flatMap { if case .all(let parts) = $0 { parts } else { [$0] } }
        if needed.contains(.never) { return .never }
        return needed.count == 1 ? needed[0] : .all(needed)
    }

    /// One of the conditions, without those that make no difference.
    static func anyOf(_ tests: [Self]) -> Self {
        let needed = tests.flatMap { if case .any(let parts) = $0 { parts } else { [$0] } }
        if needed.contains(.always) { return .always }
        return needed.count == 1 ? needed[0] : .any(needed)
    }

    /// The opposite condition.
    static func none(of test: Self) -> Self {
        switch test {
        case .always: .never
        case .never: .always
        case .not(let inner): inner
        default: .not(test)
        }
    }
}

extension NamespaceTest {
    /// Tells whether a Namespace meets the condition; linear in its parts.
    func matches(_ namespace: String, _ labels: NamespaceLabels) -> Bool {
        switch self {
        case .isNamed(let names): names.contains { $0.hasSameBytes(as: namespace) }
        case .isLike(let globs): globs.contains { $0.matches(namespace) }
        case .meets(let requirement): requirement.isMet(by: labels[requirement.key])
        case .not(let test): !test.matches(namespace, labels)
        case .all(let tests): tests.allSatisfy { $0.matches(namespace, labels) }
        case .any(let tests): tests.contains { $0.matches(namespace, labels) }
        }
    }

    /// Whether the condition reads labels, which `matchConditions` do not know.
    var readsLabels: Bool {
        switch self {
        case .isNamed, .isLike: false
        case .meets: true
        case .not(let test): test.readsLabels
        case .all(let tests), .any(let tests): tests.contains(where: \.readsLabels)
        }
    }
}

extension NamespaceTest {
    /// The labels of the request's Namespace; every Namespace has one, since the API server sets `kubernetes.io/metadata.name`.
    static let labels = "namespaceObject.metadata.labels"
    /// Stands for a missing label; no label can have this value.
    private static let missing = "' '"

    /// The condition in CEL; parts of a conjunction or a disjunction need no parentheses around them.
    var cel: String {
        switch self {
        case .isNamed(let names) where names.count == 1: "request.namespace == \(CELText.literal(names[0]))"
        case .isNamed(let names): "request.namespace in \(CELText.list(names))"
        case .isLike(let globs): Self.cel(globs)
        case .meets(let requirement): Self.cel(requirement)
        case .not(let test): "!(\(test.cel))"
        case .all(let tests) where tests.isEmpty: "true"
        case .all(let tests): tests.map { $0.isDisjunction ? "(\($0.cel))" : $0.cel }.joined(separator: " && ")
        case .any(let tests) where tests.isEmpty: "false"
        case .any(let tests): tests.map(\.cel).joined(separator: " || ")
        }
    }

    private var isDisjunction: Bool {
        if case .any(let tests) = self { tests.count > 1 } else { false }
    }

    /// One function of strings for a single `*` at an end; otherwise one regular expression for all globs.
    private static func cel(_ globs: [NamePattern]) -> String {
        if globs.count == 1, let text = globs.first?.text {
            let parts = text.split(separator: "*", omittingEmptySubsequences: false)
            if parts.count == 2, parts[1].isEmpty, !parts[0].isEmpty {
                return "request.namespace.startsWith(\(CELText.literal(String(parts[0]))))"
            }
            if parts.count == 2, parts[0].isEmpty, !parts[1].isEmpty {
                return "request.namespace.endsWith(\(CELText.literal(String(parts[1]))))"
            }
        }
        // The reader of policies allows nothing in a glob that a regular expression would read in another way.
        let expressions = globs.map { $0.text.split(separator: "*", omittingEmptySubsequences: false).joined(separator: ".*") }
        return "request.namespace.matches(\(CELText.literal("^(\(expressions.joined(separator: "|")))$")))"
    }

    private static func cel(_ requirement: NamespaceSelector.Requirement) -> String {
        let key = CELText.literal(requirement.key)
        let value = "\(labels)[?\(key)].orValue(\(missing))"
        return switch requirement.condition {
        case .isOne(let values) where values.count == 1: "\(value) == \(CELText.literal(values[0]))"
        case .isOne(let values): "\(value) in \(CELText.list(values))"
        case .isNoneOf(let values) where values.count == 1: "\(value) != \(CELText.literal(values[0]))"
        case .isNoneOf(let values): "!(\(value) in \(CELText.list(values)))"
        case .exists: "\(key) in \(labels)"
        case .doesNotExist: "!(\(key) in \(labels))"
        }
    }
}
