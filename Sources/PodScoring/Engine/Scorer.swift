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

    /// What the rules at some indices of the ruleset say of an object, in the order of the indices; those that do not apply to it are left out.
    ///
    /// Linear in the rules that are asked, not in those of the ruleset.
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
