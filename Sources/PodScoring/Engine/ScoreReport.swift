import KubernetesAPI

/// The score of one object and the results behind it.
///
/// A class because many parts of an answer share it without copies. It is immutable.
package final class ScoreReport: Sendable {
    /// The result of one rule.
    package struct Result: Sendable {
        /// The index of the rule in ``Ruleset/entries``.
        package let index: Int
        /// The outcome of the check.
        package let outcome: CheckOutcome

        /// Creates the result of one rule.
        package init(index: Int, outcome: CheckOutcome) {
            self.index = index
            self.outcome = outcome
        }
    }

    /// The ruleset that gave the points.
    package let ruleset: Ruleset
    /// The kind of the object; empty if no rule applies to it.
    package let kind: RuleKinds
    /// The sum of the points added and deducted.
    package let score: Int
    /// The best score that the object can reach, without rules that do not apply to it.
    package let bestPossibleScore: Int
    /// The results of all rules that apply, in the ruleset's order.
    package let results: [Result]

    /// Creates the report of a scorer.
    init(ruleset: Ruleset, kind: RuleKinds, score: Int, bestPossibleScore: Int, results: [Result]) {
        self.ruleset = ruleset
        self.kind = kind
        self.score = score
        self.bestPossibleScore = bestPossibleScore
        self.results = results
    }

    /// Whether any rule applies to the object's kind; otherwise the score has no meaning.
    package var isScorable: Bool { !results.isEmpty }

    /// Returns the entry of a result.
    package func entry(of result: Result) -> Ruleset.Entry {
        ruleset.entries[result.index]
    }

    /// Returns the polarity of a result's rule without copying its texts.
    package func polarity(of result: Result) -> Rule.Polarity {
        ruleset.steps[result.index].polarity
    }

    /// The number of places in which rules fail.
    package var findingCount: Int {
        var count = 0
        for index in results.indices {
            if case .fails(let findings) = results[index].outcome { count += findings.count }
        }
        return count
    }

    /// The results of the failing rules: positive ones that do not hold, and negative ones that are violated.
    ///
    /// Other targets would copy each outcome with its findings to see whether it fails.
    package var failures: [Result] {
        var failures: [Result] = []
        failures.reserveCapacity(results.count)
        for index in results.indices {
            if case .fails = results[index].outcome { failures.append(results[index]) }
        }
        return failures
    }

    /// Returns the results of the rules of one polarity that fail, or of those that do not, in the ruleset's order.
    package func results(_ polarity: Rule.Polarity, failing: Bool) -> [Result] {
        var chosen: [Result] = []
        chosen.reserveCapacity(results.count)
        for index in results.indices
        where ruleset.steps[results[index].index].polarity == polarity && results[index].outcome.fails == failing {
            chosen.append(results[index])
        }
        return chosen
    }

    /// Returns the outcome of a rule; `nil` if it does not apply to the object or is not in the ruleset.
    package func outcome(ofRule id: String) -> CheckOutcome? {
        results.first { ruleset.entries[$0.index].rule.id.hasSameBytes(as: id) }?.outcome
    }

    /// Returns the report with fewer findings for some failed rules, which are named by their indices in ``Ruleset/entries``.
    ///
    /// A negative rule without remaining findings deducts no points and is left out. A positive rule is unchanged, because it adds points only
    /// if it holds.
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
    /// Returns the failed rule at an index of the ruleset; `nil` if the rule does not fail.
    package func failure(ofRuleAt index: Int) -> FailedRule? {
        guard let position = results.position(ofRuleAt: index), case .fails(let findings) = results[position].outcome else { return nil }
        return FailedRule(ruleset: ruleset, index: index, findings: findings)
    }
}

extension [ScoreReport.Result] {
    /// Returns the position of the result of the rule at an index of the ruleset.
    ///
    /// By index, since going over results copies each with its findings.
    package func position(ofRuleAt index: Int) -> Int? {
        indices.first { self[$0].index == index }
    }
}

extension ScoreReport.Result {
    /// The findings; empty if the rule holds, or if there is no place to name.
    package var findings: [Finding] {
        guard case .fails(let findings) = outcome else { return [] }
        return findings
    }
}
