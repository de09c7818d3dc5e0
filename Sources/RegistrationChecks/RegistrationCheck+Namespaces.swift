/// A Namespace of a cluster.
package struct ClusterNamespace: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The labels; API servers set `kubernetes.io/metadata.name`.
    package let labels: [String: String]

    /// A Namespace with its labels.
    package init(name: String, labels: [String: String]) {
        self.name = name
        self.labels = labels
    }
}

extension RegistrationCheck {
    /// Names each Namespace in which a policy enforces and Pods are admitted unchecked when Podscore is unreachable.
    ///
    /// Unlike the checks of the registration alone, it knows the labels of the Namespaces. A match condition that cannot be read counts
    /// against the webhook: as met if it fails open, and as not met if it fails closed.
    package func failures(in namespaces: [ClusterNamespace], of registrations: [WebhookRegistration]) -> [RegistrationFinding] {
        guard case .known(_, let denies) = enforcement else { return [] }
        let asked = registrations.filter { $0.isPodscore && $0.asks(about: "pods", group: "", operation: "CREATE") }
        let open = namespaces.filter { namespace in
            let denying = asked.filter { webhook in
                webhook.isCalled(in: namespace, assuming: !webhook.failsClosed) && denies(namespace.name, webhook.pinnedPolicy)
            }
            return !denying.isEmpty && !denying.contains(where: \.failsClosed)
        }
        guard !open.isEmpty else { return [] }
        return [
            RegistrationFinding(
                .failuresIgnored,
                problem: "a policy enforces and failurePolicy is Ignore in \(open.count == 1 ? "the Namespace" : "the Namespaces") "
                    + Self.list(open.map(\.name).sorted()),
                fix: "list them in webhook.enforced of the chart, or register a webhook with failurePolicy Fail for them"
            )
        ]
    }
}

extension WebhookRegistration {
    /// Whether API servers call the webhook for objects in a Namespace; `answer` is that of conditions that cannot be read.
    fileprivate func isCalled(in namespace: ClusterNamespace, assuming answer: Bool) -> Bool {
        namespaceSelector.requirements.allSatisfy { $0.isMet(in: namespace.name, labels: namespace.labels) }
            && matchConditions.allSatisfy { NamespaceCondition(parsing: $0.expression)?.holds(in: namespace.name) ?? answer }
    }
}
