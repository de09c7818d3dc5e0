package import AdmissionPolicy
package import Metrics

extension WebhookMetrics {
    /// Keeps labels from now on for the namespaces that these policies name, so that nobody who makes up names takes them.
    package func keepLabels(forNamespacesOf policies: PolicySet) {
        keepLabels(for: policies.namedNamespaces)
    }
}
