package import KubernetesAPI

extension ExportedPolicy {
    private static let apiVersion = "admissionregistration.k8s.io/v1"
    private static let kind = "ValidatingAdmissionPolicy"

    /// Writes the ValidatingAdmissionPolicy; with a digest in its annotation.
    package func writePolicy(digest: String?, owner: Owner? = nil, to json: inout JSONWriter) {
        json.beginObject()
        writeHead(Self.kind, name, digest, owner, to: &json)
        json.key("spec")
        json.beginObject()
        json.member("failurePolicy", failsClosed ? "Fail" : "Ignore")
        json.key("matchConstraints")
        write(rules, selector, to: &json)
        write("matchConditions", conditions.map { ($0.name, $0.expression) }, to: &json)
        write("variables", variables.map { ($0.name, $0.expression) }, to: &json)
        if let validation { write(validation: validation, to: &json) }
        if let annotation { write(annotation: annotation, to: &json) }
        json.endObject()
        json.endObject()
    }

    /// Writes one ValidatingAdmissionPolicyBinding.
    package func writeBinding(at index: Int, digest: String?, owner: Owner? = nil, to json: inout JSONWriter) {
        let binding = bindings[index]
        json.beginObject()
        writeHead("\(Self.kind)Binding", binding.name, digest, owner, to: &json)
        json.key("spec")
        json.beginObject()
        json.member("policyName", name)
        json.member("validationActions", [binding.action.rawValue])
        if !binding.rules.isEmpty {
            json.key("matchResources")
            write(binding.rules, [], to: &json)
        }
        json.endObject()
        json.endObject()
    }

    private func writeHead(_ kind: String, _ name: String, _ digest: String?, _ owner: Owner?, to json: inout JSONWriter) {
        json.member("apiVersion", Self.apiVersion)
        json.member("kind", kind)
        json.key("metadata")
        json.beginObject()
        json.member("name", name)
        json.key("labels")
        json.beginObject()
        for label in Self.labels { json.member(label.name, label.value) }
        json.member(Self.policyLabel, policy)
        json.member(Self.levelLabel, level)
        if let owner { json.member(Self.ownerLabel, owner.name) }
        json.endObject()
        if let digest {
            json.key("annotations")
            json.beginObject()
            json.member(Self.digestAnnotation, digest)
            if let owner { json.member(FloorOptions.annotation, owner.options.text) }
            json.endObject()
        }
        json.endObject()
    }

    /// Writes the resources and Namespaces of a policy or a binding.
    ///
    /// Leaves out the defaults of an API server: the match policy `Equivalent`, and selectors that select everything.
    private func write(_ rules: [ResourceRule], _ selector: [NamespaceSelector.Requirement], to json: inout JSONWriter) {
        json.beginObject()
        if !selector.isEmpty {
            json.key("namespaceSelector")
            json.beginObject()
            json.key("matchExpressions")
            json.beginArray()
            for requirement in selector { write(requirement, to: &json) }
            json.endArray()
            json.endObject()
        }
        json.key("resourceRules")
        json.beginArray()
        for rule in rules {
            json.beginObject()
            json.member("apiGroups", rule.groups)
            json.member("apiVersions", rule.groups.contains("*") ? ["*"] : ["v1"])
            json.member("operations", rule.operations)
            json.member("resources", rule.resources)
            json.member("scope", "Namespaced")
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }

    private func write(_ requirement: NamespaceSelector.Requirement, to json: inout JSONWriter) {
        json.beginObject()
        json.member("key", requirement.key)
        switch requirement.condition {
        case .isOne(let values):
            json.member("operator", "In")
            json.member("values", values)
        case .isNoneOf(let values):
            json.member("operator", "NotIn")
            json.member("values", values)
        case .exists: json.member("operator", "Exists")
        case .doesNotExist: json.member("operator", "DoesNotExist")
        }
        json.endObject()
    }

    /// Writes a list of named expressions; nothing if it is empty.
    private func write(_ key: String, _ expressions: [(name: String, expression: String)], to json: inout JSONWriter) {
        guard !expressions.isEmpty else { return }
        json.key(key)
        json.beginArray()
        for (name, expression) in expressions {
            json.beginObject()
            json.member("name", name)
            json.member("expression", expression)
            json.endObject()
        }
        json.endArray()
    }

    /// Writes the one validation; an API server shows the static message if the expression of the message fails.
    private func write(validation: String, to json: inout JSONWriter) {
        json.key("validations")
        json.beginArray()
        json.beginObject()
        json.member("expression", validation)
        json.member("message", "violates level \(level) of policy \(policy)")
        json.member("messageExpression", message)
        json.member("reason", "Forbidden")
        json.endObject()
        json.endArray()
    }

    private func write(annotation: String, to json: inout JSONWriter) {
        json.key("auditAnnotations")
        json.beginArray()
        json.beginObject()
        json.member("key", "violations")
        json.member("valueExpression", annotation)
        json.endObject()
        json.endArray()
    }
}
