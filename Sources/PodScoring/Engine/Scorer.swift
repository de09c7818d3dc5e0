import KubernetesAPI

/// Scores objects by a ruleset.
package struct Scorer: Sendable {
    /// The ruleset that gives the points.
    package let ruleset: Ruleset

    /// Creates a scorer for a ruleset.
    package init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
    }

    /// Evaluates every rule that applies to the object's kind.
    ///
    /// Linear in the number of containers. A rule that holds allocates nothing but its result.
    package func score(_ subject: ScoringSubject) -> ScoreReport {
        let steps = ruleset.steps
        let sparesWindows = ruleset.sparesWindows && subject.isWindows
        var tally = Tally()
        tally.results.reserveCapacity(steps.count)
        for index in steps.indices where !steps[index].kinds.isDisjoint(with: subject.kind) {
            if sparesWindows && !steps[index].appliesToWindows { continue }
            tally.count(steps[index].check(subject), of: index, worth: steps[index].points, as: steps[index].polarity)
        }
        return ScoreReport(
            ruleset: ruleset,
            kind: subject.kind,
            score: tally.score,
            bestPossibleScore: tally.best,
            results: tally.results
        )
    }

    /// Returns the results of the rules at some indices, in the order of the indices, without those that do not apply.
    ///
    /// Linear in the number of indices, not in the number of rules.
    package func results(in subject: ScoringSubject, ofRulesAt indices: [Int]) -> [ScoreReport.Result] {
        let sparesWindows = ruleset.sparesWindows && subject.isWindows
        var results: [ScoreReport.Result] = []
        for index in indices where !ruleset.steps[index].kinds.isDisjoint(with: subject.kind) {
            if sparesWindows && !ruleset.steps[index].appliesToWindows { continue }
            let outcome = ruleset.steps[index].check(subject)
            if case .notApplicable = outcome { continue }
            results.append(ScoreReport.Result(index: index, outcome: outcome))
        }
        return results
    }
}

/// The sums of the rules evaluated so far.
private struct Tally {
    var score = 0
    var best = 0
    var results: [ScoreReport.Result] = []

    /// Counts the outcome of one rule; a rule that does not apply is left out.
    mutating func count(_ outcome: consuming CheckOutcome, of index: Int, worth points: Int, as polarity: Rule.Polarity) {
        let earns = polarity == .positive
        switch outcome {
        case .notApplicable: return
        case .holds: if earns { score += points }
        case .fails: if !earns { score += points }
        }
        if earns { best += points }
        results.append(ScoreReport.Result(index: index, outcome: outcome))
    }
}
