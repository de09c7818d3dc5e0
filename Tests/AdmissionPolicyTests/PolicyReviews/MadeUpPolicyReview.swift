import AdmissionPolicy
import KubernetesAPI

/// Reviews of policies, waivers and Namespaces as an API server sends them.
enum MadeUpPolicyReview {
    /// The JSON of a review; `object` and `old` are JSON too.
    static func text(
        _ kind: String,
        group: String = "podscore.dev",
        operation: String = "CREATE",
        name: String = "a",
        object: String?,
        old: String? = nil,
        subResource: String = ""
    ) -> String {
        #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1","#
            + #""kind":{"group":"\#(group)","version":"v1alpha1","kind":"\#(kind)"},"subResource":"\#(subResource)","name":"\#(name)","#
            + #""operation":"\#(operation)","object":\#(object ?? "null"),"oldObject":\#(old ?? "null"),"dryRun":false}}"#
    }

    /// A policy or waiver as an API server has it.
    static func object(_ kind: PolicyKind, _ spec: String, name: String = "a", metadata: String = "", status: String = "") -> String {
        #"{"apiVersion":"podscore.dev/v1alpha1","kind":"\#(kind.rawValue)","metadata":{"name":"\#(name)","uid":"u","#
            + #""managedFields":[{"manager":"kubectl"}]\#(metadata)},"spec":\#(spec)\#(status)}"#
    }

    /// A Namespace with labels.
    static func namespace(_ labels: [String: String], metadata: String = "") -> String {
        let pairs = labels.sorted { $0.key < $1.key }.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
        return #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","labels":{\#(pairs)}\#(metadata)},"status":{}}"#
    }

    /// The review of a policy or waiver, under made-up rulesets.
    static func review(_ kind: PolicyKind, _ text: String) throws -> PolicyReview {
        let body = Array(text.utf8)
        let reader = PolicyReader(
            rulesets: MadeUpRulesets.rulesets,
            defaultRuleset: MadeUpRulesets.current,
            knowsNamespaceLabels: true
        )
        return PolicyReview(of: kind, try AdmissionEnvelope(parsing: body.span), in: body.span, by: reader)
    }
}

extension PolicyReview {
    /// The denial, if any.
    var denial: AdmissionResponse.Status? {
        if case .denied(let status) = self { status } else { nil }
    }

    /// The warnings of an unchanged object; `nil` for another result.
    var warningsOfUnchanged: [String]? {
        if case .unchanged(let warnings) = self { warnings } else { nil }
    }

    /// Whether the object is valid and policies change.
    var isValid: Bool {
        if case .valid = self { true } else { false }
    }
}
