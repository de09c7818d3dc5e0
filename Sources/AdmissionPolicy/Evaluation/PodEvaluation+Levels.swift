import KubernetesAPI
import PodScoring

extension Assessment {
    /// The demands of a level that are not met: required rules, then forbidden ones, in the policy's order, then the
    /// checks of the Pod Security Standard, then the score.
    ///
    /// `minimumScore` is the level's minimum on the day that counts, for this very Pod.
    func violations(of level: ScorePolicy.Level, minimumScore: Int?) -> [Decision.Violation] {
        var violations: [Decision.Violation] = []
        for id in level.require where isViolated(id) {
            violations.append(.required(rule: id))
        }
        for id in level.forbid where isViolated(id) {
            violations.append(.forbidden(rule: id))
        }
        for index in intolerable where !level.forbid.contains(controls.ruleset.entries[index].rule.id) {
            violations.append(.forbidden(rule: controls.ruleset.entries[index].rule.id))
        }
        if let standard = level.podSecurityStandard {
            violations += standardViolations(of: standard).map { .podSecurityStandard(standard, check: $0.name) }
        }
        if let report, let minimumScore, report.score < minimumScore {
            violations.append(.minimumScore(score: report.score, minimum: minimumScore))
        }
        return violations
    }

    /// The least score that satisfies for this very Pod, from the one that a level asks for; `nil` when the level or the row asks for none.
    func minimumScore(scaling minimum: Int?) -> Int? {
        guard let minimum, let report else { return nil }
        guard subject.isWindows else { return minimum }
        return Self.scaled(minimum, best: report.bestPossibleScore, bestOnLinux: ruleset.bestPossibleScore(for: report.kind))
    }

    /// What a standard of the policy forbids in the object.
    func standardViolations(of standard: PodSecurityStandard) -> [StandardViolation] {
        standards.first { $0.standard == standard }?.violations ?? []
    }

    /// What a check of a standard found; `nil` when the object passes it.
    func violation(of standard: PodSecurityStandard, check name: String) -> StandardViolation? {
        standardViolations(of: standard).first { $0.name == name }
    }

    /// The rule that a result is about.
    func rule(of result: ScoreReport.Result) -> Rule {
        ruleset.entries[result.index].rule
    }

    /// The rule and the places to fix for one change on the way to a minimum; `nil` if there is nothing to fix.
    ///
    /// Afterwards the rule earns its points, or costs none, and a demand for it is met. The places can be more than those that count against
    /// the Pod: a waived positive rule is satisfied, but earns nothing.
    func mending(_ change: ShortestWay.Change) -> FailedRule? {
        controls.mending(change, scored: change.index.flatMap { report?.failure(ofRuleAt: $0) })
    }

    /// Whether a change has to be made in more places to earn its points than to satisfy the demand.
    func earnsMoreThanDemanded(_ change: ShortestWay.Change) -> Bool {
        mending(change)?.findings.count != controls.failure(ofRule: change.rule)?.findings.count
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

    /// Tells whether a rule that a level names fails.
    ///
    /// A rule that does not apply to the object is satisfied. One that no check judges is not; policies that name one are refused when they
    /// are read.
    private func isViolated(_ id: String) -> Bool {
        guard let index = controls.ruleset.index(ofRule: id) else { return scope == .wholePod }
        return controls.failures.contains { $0.index == index }
    }
}
