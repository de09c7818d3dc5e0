/// The rules that an object violates by the checks for mandatory controls, ``Ruleset/controls``.
package struct ControlFindings: Sendable {
    /// The ruleset with the checks.
    package let ruleset: Ruleset
    /// The result of each rule that was evaluated, before any waiver, in the ruleset's order.
    package let results: [ScoreReport.Result]
    /// The failed rules in the ruleset's order, including rules that the policy does not name.
    package let failures: [ScoreReport.Result]

    /// Creates the findings of a ruleset's checks.
    package init(ruleset: Ruleset, results: [ScoreReport.Result], failures: [ScoreReport.Result]) {
        self.ruleset = ruleset
        self.results = results
        self.failures = failures
    }

    /// Returns the failed rule with an id; `nil` if the rule does not fail.
    package func failure(ofRule id: String) -> FailedRule? {
        guard let index = ruleset.index(ofRule: id), let position = failures.position(ofRuleAt: index) else { return nil }
        return FailedRule(ruleset: ruleset, index: index, findings: failures[position].findings)
    }

    /// Returns the places to fix for one change of the shortest way, so that the score's check and the demand's check both hold.
    ///
    /// `scored` has the places where the score's check fails. For a mandatory change the places of its demand come first, with those of implied
    /// demands; then the other places of the score's check.
    package func fixing(_ change: ShortestWay.Change, scored: FailedRule?) -> FailedRule? {
        guard change.isMandatory, scored?.ruleset !== ruleset else { return scored }
        let demanded = failure(ofRule: change.rule)
        var findings = demanded?.findings ?? []
        let implied = ruleset.index(ofRule: change.rule).map { ruleset.entries[$0].implies } ?? []
        // Sets, since both checks can fail in thousands of containers.
        var places = Set(findings.map(\.placeNumber))
        for finding in implied.flatMap({ failure(ofRule: $0)?.findings ?? [] }) where places.insert(finding.placeNumber).inserted {
            findings.append(finding)
        }
        var fields = Set(findings.map(PlacedField.init))
        for finding in scored?.findings ?? [] where fields.insert(PlacedField(finding)).inserted { findings.append(finding) }
        guard let rule = scored ?? demanded else { return nil }
        return FailedRule(ruleset: rule.ruleset, index: rule.index, findings: findings)
    }
}

/// The place and the field of a finding, to look them up.
private struct PlacedField: Hashable {
    private let place: UInt64
    private let field: NameBytes

    init(_ finding: Finding) {
        place = finding.placeNumber
        field = NameBytes(finding.field)
    }
}

/// A failed rule with the places to fix.
package struct FailedRule: Sendable {
    /// The ruleset that has the rule.
    package let ruleset: Ruleset
    /// The index of the rule in ``Ruleset/entries``.
    package let index: Int
    /// The places; empty if there is no place to name.
    package let findings: [Finding]

    /// Creates a failed rule.
    package init(ruleset: Ruleset, index: Int, findings: [Finding]) {
        self.ruleset = ruleset
        self.index = index
        self.findings = findings
    }

    /// The rule with its texts.
    package var rule: Rule { ruleset.entries[index].rule }

    /// Returns the class of the fix at all places together, in the object with the findings.
    package func fixClass(in subject: ScoringSubject) -> FixClass {
        ruleset.steps[index].fixClassException.fixClass(of: findings, in: subject, otherwise: ruleset.steps[index].fixClass)
    }

    /// Returns the class of the fix at one place.
    package func fixClass(at place: Finding.Place, in subject: ScoringSubject) -> FixClass {
        ruleset.steps[index].fixClassException.fixClass(at: place, in: subject, otherwise: ruleset.steps[index].fixClass)
    }
}
