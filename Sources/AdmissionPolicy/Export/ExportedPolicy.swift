import KubernetesAPI

/// A ValidatingAdmissionPolicy with its bindings: one level of a policy.
package struct ExportedPolicy: Sendable, Equatable {
    /// The action of an API server on a violation of the level, as in `validationActions`.
    enum Action: String, Sendable {
        case deny = "Deny"
        case warn = "Warn"
        case audit = "Audit"

        /// The action of an effect.
        init(_ effect: Effect) {
            self =
                switch effect {
                case .deny: .deny
                case .warn: .warn
                case .audit: .audit
                }
        }
    }

    /// The release that keeps the objects of a floor in a cluster, and its options.
    package struct Owner: Sendable {
        /// The name, by which the objects are found again.
        package let name: String
        /// The options of the floor.
        package let options: FloorOptions

        /// An owner with a name.
        package init(name: String, options: FloorOptions) {
            self.name = name
            self.options = options
        }
    }

    /// A ValidatingAdmissionPolicyBinding, which gives some requests an action.
    struct Binding: Sendable, Equatable {
        /// The object's name.
        let name: String
        /// The requests; empty for all requests of the policy.
        let rules: [ResourceRule]
        /// The action.
        let action: Action
    }

    /// The label of all exported objects with the name of the policy.
    package static let policyLabel = "podscore.dev/policy"
    /// The label of all exported objects with the level: `enforce`, `warn`, `audit` or `floor`.
    package static let levelLabel = "podscore.dev/level"
    /// The value of that label for objects of a floor, which are exported apart from the other levels.
    package static let floorLevel = "floor"
    /// The annotation with the digest of all objects of a policy in one export.
    package static let digestAnnotation = "podscore.dev/policy-digest"
    /// The label of objects that are kept in a cluster, with the name of who keeps them.
    package static let ownerLabel = "podscore.dev/floor"
    /// The labels that all exported objects have.
    package static let labels = [
        (name: "app.kubernetes.io/name", value: "podscore"), (name: "app.kubernetes.io/component", value: "exported-policy"),
        (name: "app.kubernetes.io/managed-by", value: "podscore"),
    ]

    /// The object's name.
    package let name: String
    /// The name of the policy.
    package let policy: String
    /// The level: `enforce`, `warn`, `audit` or `floor`.
    package let level: String
    /// Whether a request is denied if an expression fails, as one that costs too much does.
    let failsClosed: Bool
    /// The requirements on labels of the Namespace.
    let selector: [NamespaceSelector.Requirement]
    /// The requests.
    let rules: [ResourceRule]
    /// The conditions on a request.
    let conditions: [MatchCondition]
    /// The variables.
    let variables: [CELVariable]
    /// Whether the level is not violated: a boolean expression; `nil` if violations are only recorded.
    let validation: String?
    /// The message of a violation: a string expression.
    let message: String
    /// The value of the audit annotation: a string expression, empty if the level is not violated; `nil` without an annotation.
    let annotation: String?
    /// The bindings, at least one.
    let bindings: [Binding]

    /// The indices of its bindings.
    package var bindingIndices: Range<Int> { bindings.indices }

    /// The name of a binding, by its index.
    package func bindingName(at index: Int) -> String { bindings[index].name }
}

extension ExportedPolicy {
    /// The most characters of an expression.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/cel/environment/base.go>
    static let expressionLimit = 100_000
    /// The most conditions on a request.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/admissionregistration/validation/validation.go>
    static let conditionLimit = 64

    /// The reason why no API server takes the policy; `nil` if it is within the limits.
    var excess: String? {
        if conditions.count > Self.conditionLimit {
            return "it needs \(conditions.count) matchConditions, and an API server takes \(Self.conditionLimit)"
        }
        let expressions = conditions.map(\.expression) + variables.map(\.expression) + [validation ?? "", message, annotation ?? ""]
        let longest = expressions.map(\.unicodeScalars.count).max() ?? 0
        guard longest > Self.expressionLimit else { return nil }
        return "it needs an expression of \(longest) characters, and an API server takes \(Self.expressionLimit)"
    }
}
