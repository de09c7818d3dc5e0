package import KubernetesAPI

extension WebhookRegistration {
    /// The reason why a document cannot be read as a webhook configuration.
    package struct Unreadable: Error, Sendable, Equatable {
        /// The position of the invalid value.
        package let position: Position
        /// The problem.
        package let problem: String
    }

    /// The kind of the documents.
    package static let documentKind = "ValidatingWebhookConfiguration"

    /// Reads the webhooks of a ValidatingWebhookConfiguration, as `kubectl get -o json` or `-o yaml` prints it.
    ///
    /// Ignores fields that no check uses, since the API server has checked them. Throws for the first value of a wrong type.
    package static func read(_ document: ManifestNode) throws(Unreadable) -> [WebhookRegistration] {
        let configuration = try text(document["metadata"]?["name"]) ?? ""
        var registrations: [WebhookRegistration] = []
        for node in try elements(document["webhooks"]) {
            var registration = try WebhookRegistration(node)
            registration.configuration = configuration
            registrations.append(registration)
        }
        return registrations
    }

    private init(_ node: ManifestNode) throws(Unreadable) {
        name = try Self.text(node["name"]) ?? ""
        endpoint = try Self.endpoint(node["clientConfig"])
        caBundle = try Self.text(node["clientConfig"]?["caBundle"])
        rules = try Self.rules(node["rules"])
        failurePolicy = try Self.text(node["failurePolicy"]) ?? failurePolicy
        matchPolicy = try Self.text(node["matchPolicy"]) ?? matchPolicy
        sideEffects = try Self.text(node["sideEffects"]) ?? sideEffects
        timeoutSeconds = try Self.integer(node["timeoutSeconds"]) ?? timeoutSeconds
        admissionReviewVersions = try Self.texts(node["admissionReviewVersions"])
        namespaceSelector = try Self.selector(node["namespaceSelector"])
        objectSelector = try Self.selector(node["objectSelector"])
        for condition in try Self.elements(node["matchConditions"]) {
            let name = try Self.text(condition["name"]) ?? ""
            matchConditions.append(MatchCondition(name: name, expression: try Self.text(condition["expression"]) ?? ""))
        }
    }

    private static func endpoint(_ node: ManifestNode?) throws(Unreadable) -> Endpoint? {
        if let service = node?["service"], !service.isAbsent {
            return .service(
                name: try text(service["name"]) ?? "",
                namespace: try text(service["namespace"]) ?? "",
                path: try text(service["path"]) ?? ""
            )
        }
        return try text(node?["url"]).map { .url($0) }
    }

    private static func rules(_ node: ManifestNode?) throws(Unreadable) -> [Rule] {
        var rules: [Rule] = []
        for node in try elements(node) {
            var rule = Rule()
            rule.operations = try texts(node["operations"])
            rule.apiGroups = try texts(node["apiGroups"])
            rule.resources = try texts(node["resources"])
            rule.scope = try text(node["scope"]) ?? rule.scope
            rules.append(rule)
        }
        return rules
    }

    private static func selector(_ node: ManifestNode?) throws(Unreadable) -> LabelSelector {
        var selector = LabelSelector()
        if let labels = node?["matchLabels"], case .object(let members) = labels.value {
            for member in members {
                let values = try text(member.value).map { [$0] } ?? []
                selector.requirements.append(.init(key: member.key, operation: "In", values: values))
            }
        }
        for expression in try elements(node?["matchExpressions"]) {
            selector.requirements.append(
                .init(
                    key: try text(expression["key"]) ?? "",
                    operation: try text(expression["operator"]) ?? "",
                    values: try texts(expression["values"])
                )
            )
        }
        return selector
    }

    private static func text(_ node: ManifestNode?) throws(Unreadable) -> String? {
        try value(node, "a string", \.text)
    }

    private static func integer(_ node: ManifestNode?) throws(Unreadable) -> Int64? {
        try value(node, "an integer", \.integer)
    }

    private static func elements(_ node: ManifestNode?) throws(Unreadable) -> [ManifestNode] {
        try value(node, "an array", \.elements) ?? []
    }

    /// Reads a value; `nil` if it is absent.
    private static func value<Value>(_ node: ManifestNode?, _ what: String, _ read: (ManifestNode) -> Value?) throws(Unreadable) -> Value? {
        guard let node, !node.isAbsent else { return nil }
        guard let value = read(node) else { throw Unreadable(position: node.position, problem: "expected \(what)") }
        return value
    }

    private static func texts(_ node: ManifestNode?) throws(Unreadable) -> [String] {
        var texts: [String] = []
        for element in try elements(node) {
            guard let text = try text(element) else { throw Unreadable(position: element.position, problem: "expected a string") }
            texts.append(text)
        }
        return texts
    }
}

extension ManifestNode {
    /// Whether the node is null, which the API server treats as an absent field.
    fileprivate var isAbsent: Bool {
        if case .null = value { true } else { false }
    }
}
