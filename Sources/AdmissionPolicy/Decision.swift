package import KubernetesAPI

/// What was decided about one request, with all that the answer, the log and the metrics need.
package struct Decision: Sendable {
    /// The strongest thing that happened; the audit annotation `decision`.
    package enum Outcome: String, Sendable, CaseIterable {
        case allow
        case warn
        case audit
        case deny
        case exempt
        /// An update that changed nothing of what is scored.
        case unchanged
    }

    /// One demand of a level that was not met.
    package enum Violation: Sendable, Equatable {
        /// The score is below the level's minimum.
        case minimumScore(score: Int, minimum: Int)
        /// A required rule does not hold.
        case required(rule: String)
        /// A forbidden rule fires.
        case forbidden(rule: String)

        /// The rule's id, or `minimumScore`.
        package var id: String {
            switch self {
            case .minimumScore: "minimumScore"
            case .required(let rule), .forbidden(let rule): rule
            }
        }
    }

    /// The strongest thing that happened.
    package let outcome: Outcome
    /// The name of the policy that decided.
    package let policy: String
    /// The label of the ruleset by which the policy scores.
    package let ruleset: String
    /// `nil` when the request was not scored.
    package let score: Int?
    /// `nil` when the request was not scored.
    package let bestPossibleScore: Int?
    /// The minimum that was asked for at the strongest level, scaled for Windows; `nil` when none applied.
    package let minimumScore: Int?
    /// The demands that were not met at the level that gave the outcome: required and forbidden rules in the policy's order, then the score.
    package let violations: [Violation]
    /// Whether the policy would have denied had the server's mode not capped it.
    package let wouldDeny: Bool
    /// What the API server is told.
    package let response: AdmissionResponse

    /// A decision with everything that is known about it.
    package init(
        outcome: Outcome,
        policy: String,
        ruleset: String,
        score: Int?,
        bestPossibleScore: Int?,
        minimumScore: Int?,
        violations: [Violation],
        wouldDeny: Bool,
        response: AdmissionResponse
    ) {
        self.outcome = outcome
        self.policy = policy
        self.ruleset = ruleset
        self.score = score
        self.bestPossibleScore = bestPossibleScore
        self.minimumScore = minimumScore
        self.violations = violations
        self.wouldDeny = wouldDeny
        self.response = response
    }
}
