import KubernetesAPI

/// Scores objects by a ruleset.
package struct Scorer: Sendable {
    /// By what is scored.
    package let ruleset: Ruleset

    /// A scorer for one ruleset.
    package init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
    }

    /// Evaluates every rule that knows the object's kind.
    ///
    /// Linear in the number of containers; what holds allocates nothing but its place among the results.
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
}

/// The sums over the rules that were evaluated so far.
private struct Tally {
    var score = 0
    var best = 0
    var results: [ScoreReport.Result] = []

    /// Counts what one rule said; a rule that does not apply leaves no trace.
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
