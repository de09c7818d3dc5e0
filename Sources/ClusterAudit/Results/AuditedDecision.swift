package import AdmissionPolicy
import KubernetesAPI

/// The facts of a decision that tell results apart; the texts can be made again from the example.
package struct AuditedDecision: Sendable {
    /// The outcome.
    package let outcome: Decision.Outcome
    /// The name of the policy that decided.
    package let policy: String
    /// The label of the policy's ruleset.
    package let ruleset: String
    /// The score; `nil` if the policy's ruleset gives none.
    package let score: Int?
    /// The best possible score; `nil` if there is no score.
    package let bestPossibleScore: Int?
    /// The minimum score of the level that decided; `nil` if none applied.
    package let minimumScore: Int?
    /// The violated demands of the level that gave the outcome.
    package let violations: [Violation]
    /// The verdict of each level of the policy, the strongest first.
    package let levels: [LevelVerdict]
    /// The names of the waivers that cover something.
    package let waivers: [String]

    /// Takes the facts of a decision.
    package init(_ decision: Decision) {
        outcome = decision.outcome
        policy = decision.policy
        ruleset = decision.ruleset
        score = decision.score
        bestPossibleScore = decision.bestPossibleScore
        minimumScore = decision.minimumScore
        violations = decision.violations
        levels = decision.levels
        waivers = decision.waivers.map(\.name)
    }

    /// The rules and checks that each level's demands name and that are violated, each once, sorted as bytes; without the minimum score.
    package var violatedIDs: [String] {
        let ids = levels.flatMap(\.violations).compactMap { violation -> String? in
            switch violation {
            case .required, .forbidden, .podSecurityStandard: violation.id
            case .minimumScore, .undecodable: nil
            }
        }
        var distinct: [String] = []
        for id in ids where !distinct.contains(where: { $0.hasSameBytes(as: id) }) { distinct.append(id) }
        return distinct.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

extension AuditedDecision {
    /// The text that is equal for equal results.
    var key: String {
        let facts = [outcome.rawValue, policy, ruleset, score.map { String($0) } ?? "-", minimumScore.map { String($0) } ?? "-"]
        let violated = levels.map { level in "\(level.effect)=" + level.violations.map(\.id).joined(separator: ",") }
        return (facts + violated + waivers).joined(separator: "\n")
    }

    /// Whether this result is worse than another: by outcome, then by a lower score, then by more violations, then by its key.
    func isWorse(than other: Self) -> Bool {
        let order = Decision.Outcome.bySeverity
        let (rank, otherRank) = (order.firstIndex(of: outcome) ?? 0, order.firstIndex(of: other.outcome) ?? 0)
        if rank != otherRank { return rank < otherRank }
        let (margin, otherMargin) = (score ?? .max, other.score ?? .max)
        if margin != otherMargin { return margin < otherMargin }
        if violations.count != other.violations.count { return violations.count > other.violations.count }
        return key.utf8.lexicographicallyPrecedes(other.key.utf8)
    }
}

extension Decision.Outcome {
    /// The outcomes from the worst to the best.
    package static let bySeverity: [Self] = [.deny, .warn, .audit, .exempt, .unchanged, .allow]
}
