/// What the metrics keep of one decision.
package struct DecisionSample: Sendable {
    /// What was to be done to the object; counted by its number.
    package enum Operation: Int, Sendable, CaseIterable {
        case create
        case update
        case delete
        case connect
    }

    /// What happened; counted by its number.
    package enum Outcome: Int, Sendable, CaseIterable {
        case allow
        case warn
        case audit
        case deny
        case exempt
        case unchanged
    }

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

extension DecisionSample.Operation {
    /// As Kubernetes spells it.
    var label: String {
        switch self {
        case .create: "CREATE"
        case .update: "UPDATE"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        }
    }
}

extension DecisionSample.Outcome {
    /// As the audit annotation `decision` spells it.
    var label: String {
        switch self {
        case .allow: "allow"
        case .warn: "warn"
        case .audit: "audit"
        case .deny: "deny"
        case .exempt: "exempt"
        case .unchanged: "unchanged"
        }
    }
}
