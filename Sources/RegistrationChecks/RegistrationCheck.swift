/// Looks for what makes a registration an outage, or a door that tenants can walk around.
package struct RegistrationCheck: Sendable {
    /// What the policies in force do, as far as is known.
    package enum Enforcement: Sendable, Equatable {
        /// At least one of them denies.
        case denies
        /// None of them denies.
        case allowsAll
        /// Nobody said.
        case unknown
    }

    /// What the policies do.
    let enforcement: Enforcement
    /// Podscore's own namespace; `nil` takes that of the Service.
    let ownNamespace: String?

    /// The longest wait for an answer that goes without a remark, in seconds.
    ///
    /// Kubernetes' default; every creation of a Pod waits as long when Podscore hangs.
    static let timeoutLimit: Int64 = 10
    /// The label that the API server itself keeps equal to the namespace's name.
    ///
    /// Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-metadata-name>
    static let namespaceNameLabel = "kubernetes.io/metadata.name"
    /// What Podscore must be asked about: the resource of the core group, the operation, and what goes unchecked otherwise.
    static let needed: [(resource: String, operation: String, otherwise: String)] = [
        ("pods", "CREATE", "new Pods are let in unchecked"),
        ("pods", "UPDATE", "an image can be changed to another one unchecked"),
        ("pods/ephemeralcontainers", "UPDATE", "a privileged debug container can be added to any Pod unchecked"),
        ("pods/resize", "UPDATE", "required requests and limits can be taken away unchecked"),
    ]

    /// A check under these circumstances.
    package init(enforcement: Enforcement, ownNamespace: String? = nil) {
        self.enforcement = enforcement
        self.ownNamespace = ownNamespace
    }

    /// What is wrong with the webhooks that are Podscore's, in their order; others are passed over.
    package func findings(in registrations: [WebhookRegistration]) -> [RegistrationFinding] {
        let own = registrations.filter(\.isPodscore)
        guard !own.isEmpty else {
            return [
                RegistrationFinding(
                    .notRegistered,
                    problem: "no webhook has a name that ends in podscore.dev, so the API server never asks Podscore",
                    fix: "install the chart, or apply its ValidatingWebhookConfiguration"
                )
            ]
        }
        return unaskedResources(of: own) + own.flatMap(findings(in:))
    }

    private func unaskedResources(of registrations: [WebhookRegistration]) -> [RegistrationFinding] {
        Self.needed.compactMap { needed in
            let isAsked = registrations.contains { $0.asks(about: needed.resource, group: "", operation: needed.operation) }
            guard !isAsked else { return nil }
            return RegistrationFinding(
                .resourceNotAsked,
                problem: "no rule asks about \(needed.operation) of \(needed.resource): \(needed.otherwise)",
                fix:
                    "add a rule with apiGroups [\"\"], resources [\(needed.resource)], operations [\(needed.operation)] to pods.podscore.dev"
            )
        }
    }

    /// What is wrong with one webhook.
    private func findings(in webhook: WebhookRegistration) -> [RegistrationFinding] {
        endpoint(webhook) + failures(webhook) + namespaces(webhook) + tenantSelectors(webhook) + matchConditions(webhook)
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
                problem: "the path \(path.isEmpty ? "/" : path) is answered with 404, which counts as a failed call",
                fix: "set it to /validate, or to /validate/<policy> to pin a policy"
            )
        ]
    }

    private func failures(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        guard webhook.failurePolicy == "Ignore", webhook.asks(about: "pods", group: "", operation: "CREATE") else { return [] }
        switch enforcement {
        case .allowsAll: return []
        case .denies:
            return [
                RegistrationFinding(
                    .failuresIgnored,
                    webhook: webhook.name,
                    problem: "a policy enforces, but failurePolicy is Ignore: while Podscore gives no answer, every Pod is let in",
                    fix: "set failurePolicy to Fail once two replicas run on different nodes"
                )
            ]
        case .unknown:
            return [
                RegistrationFinding(
                    .failuresIgnored,
                    .warning,
                    webhook: webhook.name,
                    problem: "failurePolicy is Ignore, which is right only as long as no policy enforces",
                    fix: "give --policy to have this judged"
                )
            ]
        }
    }

    private func protocolFields(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        func add(_ fault: RegistrationFinding.Fault, _ problem: String, fix: String, _ severity: RegistrationFinding.Severity = .error) {
            findings.append(RegistrationFinding(fault, severity, webhook: webhook.name, problem: problem, fix: fix))
        }
        if webhook.matchPolicy == "Exact" {
            add(
                .matchPolicyExact,
                "matchPolicy is Exact: a request in another API version of the same resource is not asked about",
                fix: "set matchPolicy to Equivalent"
            )
        }
        if webhook.sideEffects != "None", webhook.sideEffects != "NoneOnDryRun" {
            add(
                .sideEffects,
                "sideEffects is \(webhook.sideEffects.isEmpty ? "not set" : webhook.sideEffects): every dry run fails",
                fix: "set sideEffects to None; Podscore changes nothing outside of itself"
            )
        }
        if webhook.timeoutSeconds > Self.timeoutLimit {
            add(
                .timeoutTooLong,
                "timeoutSeconds is \(webhook.timeoutSeconds): each creation of a Pod can wait as long",
                fix: "set timeoutSeconds to 5",
                .warning
            )
        }
        if !webhook.admissionReviewVersions.contains(where: { $0 == "v1" || $0 == "v1beta1" }) {
            add(
                .reviewVersion,
                "admissionReviewVersions names no version that Podscore speaks",
                fix: "set admissionReviewVersions to [v1]"
            )
        }
        return findings
    }
}
