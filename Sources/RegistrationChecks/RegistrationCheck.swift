/// Finds registrations that can cause an outage or that tenants can avoid.
package struct RegistrationCheck: Sendable {
    /// Where the policies deny Pods.
    let enforcement: Enforcement
    /// Podscore's namespace; `nil` is the namespace of the Service.
    let ownNamespace: String?

    /// The longest timeout without a warning, in seconds.
    ///
    /// Kubernetes' default. Every creation of a Pod waits that long if Podscore hangs.
    static let timeoutLimit: Int64 = 10
    /// The label that the API server keeps equal to the namespace's name.
    ///
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name>
    static let namespaceNameLabel = "kubernetes.io/metadata.name"
    /// The required rules: the resource in the core group, the operation, and the consequence without the rule.
    static let needed: [(resource: String, operation: String, otherwise: String)] = [
        ("pods", "CREATE", "new Pods are not checked"),
        ("pods", "UPDATE", "images can change unchecked"),
        ("pods/ephemeralcontainers", "UPDATE", "a privileged debug container can be added to any Pod"),
        ("pods/resize", "UPDATE", "required requests and limits can be removed"),
    ]

    /// A check for these policies and this namespace.
    package init(enforcement: Enforcement, ownNamespace: String? = nil) {
        self.enforcement = enforcement
        self.ownNamespace = ownNamespace
    }

    /// The findings about Podscore's webhooks, in their order; other webhooks are skipped.
    package func findings(in registrations: [WebhookRegistration]) -> [RegistrationFinding] {
        let own = registrations.filter(\.isPodscore)
        guard !own.isEmpty else {
            return [
                RegistrationFinding(
                    .notRegistered,
                    problem: "no webhook has a name that ends in podscore.dev, so the API server never calls Podscore",
                    fix: "install the chart, or apply its ValidatingWebhookConfiguration"
                )
            ]
        }
        let dividing = dividingLabels(of: own)
        return unaskedResources(of: own) + divisions(of: own) + failures(of: own) + own.flatMap { findings(in: $0, dividing: dividing) }
    }

    private func unaskedResources(of registrations: [WebhookRegistration]) -> [RegistrationFinding] {
        Self.needed.compactMap { needed in
            let isAsked = registrations.contains { $0.asks(about: needed.resource, group: "", operation: needed.operation) }
            guard !isAsked else { return nil }
            return RegistrationFinding(
                .resourceNotAsked,
                problem: "the webhook is not registered for \(needed.operation) of \(needed.resource), so \(needed.otherwise)",
                fix:
                    "add a rule with apiGroups [\"\"], resources [\(needed.resource)], operations [\(needed.operation)] to pods.podscore.dev"
            )
        }
    }

    /// The findings about one webhook; some labels only choose between two webhooks.
    private func findings(in webhook: WebhookRegistration, dividing: Set<String>) -> [RegistrationFinding] {
        endpoint(webhook) + namespaces(webhook) + tenantSelectors(webhook, dividing: dividing) + matchConditions(webhook)
            + protocolFields(webhook)
    }

    private func endpoint(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        let path: String
        switch webhook.endpoint {
        case .service(_, _, let written): path = written
        case .url(let url): path = "/" + url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true).dropFirst(2).joined()
        case nil:
            return [
                RegistrationFinding(
                    .endpointMissing,
                    webhook: webhook.name,
                    problem: "clientConfig names neither a service nor a url",
                    fix: "set clientConfig.service to Podscore's Service, with the path /validate"
                )
            ]
        }
        let steps = path.split(separator: "/", omittingEmptySubsequences: false)
        if path == "/validate" || (steps.count == 3 && steps[1] == "validate" && !steps[2].isEmpty) { return [] }
        return [
            RegistrationFinding(
                .pathUnknown,
                webhook: webhook.name,
                problem: "Podscore answers the path \(path.isEmpty ? "/" : path) with 404, which counts as a failed call",
                fix: "set it to /validate, or to /validate/<policy> for one policy"
            )
        ]
    }

    private func protocolFields(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        func add(_ fault: RegistrationFinding.Fault, _ problem: String, fix: String, _ severity: RegistrationFinding.Severity = .error) {
            findings.append(RegistrationFinding(fault, severity, webhook: webhook.name, problem: problem, fix: fix))
        }
        if webhook.matchPolicy == "Exact" {
            add(
                .matchPolicyExact,
                "matchPolicy is Exact: the webhook is not called for another API version of the same resource",
                fix: "set matchPolicy to Equivalent"
            )
        }
        if webhook.sideEffects != "None", webhook.sideEffects != "NoneOnDryRun" {
            add(
                .sideEffects,
                "sideEffects is \(webhook.sideEffects.isEmpty ? "not set" : webhook.sideEffects): every dry run fails",
                fix: "set sideEffects to None; Podscore has none"
            )
        }
        if webhook.timeoutSeconds > Self.timeoutLimit {
            add(
                .timeoutTooLong,
                "timeoutSeconds is \(webhook.timeoutSeconds): each creation of a Pod can wait that long",
                fix: "set timeoutSeconds to 5",
                .warning
            )
        }
        if !webhook.admissionReviewVersions.contains(where: { $0 == "v1" || $0 == "v1beta1" }) {
            add(
                .reviewVersion,
                "admissionReviewVersions contains no version that Podscore supports",
                fix: "set admissionReviewVersions to [v1]"
            )
        }
        return findings
    }
}
