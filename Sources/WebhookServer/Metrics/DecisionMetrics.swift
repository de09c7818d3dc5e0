package import AdmissionPolicy
import KubernetesAPI
package import Metrics

extension DecisionSample {
    /// Takes from a decision what the metrics keep.
    init(_ decision: borrowing Decision, on request: borrowing AdmissionRequest, seconds: Double) {
        self.init(
            policy: decision.policy,
            namespace: VisibleText.of(request.namespace),
            operation: Operation(request.operation),
            outcome: Outcome(decision.outcome),
            seconds: seconds
        )
        wouldDeny = decision.wouldDeny
        isDryRun = request.isDryRun
        score = decision.score
        minimumScore = decision.minimumScore
        waivers = decision.waivers.map(\.name)
    }
}

extension DecisionSample.Operation {
    /// The same operation.
    fileprivate init(_ operation: AdmissionRequest.Operation) {
        switch operation {
        case .create: self = .create
        case .update: self = .update
        case .delete: self = .delete
        case .connect: self = .connect
        }
    }
}

extension DecisionSample.Outcome {
    /// The same outcome.
    fileprivate init(_ outcome: Decision.Outcome) {
        switch outcome {
        case .allow: self = .allow
        case .warn: self = .warn
        case .audit: self = .audit
        case .deny: self = .deny
        case .exempt: self = .exempt
        case .unchanged: self = .unchanged
        }
    }
}

extension WebhookMetrics {
    /// Keeps labels from now on for the namespaces that these policies name, so that nobody who makes up names takes them.
    package func keepLabels(forNamespacesOf policies: PolicySet) {
        keepLabels(for: policies.namedNamespaces)
    }
}
