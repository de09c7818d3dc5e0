import KubernetesAPI

/// The score of one object and how it came about.
///
/// A class because it is asked again and again while an answer is made, and never changes.
package final class ScoreReport: Sendable {
    /// What one rule said.
    package struct Result: Sendable {
        /// The index of the rule in ``Ruleset/entries``.
        package let index: Int
        /// What the check said.
        package let outcome: CheckOutcome

        /// The outcome of one rule.
        package init(index: Int, outcome: CheckOutcome) {
            self.index = index
            self.outcome = outcome
        }
    }

    /// By what was scored.
    package let ruleset: Ruleset
    /// The kind of the object; empty when no rule knows it.
    package let kind: RuleKinds
    /// The sum of the points that were earned and lost.
    package let score: Int
    /// The most that this object could reach: rules that do not apply to it are left out.
    package let bestPossibleScore: Int
    /// The results of all rules that apply, in the ruleset's order.
    package let results: [Result]

    /// The report of a scorer.
    init(ruleset: Ruleset, kind: RuleKinds, score: Int, bestPossibleScore: Int, results: [Result]) {
        self.ruleset = ruleset
        self.kind = kind
        self.score = score
        self.bestPossibleScore = bestPossibleScore
        self.results = results
    }

    /// Whether any rule knows the object's kind; without one the score means nothing.
    package var isScorable: Bool { !results.isEmpty }

    /// The entry of a result.
    package func entry(of result: Result) -> Ruleset.Entry {
        ruleset.entries[result.index]
    }

    /// Whether the rule of a result rewards or punishes, without a copy of its texts.
    package func polarity(of result: Result) -> Rule.Polarity {
        ruleset.steps[result.index].polarity
    }

    /// What a rule said; `nil` when it does not apply to the object, or is not in the ruleset.
    package func outcome(ofRule id: String) -> CheckOutcome? {
        results.first { ruleset.entries[$0.index].rule.id.hasSameBytes(as: id) }?.outcome
    }

    /// The report when failing rules count no longer, or in fewer places, by their indices in ``Ruleset/entries``.
    ///
    /// A negative rule of which nothing is left costs nothing and drops out. A positive rule stays as it is: it earns its points only when
    /// it holds.
    package func waiving(leaving rest: [Int: [Finding]]) -> ScoreReport {
        guard !rest.isEmpty else { return self }
        var score = score
        var kept: [Result] = []
        for result in results {
            guard let rest = rest[result.index], ruleset.entries[result.index].rule.polarity == .negative else {
                kept.append(result)
                continue
            }
            if rest.isEmpty {
                score -= ruleset.entries[result.index].points
            } else {
                kept.append(Result(index: result.index, outcome: .fails(rest)))
            }
        }
        return ScoreReport(ruleset: ruleset, kind: kind, score: score, bestPossibleScore: bestPossibleScore, results: kept)
    }
}

extension ScoreReport {
    /// The rule at an index of the ruleset with its places; `nil` when it does not fail.
    package func failure(ofRuleAt index: Int) -> FailedRule? {
        for result in results where result.index == index {
            guard case .fails(let findings) = result.outcome else { return nil }
            return FailedRule(ruleset: ruleset, index: index, findings: findings)
        }
        return nil
    }
}

extension ScoreReport.Result {
    /// Where the rule fails; empty when it holds, or has nothing to point at.
    package var findings: [Finding] {
        guard case .fails(let findings) = outcome else { return [] }
        return findings
    }
}
