/// One webhook of a ValidatingWebhookConfiguration: which requests the API server asks about, whom, and what it does without an answer.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/validating-webhook-configuration-v1/>
package struct WebhookRegistration: Sendable, Equatable {
    /// Where the API server finds the webhook.
    package enum Endpoint: Sendable, Equatable {
        /// A Service in the cluster; the path is empty where none is given.
        case service(name: String, namespace: String, path: String)
        /// An address with scheme and path.
        case url(String)
    }

    /// Requests that are asked about; a request matches when each list names it.
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

    /// Requirements on labels, all of which must hold; none at all holds for everything.
    package struct LabelSelector: Sendable, Equatable {
        /// One requirement; `matchLabels` become `In` with one value.
        package struct Requirement: Sendable, Equatable {
            /// The label's name.
            package let key: String
            /// `In`, `NotIn`, `Exists` or `DoesNotExist`.
            package let operation: String
            /// What `In` and `NotIn` compare with.
            package let values: [String]
        }

        /// In the order of the document, `matchLabels` first.
        package var requirements: [Requirement] = []
    }

    /// An expression that has to be true for the webhook to be asked.
    package struct MatchCondition: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// CEL.
        package let expression: String
    }

    /// `metadata.name` of the configuration.
    package var configuration = ""
    /// The webhook's own name.
    package var name = ""
    /// Where it is found; `nil` where the document says neither.
    package var endpoint: Endpoint?
    /// The authorities that the API server trusts here, PEM in base64; `nil` trusts those of its system.
    package var caBundle: String?
    /// What is asked about.
    package var rules: [Rule] = []
    /// `Fail`, the default, or `Ignore`.
    package var failurePolicy = "Fail"
    /// `Equivalent`, the default, or `Exact`.
    package var matchPolicy = "Equivalent"
    /// `None` or `NoneOnDryRun`; empty where it is missing.
    package var sideEffects = ""
    /// How long the API server waits, in seconds, 1 to 30; default 10.
    package var timeoutSeconds: Int64 = 10
    /// The versions of AdmissionReview in which it may be asked.
    package var admissionReviewVersions: [String] = []
    /// The namespaces whose objects are asked about.
    package var namespaceSelector = LabelSelector()
    /// The objects that are asked about.
    package var objectSelector = LabelSelector()
    /// What else has to hold.
    package var matchConditions: [MatchCondition] = []

    /// The name under which the serving certificate must be issued; `nil` where there is no endpoint to go by.
    package var serverName: String? {
        switch endpoint {
        case .service(let name, let namespace, _): "\(name).\(namespace).svc"
        case .url(let url): Self.host(of: url)
        case nil: nil
        }
    }

    /// Whether the webhook is one of Podscore's, by its name.
    package var isPodscore: Bool { name.utf8.elementsEqual("podscore.dev".utf8) || name.hasSuffix(".podscore.dev") }

    /// Whether a rule asks about a resource, such as `pods/resize` of the core group, for an operation.
    package func asks(about resource: String, group: String, operation: String) -> Bool {
        rules.contains { rule in
            rule.scope != "Cluster"
                && rule.operations.contains { $0 == "*" || $0 == operation }
                && rule.apiGroups.contains { $0 == "*" || $0 == group }
                && rule.resources.contains { Self.pattern($0, names: resource) }
        }
    }

    /// Tells whether a rule's resource names a resource: `*` stands for all without subresources, `pods/*` and `*/*` for those, too.
    private static func pattern(_ pattern: String, names resource: String) -> Bool {
        if pattern == resource || pattern == "*/*" { return true }
        let parts = resource.split(separator: "/", maxSplits: 1)
        guard let plain = parts.first else { return false }
        if pattern == "\(plain)/*" { return true }
        guard parts.count == 2 else { return pattern == "*" }
        return pattern == "*/\(parts[1])"
    }

    /// Takes the host out of `https://HOST:PORT/PATH`, an IPv6 address without its brackets.
    private static func host(of url: String) -> String? {
        guard url.hasPrefix("https://") else { return nil }
        let authority = url.dropFirst(8).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        if authority.hasPrefix("[") { return authority.split(separator: "]").first.map { String($0.dropFirst()) } }
        let host = authority.prefix { $0 != ":" }
        return host.isEmpty ? nil : String(host)
    }
}
