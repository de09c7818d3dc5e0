extension RegistrationCheck {
    /// Podscore's namespace and kube-system, whose Pods must be able to start while Podscore is unreachable.
    func namespaces(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        // A webhook with failurePolicy Ignore delays Pods, but blocks none.
        let severity: RegistrationFinding.Severity = webhook.failsClosed ? .error : .warning
        if let namespace = ownNamespace ?? webhook.serviceNamespace, !webhook.excludes(namespace: namespace) {
            findings.append(
                RegistrationFinding(
                    .ownNamespaceNotExcluded,
                    severity,
                    webhook: webhook.name,
                    problem:
                        "Podscore's namespace \(namespace) is not excluded: once all Podscore Pods are gone, no new one can be created",
                    fix: Self.exclusion(of: namespace)
                )
            )
        }
        if !webhook.excludes(namespace: "kube-system") {
            findings.append(
                RegistrationFinding(
                    .systemNamespaceNotExcluded,
                    .warning,
                    webhook: webhook.name,
                    problem:
                        "kube-system is not excluded: network and DNS Pods wait for Podscore, which is unreachable without them",
                    fix: Self.exclusion(of: "kube-system")
                )
            )
        }
        return findings
    }

    /// Labels that decide whether the webhook is called; whoever submits an object chooses its labels.
    ///
    /// The dividing labels only choose between two webhooks, one of which is always called.
    func tenantSelectors(_ webhook: WebhookRegistration, dividing: Set<String>) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        if let key = webhook.objectSelector.requirements.first?.key {
            findings.append(
                RegistrationFinding(
                    .objectSelector,
                    webhook: webhook.name,
                    problem: "objectSelector uses the label \(key), and anyone who creates a Pod can set it to avoid the webhook",
                    fix: "remove objectSelector; use exemptions in a ScorePolicy or a ScoreWaiver instead"
                )
            )
        }
        for key in webhook.namespaceSelector.labels where key != Self.namespaceNameLabel {
            if dividing.contains(key) {
                if webhook.failsClosed { findings.append(dividingLabel(key, of: webhook)) }
                continue
            }
            findings.append(
                RegistrationFinding(
                    .namespaceLabel,
                    .warning,
                    webhook: webhook.name,
                    problem: "namespaceSelector uses the label \(key), and anyone who may change it on a namespace can exclude its Pods",
                    fix:
                        "select by \(Self.namespaceNameLabel), which the API server sets, or let only administrators update namespaces"
                )
            )
        }
        return findings
    }

    private func dividingLabel(_ key: String, of webhook: WebhookRegistration) -> RegistrationFinding {
        RegistrationFinding(
            .namespaceLabel,
            .warning,
            webhook: webhook.name,
            problem:
                "the label \(key) decides whether objects are denied when Podscore is unreachable, and anyone who may change it on a namespace chooses",
            fix: "divide by names in a matchCondition on request.namespace, or let only administrators update namespaces"
        )
    }

    /// Conditions on fields that the submitter writes; fields of the request, such as the user, come from the API server.
    func matchConditions(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        webhook.matchConditions.filter { Self.looksAtObject($0.expression) }.map { condition in
            RegistrationFinding(
                .matchCondition,
                webhook: webhook.name,
                problem:
                    "the matchCondition \(condition.name) uses the object, and anyone who creates one can write it to avoid the webhook",
                fix: "use only fields of the request, such as request.userInfo and request.namespace"
            )
        }
    }

    private static func exclusion(of namespace: String) -> String {
        "add {key: \(namespaceNameLabel), operator: NotIn, values: [\(namespace)]} to namespaceSelector.matchExpressions"
    }

    /// Whether a CEL expression contains `object` or `oldObject`, however it uses them.
    ///
    /// `deletionTimestamp` is excepted: the API server clears it on creation, and only the API server sets it later.
    private static func looksAtObject(_ expression: String) -> Bool {
        var submitted = expression
        for variable in ["object", "oldObject"] { submitted = submitted.replacing("\(variable).metadata.deletionTimestamp", with: " ") }
        var words: [[UInt8]] = [[]]
        for byte in submitted.utf8 {
            if byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
            {
                words[words.count - 1].append(byte)
            } else if words.last?.isEmpty == false {
                words.append([])
            }
        }
        return words.contains { $0.elementsEqual("object".utf8) || $0.elementsEqual("oldObject".utf8) }
    }
}

extension WebhookRegistration {
    /// The namespace of the Service; `nil` for an address outside the cluster.
    fileprivate var serviceNamespace: String? {
        guard case .service(_, let namespace, _) = endpoint, !namespace.isEmpty else { return nil }
        return namespace
    }

    /// Whether the webhook is called for no object of a namespace, as far as names decide; labels that can change do not count.
    fileprivate func excludes(namespace: String) -> Bool {
        let isUnselected = namespaceSelector.requirements.contains { requirement in
            requirement.key == RegistrationCheck.namespaceNameLabel && !requirement.isMet(by: namespace)
        }
        return isUnselected || matchConditions.contains { $0.excludes(namespace: namespace) }
    }
}

extension WebhookRegistration.MatchCondition {
    /// Whether the condition excludes a namespace; one that uses more than names does so if it mentions the namespace.
    fileprivate func excludes(namespace: String) -> Bool {
        if let condition = NamespaceCondition(parsing: expression) { return !condition.holds(in: namespace) }
        return expression.contains("request.namespace")
            && ["\"\(namespace)\"", "'\(namespace)'"].contains { expression.contains($0) }
    }
}

extension WebhookRegistration.LabelSelector {
    /// The labels in the selector, each once, in order.
    fileprivate var labels: [String] {
        var labels: [String] = []
        for requirement in requirements where !labels.contains(requirement.key) { labels.append(requirement.key) }
        return labels
    }
}
