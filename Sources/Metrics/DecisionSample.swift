package import AdmissionPolicy
package import KubernetesAPI

/// The part of a decision that the metrics count.
package struct DecisionSample: Sendable {
    /// The operation.
    package typealias Operation = AdmissionRequest.Operation
    /// The outcome.
    package typealias Outcome = Decision.Outcome

    /// The policy that decided.
    package let policy: String
    /// The namespace; empty for cluster-scoped objects.
    package let namespace: String
    /// The operation.
    package let operation: Operation
    /// The outcome.
    package let outcome: Outcome
    /// Whether the policy would have denied in enforce mode.
    package var wouldDeny = false
    /// Whether the request was a dry run, which is counted separately.
    package var isDryRun = false
    /// The score; `nil` if the object was not scored.
    package var score: Int?
    /// The minimum; `nil` if none applied.
    package var minimumScore: Int?
    /// The verdict of each level, with its violations.
    package var levels: [LevelVerdict] = []
    /// The names of the waivers that covered a violation.
    package var waivers: [String] = []
    /// Whether the Namespace has labels that should set a minimum and cannot.
    package var hasInvalidLabels = false
    /// The time from the last byte of the request to the first of the answer.
    package let seconds: Double

    /// Takes what every sample has; set the rest afterwards.
    package init(policy: String, namespace: String, operation: Operation, outcome: Outcome, seconds: Double) {
        self.policy = policy
        self.namespace = namespace
        self.operation = operation
        self.outcome = outcome
        self.seconds = seconds
    }
}

extension AdmissionRequest.Operation {
    /// The index of its counter among those of all operations.
    var counterIndex: Int {
        switch self {
        case .create: 0
        case .update: 1
        case .delete: 2
        case .connect: 3
        }
    }
}

extension Decision.Outcome {
    /// The index of its counter among those of all outcomes.
    var counterIndex: Int {
        switch self {
        case .allow: 0
        case .warn: 1
        case .audit: 2
        case .deny: 3
        case .exempt: 4
        case .unchanged: 5
        }
    }
}
