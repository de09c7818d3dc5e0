import AdmissionPolicy

/// How the webhooks of one kind of object divide the namespaces between them.
package struct NamespaceSplit: Sendable, Equatable {
    /// The kind of object: `pods` or `workloads`.
    package let kind: String
    /// The namespaces in which objects are denied while Podscore is unreachable: names, globs, requirements on labels; `*` is all others.
    package internal(set) var failsClosed: [String] = []
    /// The namespaces in which objects are admitted unchecked while Podscore is unreachable.
    package internal(set) var failsOpen: [String] = []
    /// The namespaces in which no webhook is called.
    package internal(set) var notChecked: [String] = []
}

/// The webhooks that are called for the same objects, and the conditions in which they differ.
struct WebhookGroup: Sendable {
    /// A webhook with the conditions that not every webhook of its group has.
    struct Part: Sendable {
        /// The webhook.
        let webhook: WebhookRegistration
        /// Requirements on the labels of a namespace.
        let requirements: [WebhookRegistration.LabelSelector.Requirement]
        /// The match conditions, without spaces.
        let conditions: [String]
        /// The same conditions if all are about names of namespaces.
        let readable: [NamespaceCondition]?

        /// The labels in the requirements that a namespace can change.
        var labels: [String] { requirements.map(\.key).filter { $0 != RegistrationCheck.namespaceNameLabel } }

        /// Whether the webhook is called in a namespace; unreadable conditions count as met.
        func isCalled(in namespace: String, labels: [String: String]) -> Bool {
            requirements.allSatisfy { $0.isMet(in: namespace, labels: labels) }
                && (readable ?? []).allSatisfy { $0.holds(in: namespace) }
        }
    }

    /// One part for each webhook.
    let parts: [Part]
    /// The requirements on names that every webhook has.
    private let sharedRequirements: [WebhookRegistration.LabelSelector.Requirement]
    /// The conditions on names that every webhook has.
    private let sharedConditions: [NamespaceCondition]

    /// Finds what the webhooks share.
    init(_ webhooks: [WebhookRegistration]) {
        func isShared(_ requirement: WebhookRegistration.LabelSelector.Requirement) -> Bool {
            webhooks.allSatisfy { $0.namespaceSelector.requirements.contains(requirement) }
        }
        func isShared(_ condition: String) -> Bool {
            webhooks.allSatisfy { $0.matchConditions.contains { $0.compactExpression == condition } }
        }
        let first = webhooks.first
        sharedRequirements = (first?.namespaceSelector.requirements ?? []).filter {
            $0.key == RegistrationCheck.namespaceNameLabel && isShared($0)
        }
        sharedConditions = (first?.matchConditions ?? []).filter { isShared($0.compactExpression) }.compactMap {
            NamespaceCondition(parsing: $0.expression)
        }
        parts = webhooks.map { webhook in
            let own = webhook.matchConditions.filter { !isShared($0.compactExpression) }
            let readable = own.compactMap { NamespaceCondition(parsing: $0.expression) }
            return Part(
                webhook: webhook,
                requirements: webhook.namespaceSelector.requirements.filter { !isShared($0) },
                conditions: own.map(\.compactExpression),
                readable: readable.count == own.count ? readable : nil
            )
        }
    }

    /// Whether the group's webhooks can be told apart by namespaces alone.
    var isReadable: Bool { parts.allSatisfy { $0.readable != nil } }

    /// Whether the group has two webhooks whose only difference is one condition and its negation.
    var isNegation: Bool {
        guard parts.count == 2, parts.allSatisfy({ $0.requirements.isEmpty && $0.conditions.count == 1 }) else { return false }
        let (one, other) = (parts[0].conditions[0], parts[1].conditions[0])
        return one == "!(\(other))" || other == "!(\(one))"
    }

    /// Whether all webhooks exclude a namespace by the same requirement or condition.
    func excludes(_ namespace: String) -> Bool {
        !sharedRequirements.allSatisfy { $0.isMet(by: namespace) } || !sharedConditions.allSatisfy { $0.holds(in: namespace) }
    }

    /// The names and globs in all conditions, each once, then `*`.
    func globs(and more: [String]) -> [NamePattern] {
        let conditions = sharedConditions + parts.flatMap { $0.readable ?? [] }
        let requirements = sharedRequirements + parts.flatMap(\.requirements).filter { $0.key == RegistrationCheck.namespaceNameLabel }
        var globs: [NamePattern] = []
        var seen: Set<[UInt8]> = [Array("*".utf8)]
        let named = more.map(NamePattern.init) + conditions.flatMap(\.globs) + requirements.flatMap(\.values).map(NamePattern.init)
        for glob in named where seen.insert(Array(glob.text.utf8)).inserted { globs.append(glob) }
        return globs + [NamePattern("*")]
    }

    /// The combinations of labels that the parts can tell apart; `nil` if there are too many to try.
    var labelings: [[String: String]]? {
        var labelings: [[String: String]] = [[:]]
        var seen: Set<String> = []
        for requirement in parts.flatMap(\.requirements) where requirement.key != RegistrationCheck.namespaceNameLabel {
            guard seen.insert(requirement.key).inserted else { continue }
            let values = parts.flatMap(\.requirements).filter { $0.key == requirement.key }.flatMap(\.values)
            let unnamed = values.reduce("other") { $0 + $1 }
            labelings += labelings.flatMap { labels in (values + [unnamed]).map { labels.merging([requirement.key: $0]) { $1 } } }
            guard labelings.count <= 1_000 else { return nil }
        }
        return labelings
    }
}

extension NamePattern {
    /// A name that the pattern matches and that is none of the others.
    func sample(besides others: [NamePattern]) -> String {
        guard !isExact else { return text }
        var filling = "other"
        while others.contains(where: { $0.isExact && $0.text == text.replacing("*", with: filling) }) { filling += "x" }
        return text.replacing("*", with: filling)
    }
}

extension WebhookRegistration.MatchCondition {
    /// The expression without white space, so that the same text in other lines is equal.
    fileprivate var compactExpression: String { String(expression.filter { !$0.isWhitespace }) }
}

extension WebhookRegistration.LabelSelector.Requirement {
    /// Whether a Namespace meets the requirement; its name counts as a label.
    func isMet(in namespace: String, labels: [String: String]) -> Bool {
        isMet(by: key == RegistrationCheck.namespaceNameLabel ? namespace : labels[key])
    }

    /// Whether a label's value meets the requirement; `nil` is an absent label, which meets `NotIn`.
    func isMet(by value: String?) -> Bool {
        switch operation {
        case "In": value.map { values.contains($0) } ?? false
        case "NotIn": value.map { !values.contains($0) } ?? true
        case "Exists": value != nil
        case "DoesNotExist": value == nil
        default: true
        }
    }

    /// The requirement as `kubectl --selector` writes it.
    var text: String {
        switch operation {
        case "In": "\(key) in (\(values.joined(separator: ", ")))"
        case "NotIn": "\(key) notin (\(values.joined(separator: ", ")))"
        case "DoesNotExist": "!\(key)"
        default: key
        }
    }
}
