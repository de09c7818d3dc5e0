/// The rules that fail in one object by the checks that judge mandatory controls: ``Ruleset/controls``.
package struct ControlFindings: Sendable {
    /// The ruleset whose checks judge.
    package let ruleset: Ruleset
    /// What the checks say of each rule that was evaluated, before any waiver, in the ruleset's order.
    package let results: [ScoreReport.Result]
    /// The rules that fail, in the ruleset's order; there can be more than a policy requires and forbids.
    package let failures: [ScoreReport.Result]

    /// What the checks of a ruleset say.
    package init(ruleset: Ruleset, results: [ScoreReport.Result], failures: [ScoreReport.Result]) {
        self.ruleset = ruleset
        self.results = results
        self.failures = failures
    }

    /// The rule of an id with its places; `nil` when it does not fail.
    package func failure(ofRule id: String) -> FailedRule? {
        guard let index = ruleset.index(ofRule: id), let failure = failures.first(where: { $0.index == index }) else { return nil }
        return FailedRule(ruleset: ruleset, index: index, findings: failure.findings)
    }

    /// What to mend for one change on the way to a minimum, so that both the score's check and the demand's are satisfied.
    ///
    /// `scored` holds the places where the score's check fails. A mandatory change has the demand's places first, with those of the demands
    /// that it satisfies, too; then what the score wants beyond them.
    package func mending(_ change: ShortestWay.Change, scored: FailedRule?) -> FailedRule? {
        guard change.isMandatory, scored?.ruleset !== ruleset else { return scored }
        let demanded = failure(ofRule: change.rule)
        var findings = demanded?.findings ?? []
        let implied = ruleset.index(ofRule: change.rule).map { ruleset.entries[$0].implies } ?? []
        for finding in implied.flatMap({ failure(ofRule: $0)?.findings ?? [] })
        where !findings.contains(where: { $0.place == finding.place }) {
            findings.append(finding)
        }
        for finding in scored?.findings ?? []
        where !findings.contains(where: { $0.place == finding.place && $0.field.isExactly(finding.field) }) {
            findings.append(finding)
        }
        guard let rule = scored ?? demanded else { return nil }
        return FailedRule(ruleset: rule.ruleset, index: rule.index, findings: findings)
    }
}

/// A rule that fails, with the places where it has to be mended.
package struct FailedRule: Sendable {
    /// The ruleset that has the rule.
    package let ruleset: Ruleset
    /// The index of the rule in ``Ruleset/entries``.
    package let index: Int
    /// The places; empty when there is nothing to point at.
    package let findings: [Finding]

    /// A rule of a ruleset.
    package init(ruleset: Ruleset, index: Int, findings: [Finding]) {
        self.ruleset = ruleset
        self.index = index
        self.findings = findings
    }

    /// The rule with its texts.
    package var rule: Rule { ruleset.entries[index].rule }
}
