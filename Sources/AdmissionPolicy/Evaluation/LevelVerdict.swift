import KubernetesAPI
import PodScoring

/// How strongly a level acts, and the most that a request's route lets one act.
enum Effect: Int, Comparable {
    case audit
    case warn
    case deny

    static func < (first: Self, second: Self) -> Bool { first.rawValue < second.rawValue }

    /// The most that the whole server may do.
    init(_ mode: EnforcementMode) {
        self =
            switch mode {
            case .enforce: .deny
            case .warn: .warn
            case .audit: .audit
            }
    }
}

extension ScorePolicy {
    /// How the strongest level that is on acts; ``Effect/audit`` when none is.
    var strongestEffect: Effect {
        enforce != nil ? .deny : warn != nil ? .warn : .audit
    }
}

/// What one level of a policy finds in an object.
struct LevelVerdict {
    /// How strongly the level acts, before any cap.
    let effect: Effect
    /// The level's minimum on the day, as the policy says it; `nil` when it has none.
    let writtenMinimum: Int?
    /// The minimum for this very Pod; `nil` when the level has none, or the route does not look at the score.
    let minimumScore: Int?
    /// The demands that are not met; empty when the level is satisfied.
    ///
    /// Required rules stand first, then forbidden ones, in the policy's order, then the checks of the standard, then the score.
    let violations: [Violation]

    /// Holds what an evaluation found against the demands of a level on a day.
    init(_ effect: Effect, _ level: borrowing ScorePolicy.Level, on day: CivilDate, in evaluation: PodEvaluation) {
        self.effect = effect
        writtenMinimum = level.minimumScore(on: day)
        minimumScore = evaluation.minimumScore(scaling: writtenMinimum)
        violations = Self.violations(of: level, minimumScore: minimumScore, in: evaluation)
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
    /// The least score that satisfies for this very Pod, from a level's minimum; `nil` without one, or without a score.
    fileprivate func minimumScore(scaling minimum: Int?) -> Int? {
        guard let minimum, let report else { return nil }
        guard subject.isWindows else { return minimum }
        return Self.scaled(minimum, best: report.bestPossibleScore, bestOnLinux: ruleset.bestPossibleScore(for: report.kind))
    }

    /// The minimum for a Pod that can reach less than others: `ceil(minimum * best / bestOnLinux)`.
    ///
    /// A minimum of 0 or less stays as it is. It bounds what a Pod may lose, and the rules that cost points cost as much on Windows.
    static func scaled(_ minimum: Int, best: Int, bestOnLinux: Int) -> Int {
        guard minimum > 0, best >= 0, bestOnLinux > best else { return minimum }
        let (product, overflows) = minimum.multipliedReportingOverflow(by: best)
        guard !overflows else { return minimum }
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: bestOnLinux)
        return remainder == 0 ? quotient : quotient + 1
    }
}
