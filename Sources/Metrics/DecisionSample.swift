/// What the metrics keep of one decision.
package struct DecisionSample: Sendable {
    /// The policy that decided.
    package let policy: String
    /// Empty for objects outside of namespaces.
    package let namespace: String
    /// As Kubernetes spells it: `CREATE` and the like.
    package let operation: String
    /// Such as `deny`.
    package let outcome: String
    /// Whether the policy would have denied had the server's mode not capped it.
    package let wouldDeny: Bool
    /// `nil` when the object was not scored.
    package let score: Int?
    /// `nil` when no minimum applied.
    package let minimumScore: Int?
    /// From the last byte of the request to the first of the answer.
    package let seconds: Double

    /// Collects what is kept.
    package init(
        policy: String,
        namespace: String,
        operation: String,
        outcome: String,
        wouldDeny: Bool = false,
        score: Int? = nil,
        minimumScore: Int? = nil,
        seconds: Double
    ) {
        self.policy = policy
        self.namespace = namespace
        self.operation = operation
        self.outcome = outcome
        self.wouldDeny = wouldDeny
        self.score = score
        self.minimumScore = minimumScore
        self.seconds = seconds
    }
}
