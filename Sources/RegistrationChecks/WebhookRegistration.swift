/// One webhook of a ValidatingWebhookConfiguration: for which requests the API server calls it, where, and what happens without an answer.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/validating-webhook-configuration-v1/>
package struct WebhookRegistration: Sendable, Equatable {
    /// The address of the webhook.
    package enum Endpoint: Sendable, Equatable {
        /// A Service in the cluster; the path is empty if it is absent.
        case service(name: String, namespace: String, path: String)
        /// An address with scheme and path.
        case url(String)
    }

    /// The requests for which the webhook is called; a request matches if each list contains it.
    package struct Rule: Sendable, Equatable {
        /// Such as `CREATE`, or `*`.
        package var operations: [String] = []
        /// Such as `apps`; empty text for the core group, or `*`.
        package var apiGroups: [String] = []
        /// Such as `pods/resize`, `pods/*` or `*/*`.
        package var resources: [String] = []
        /// `Cluster`, `Namespaced` or `*`.
        package var scope = "*"
    }

    /// Requirements on labels, all of which must hold; an empty selector matches everything.
    package struct LabelSelector: Sendable, Equatable {
        /// One requirement; `matchLabels` become `In` with one value.
        package struct Requirement: Sendable, Equatable {
            /// The label's name.
            package let key: String
            /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
            package let operation: String
            /// The values that `In` and `NotIn` compare with.
            package let values: [String]
        }

        /// In the order of the document, `matchLabels` first.
        package var requirements: [Requirement] = []
    }

    /// An expression that must be true for the webhook to be called.
    package struct MatchCondition: Sendable, Equatable {
        /// The name of the condition.
        package let name: String
        /// The expression, in CEL.
        package let expression: String
    }

    /// `metadata.name` of the configuration.
    package var configuration = ""
    /// The webhook's own name.
    package var name = ""
    /// The address; `nil` if the document has neither a service nor a URL.
    package var endpoint: Endpoint?
    /// The authorities for the webhook's certificate, base64-encoded PEM; `nil` means those of the API server's system.
    package var caBundle: String?
    /// The requests for which the webhook is called.
    package var rules: [Rule] = []
    /// `Fail`, the default, or `Ignore`.
    package var failurePolicy = "Fail"
    /// `Equivalent`, the default, or `Exact`.
    package var matchPolicy = "Equivalent"
    /// `None` or `NoneOnDryRun`; empty if it is absent.
    package var sideEffects = ""
    /// The time that the API server waits, in seconds, 1 to 30; default 10.
    package var timeoutSeconds: Int64 = 10
    /// The versions of AdmissionReview that the webhook accepts.
    package var admissionReviewVersions: [String] = []
    /// The namespaces for which the webhook is called.
    package var namespaceSelector = LabelSelector()
    /// The objects for which the webhook is called.
    package var objectSelector = LabelSelector()
    /// The further conditions for a call.
    package var matchConditions: [MatchCondition] = []

    /// The name for which the serving certificate must be issued; `nil` without an endpoint.
    package var serverName: String? {
        switch endpoint {
        case .service(let name, let namespace, _): "\(name).\(namespace).svc"
        case .url(let url): Self.host(of: url)
        case nil: nil
        }
    }

    /// Whether failures of the webhook deny the object.
    var failsClosed: Bool { failurePolicy != "Ignore" }

    /// The policy in the path `/validate/NAME`, which applies in every namespace; `nil` if the policies choose.
    var pinnedPolicy: String? {
        guard case .service(_, _, let path) = endpoint, path.hasPrefix("/validate/") else { return nil }
        return String(path.dropFirst("/validate/".count))
    }

    /// The names of the controller's webhooks, which are about policies and Namespaces and always fail open.
    private static let controllerNames = ["policies.podscore.dev", "namespaces.podscore.dev"]

    /// Whether the webhook is one of Podscore's for Pods and workloads, by its name.
    package var isPodscore: Bool {
        guard !Self.controllerNames.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else { return false }
        return name.utf8.elementsEqual("podscore.dev".utf8) || name.hasSuffix(".podscore.dev")
    }

    /// Whether the webhook is called for an operation on a resource, such as `pods/resize` in the core group.
    package func asks(about resource: String, group: String, operation: String) -> Bool {
        rules.contains { rule in
            rule.scope != "Cluster"
                && rule.operations.contains { $0 == "*" || $0 == operation }
                && rule.apiGroups.contains { $0 == "*" || $0 == group }
                && rule.resources.contains { Self.pattern($0, names: resource) }
        }
    }

    /// Whether a rule's resource matches a resource: `*` matches resources without subresource, `pods/*` and `*/*` also subresources.
    private static func pattern(_ pattern: String, names resource: String) -> Bool {
        if pattern == resource || pattern == "*/*" { return true }
        let parts = resource.split(separator: "/", maxSplits: 1)
        guard let plain = parts.first else { return false }
        if pattern == "\(plain)/*" { return true }
        guard parts.count == 2 else { return pattern == "*" }
        return pattern == "*/\(parts[1])"
    }

    /// The host in `https://HOST:PORT/PATH`; an IPv6 address without brackets.
    private static func host(of url: String) -> String? {
        guard url.hasPrefix("https://") else { return nil }
        let authority = url.dropFirst(8).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.hasPrefix("[") { return authority.split(separator: "]").first.map { String($0.dropFirst()) } }
        let host = authority.prefix { $0 != ":" }
        return host.isEmpty ? nil : String(host)
    }
}
