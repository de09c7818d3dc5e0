/// An error or a warning about a namespaceSelector.
package enum SelectorProblem: Sendable, Equatable, CustomStringConvertible {
    /// Labels of Namespaces are not read.
    case needsCluster
    /// A waiver has one.
    case inWaiver
    /// It would match every Namespace.
    case empty
    case invalidKey(String, LabelFault)
    case invalidValue(String, key: String, LabelFault)
    case unknownOperator(String)
    /// `In` or `NotIn` without values.
    case missingValues(operator: String)
    /// `Exists` or `DoesNotExist` with values.
    case unexpectedValues(operator: String)
    /// No label meets all requirements on it. A warning.
    case matchesNothing(key: String)
    case tooMany(limit: Int)
    /// Two policies select by the same requirements.
    case tie(PolicyClaim, other: PolicyClaim, otherPlace: PolicyPlace)
    /// Two policies select by equally many requirements, and a Namespace can meet both. A warning.
    case overlap(PolicyClaim, other: PolicyClaim, otherPlace: PolicyPlace)

    /// Whether the policy can be used despite the problem.
    var severity: PolicyProblem.Severity {
        switch self {
        case .matchesNothing, .overlap: .warning
        case .needsCluster, .inWaiver, .empty, .invalidKey, .invalidValue, .unknownOperator, .missingValues, .unexpectedValues, .tooMany,
            .tie:
            .error
        }
    }

    /// The problem without its place.
    package var description: String {
        switch self {
        case .needsCluster:
            return "namespaceSelector needs the labels of Namespaces, which are read only with --cluster; use --cluster, or list namespaces"
        case .inWaiver:
            return
                "namespaceSelector is not allowed in a waiver: anyone who may label a Namespace could give it the waiver; list namespaces"
        case .empty: return "namespaceSelector has no requirement; to match every Namespace, write namespaces: [\"*\"]"
        case .invalidKey(let key, let fault): return "invalid label key \(quoted(key)): \(fault.text(isKey: true))"
        case .invalidValue(let value, let key, let fault):
            return "invalid value \(quoted(value)) of label \(quoted(key)): \(fault.text(isKey: false))"
        case .unknownOperator(let text):
            let allowed = SelectorOperator.allCases.map(\.rawValue).joined(separator: ", ")
            return "unknown operator \(quoted(text)), allowed: \(allowed)"
        case .missingValues(let name): return "operator \(name) needs values"
        case .unexpectedValues(let name): return "operator \(name) takes no values; remove them, or use In or NotIn"
        case .matchesNothing(let key):
            return "namespaceSelector matches no Namespace: its requirements on label \(key) contradict each other"
        case .tooMany(let limit): return "more than \(limit) policies with a namespaceSelector"
        case .tie(let claim, let other, let place):
            return "\(policyName(claim.policy)) and \(policyName(other.policy)) (\(place)) both select \(quoted(claim.pattern))"
        case .overlap(let claim, let other, let place):
            return "\(policyName(claim.policy)) selects \(quoted(claim.pattern)) and \(policyName(other.policy)) (\(place)) "
                + "\(quoted(other.pattern)), which are equally specific; \(policyName(other.policy)) applies to a Namespace that both select"
        }
    }
}

extension LabelFault {
    /// The fault as messages say it, behind the key or the value.
    fileprivate func text(isKey: Bool) -> String {
        let name = isKey ? "the name of a key" : "a value"
        return switch self {
        case .empty: "the name must not be empty"
        case .tooLong(let count): "has \(count) characters; the limit of \(name) is \(LabelFault.nameLimit)"
        case .character: "\(name) may contain only letters, digits, -, _ and ."
        case .edge: "\(name) must begin and end with a letter or a digit"
        case .prefix: "the part before / must be a DNS name of at most \(NameForm.subdomain.lengthLimit) characters, such as example.com"
        }
    }
}
