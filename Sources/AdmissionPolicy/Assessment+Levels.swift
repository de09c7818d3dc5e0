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
        for index in intolerable where !level.forbid.contains(ruleset.entries[index].rule.id) {
            violations.append(.forbidden(rule: ruleset.entries[index].rule.id))
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

    /// The result of a rule that fails; `nil` when it does not.
    func failure(ofRule id: String) -> ScoreReport.Result? {
        ruleset.index(ofRule: id).flatMap { failure(ofRuleAt: $0) }
    }

    /// The result of the rule at an index of the ruleset; `nil` when it does not fail.
    func failure(ofRuleAt index: Int) -> ScoreReport.Result? {
        failures.first { $0.index == index }
    }

    /// What has to be mended for the rule at an index of the ruleset to earn its points, or to cost none; `nil` when nothing has.
    ///
    /// That can be more than counts against the Pod: a waived positive rule is satisfied, but earns nothing.
    func openResult(ofRuleAt index: Int) -> ScoreReport.Result? {
        let open = report?.results.first { result in
            guard result.index == index, case .fails = result.outcome else { return false }
            return true
        }
        return open ?? failure(ofRuleAt: index)
    }

    /// Whether the rule at an index of the ruleset has to be mended in more places to earn its points than to be satisfied.
    func earnsMoreThanDemanded(ofRuleAt index: Int) -> Bool {
        openResult(ofRuleAt: index)?.findings.count != failure(ofRuleAt: index)?.findings.count
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
    /// A rule that does not apply to the object is satisfied. One that the ruleset does not have cannot be judged, so it is not; policies
    /// that name one are refused when they are read.
    private func isViolated(_ id: String) -> Bool {
        guard let index = ruleset.index(ofRule: id) else { return scope == .wholePod }
        return failures.contains { $0.index == index }
    }
}
