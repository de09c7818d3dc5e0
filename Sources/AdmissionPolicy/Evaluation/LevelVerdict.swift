import KubernetesAPI
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

/// The effect of a level, or the strongest effect that a request's route allows; ascending.
package enum Effect: Int, Comparable, Sendable {
    case audit
    case warn
    case deny

    package static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }

    /// The strongest effect that a mode allows.
    init(_ mode: EnforcementMode) {
        self =
            switch mode {
            case .enforce: .deny
            case .warn: .warn
            case .audit: .audit
            }
    }
}

extension Effect {
    /// The label of a Namespace for the level with this effect.
    var minimumLabel: MinimumLabel {
        switch self {
        case .deny: .enforce
        case .warn: .warn
        case .audit: .audit
        }
    }
}

extension ScorePolicy {
    /// The effect of the strongest level that is on; ``Effect/audit`` if none is.
    var strongestEffect: Effect {
        enforce != nil ? .deny : warn != nil ? .warn : .audit
    }
}

extension ScorePolicy {
    /// The ids of the violations that each level can have, in the order of ``LevelVerdict/violations``; see ``Violation/id``.
    ///
    /// A new ephemeral container can have others besides.
    package var demands: [(effect: Effect, ids: [String])] {
        let levels: [(Effect, Level?)] = [(.deny, enforce), (.warn, warn), (.audit, audit)]
        return levels.compactMap { effect, level in
            guard let level else { return nil }
            let checks = level.podSecurityStandard?.checks.map(\.name) ?? []
            let hasMinimum = level.minimumScore != nil || !level.ramp.isEmpty
            let others = [hasMinimum ? Violation.minimumScoreID : nil, effect == strongestEffect ? Violation.undecodable.id : nil]
            return (effect, level.require + level.forbid + checks + others.compactMap(\.self))
        }
    }
}

/// The demands of one level of a policy that an object violates.
package struct LevelVerdict: Sendable {
    /// The effect of the level, before any cap.
    package let effect: Effect
    /// The level's minimum on the day, in the policy or in a label of the Namespace; `nil` if it has none.
    let writtenMinimum: Int?
    /// The minimum for this Pod; `nil` if the level has none, or there is no score.
    let minimumScore: Int?
    /// Whether the score is below the level's own minimum, and enough only because of ``loweringWaiver(in:)``.
    let isMinimumWaived: Bool
    /// The violated demands; empty if the level is satisfied.
    ///
    /// Required rules come first, then forbidden ones, in the policy's order, then the checks of the standard, then the score.
    package let violations: [Violation]

    /// A verdict without a minimum, such as that on an object that cannot be read.
    package init(_ effect: Effect, _ violations: [Violation]) {
        self.effect = effect
        writtenMinimum = nil
        minimumScore = nil
        isMinimumWaived = false
        self.violations = violations
    }

    /// Compares an evaluation with the demands of a level on a day.
    init(_ effect: Effect, _ level: borrowing ScorePolicy.Level, on day: CivilDate, in evaluation: PodEvaluation) {
        self.effect = effect
        writtenMinimum = level.minimumScore(on: day)
        let ownMinimum = evaluation.minimumScore(scaling: writtenMinimum)
        minimumScore = evaluation.lowered(ownMinimum)
        isMinimumWaived = evaluation.isWaived(from: ownMinimum, to: minimumScore)
        violations = Self.violations(of: level, minimumScore: minimumScore, in: evaluation)
    }

    /// The name of the waiver that lowers the minimum in the evaluation that this verdict is about; `nil` if none does.
    func loweringWaiver(in evaluation: PodEvaluation) -> String? {
        evaluation.waiver(lowering: evaluation.minimumScore(scaling: writtenMinimum))?.name
    }

    private static func violations(
        of level: borrowing ScorePolicy.Level,
        minimumScore: Int?,
        in evaluation: PodEvaluation
    ) -> [Violation] {
        var violations: [Violation] = []
        for id in level.require where evaluation.violates(rule: id) {
            violations.append(.required(rule: id))
        }
        for id in level.forbid where evaluation.violates(rule: id) {
            violations.append(.forbidden(rule: id))
        }
        for id in evaluation.intolerableRules where !level.forbid.contains(id) {
            violations.append(.forbidden(rule: id))
        }
        if let standard = level.podSecurityStandard {
            for violation in evaluation.violations(of: standard) {
                violations.append(.podSecurityStandard(standard, check: violation.name))
            }
        }
        if let report = evaluation.report, let minimumScore, report.score < minimumScore {
            violations.append(.minimumScore(score: report.score, minimum: minimumScore))
        }
        return violations
    }
}

extension PodEvaluation {
    /// A level's minimum, scaled for this Pod; `nil` without a minimum or without a score.
    fileprivate func minimumScore(scaling minimum: Int?) -> Int? {
        guard let minimum, let report else { return nil }
        guard subject.isWindows else { return minimum }
        return Self.scaled(minimum, best: report.bestPossibleScore, bestOnLinux: ruleset.bestPossibleScore(for: report.kind))
    }

    /// Tells whether the score is below a minimum, but not below the one to which a waiver lowers it.
    fileprivate func isWaived(from minimum: Int?, to lowered: Int?) -> Bool {
        guard let minimum, let lowered, let report else { return false }
        return lowered <= report.score && report.score < minimum
    }

    /// The minimum for a Pod whose best possible score is lower than on Linux: `ceil(minimum * best / bestOnLinux)`.
    ///
    /// A minimum of 0 or less stays as it is. It limits deductions, and these are the same on Windows.
    static func scaled(_ minimum: Int, best: Int, bestOnLinux: Int) -> Int {
        guard minimum > 0, best >= 0, bestOnLinux > best else { return minimum }
        let (product, overflows) = minimum.multipliedReportingOverflow(by: best)
        guard !overflows else { return minimum }
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: bestOnLinux)
        return remainder == 0 ? quotient : quotient + 1
    }
}
