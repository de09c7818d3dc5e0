extension RegistrationCheck {
    /// Podscore's own namespace and the system's, whose Pods must be able to start while Podscore is down.
    func namespaces(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        // A webhook whose failures are ignored delays what it cannot answer, but blocks nothing.
        let severity: RegistrationFinding.Severity = webhook.failurePolicy == "Ignore" ? .warning : .error
        if let namespace = ownNamespace ?? webhook.serviceNamespace, !webhook.excludes(namespace: namespace) {
            findings.append(
                RegistrationFinding(
                    .ownNamespaceNotExcluded,
                    severity,
                    webhook: webhook.name,
                    problem: "Podscore's own namespace \(namespace) is not excluded: once all its Pods are gone, none can be created",
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
                        "kube-system is not excluded: network and DNS Pods, without which Podscore can't be reached, wait for its answer",
                    fix: Self.exclusion(of: "kube-system")
                )
            )
        }
        return findings
    }

    /// Labels that decide whether Podscore is asked: those of objects are the submitter's own.
    func tenantSelectors(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        if let key = webhook.objectSelector.requirements.first?.key {
            findings.append(
                RegistrationFinding(
                    .objectSelector,
                    webhook: webhook.name,
                    problem: "objectSelector looks at the label \(key), which whoever submits a Pod can set to get out",
                    fix: "remove objectSelector; exempt in a ScorePolicy, or with a ScoreWaiver, instead"
                )
            )
        }
        for key in webhook.namespaceSelector.labels where key != Self.namespaceNameLabel {
            findings.append(
                RegistrationFinding(
                    .namespaceLabel,
                    .warning,
                    webhook: webhook.name,
                    problem: "namespaceSelector looks at the label \(key): whoever may change it on a namespace gets its Pods out",
                    fix:
                        "select by \(Self.namespaceNameLabel), which the API server sets, or let nobody but administrators update namespaces"
                )
            )
        }
        return findings
    }

    /// Conditions on what the submitter writes; those on the request itself, such as who asks, are the API server's own.
    func matchConditions(_ webhook: WebhookRegistration) -> [RegistrationFinding] {
        webhook.matchConditions.filter { Self.looksAtObject($0.expression) }.map { condition in
            RegistrationFinding(
                .matchCondition,
                webhook: webhook.name,
                problem: "the matchCondition \(condition.name) looks at the object, which whoever submits it can write to get out",
                fix: "let conditions look at request.userInfo, request.namespace and the like only"
            )
        }
    }

    private static func exclusion(of namespace: String) -> String {
        "add {key: \(namespaceNameLabel), operator: NotIn, values: [\(namespace)]} to namespaceSelector.matchExpressions"
    }

    /// Tells whether a CEL expression names `object` or `oldObject`; what it does with them is not looked at.
    ///
    /// When an object was told to end is the API server's word: it clears the field in what is created, and nobody else sets it later.
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
    /// The namespace of the Service; `nil` for an address outside of the cluster.
    fileprivate var serviceNamespace: String? {
        guard case .service(_, let namespace, _) = endpoint, !namespace.isEmpty else { return nil }
        return namespace
    }

    /// Tells whether no object of a namespace is asked about, as far as names tell; labels that could be changed don't count.
    fileprivate func excludes(namespace: String) -> Bool {
        let isUnselected = namespaceSelector.requirements.contains { requirement in
            guard requirement.key == RegistrationCheck.namespaceNameLabel else { return false }
            switch requirement.operation {
            case "In": return !requirement.values.contains(namespace)
            case "NotIn": return requirement.values.contains(namespace)
            case "DoesNotExist": return true
            default: return false
            }
        }
        let quoted = ["\"\(namespace)\"", "'\(namespace)'"]
        return isUnselected
            || matchConditions.contains { condition in
                condition.expression.contains("request.namespace") && quoted.contains { condition.expression.contains($0) }
            }
    }
}

extension WebhookRegistration.LabelSelector {
    /// The labels that are looked at, each once, in the selector's order.
    fileprivate var labels: [String] {
        var labels: [String] = []
        for requirement in requirements where !labels.contains(requirement.key) { labels.append(requirement.key) }
        return labels
    }
}
