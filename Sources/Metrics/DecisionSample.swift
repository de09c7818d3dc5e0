package import AdmissionPolicy
package import KubernetesAPI

/// What the metrics keep of one decision.
package struct DecisionSample: Sendable {
    /// What was to be done to the object.
    package typealias Operation = AdmissionRequest.Operation
    /// What was decided.
    package typealias Outcome = Decision.Outcome

    /// The policy that decided.
    package let policy: String
    /// Empty for objects outside of namespaces.
    package let namespace: String
    /// What was to be done.
    package let operation: Operation
    /// What happened.
    package let outcome: Outcome
    /// Whether the policy would have denied had the server's mode not capped it.
    package var wouldDeny = false
    /// Whether nothing was to come of the request, which then counts apart.
    package var isDryRun = false
    /// `nil` when the object was not scored.
    package var score: Int?
    /// `nil` when no minimum applied.
    package var minimumScore: Int?
    /// The names of the waivers without which more would have been found.
    package var waivers: [String] = []
    /// From the last byte of the request to the first of the answer.
    package let seconds: Double

    /// A sample of an object that was not scored, until more is said.
    package init(policy: String, namespace: String, operation: Operation, outcome: Outcome, seconds: Double) {
        self.policy = policy
        self.namespace = namespace
        self.operation = operation
        self.outcome = outcome
        self.seconds = seconds
    }
}

extension AdmissionRequest.Operation {
    /// The place of its counter among those of all operations.
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
    /// The place of its counter among those of all outcomes.
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
