package import PodScoring

/// One demand of a policy's level that an object violates.
package enum Violation: Sendable, Equatable {
    /// The score is below the level's minimum.
    case minimumScore(score: Int, minimum: Int)
    /// A required rule does not hold.
    case required(rule: String)
    /// A forbidden rule is violated.
    case forbidden(rule: String)
    /// The Pod violates a check of the level's Pod Security Standard; the check by its name, such as `baseline/hostNamespaces`.
    case podSecurityStandard(PodSecurityStandard, check: String)
    /// The object cannot be read as its kind.
    case undecodable

    /// The rule's id, the check's name, `minimumScore` or `undecodable`.
    package var id: String {
        switch self {
        case .minimumScore: Self.minimumScoreID
        case .required(let rule), .forbidden(let rule): rule
        case .podSecurityStandard(_, let check): check
        case .undecodable: "undecodable"
        }
    }

    /// The ``id`` of ``minimumScore(score:minimum:)``.
    static let minimumScoreID = "minimumScore"

    /// The id of the rule to fix; `nil` for a violation that is not about a rule.
    package var rule: String? {
        switch self {
        case .required(let rule), .forbidden(let rule): rule
        case .podSecurityStandard, .minimumScore, .undecodable: nil
        }
    }
}
