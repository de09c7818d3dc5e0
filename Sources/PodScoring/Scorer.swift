/// Scores objects by a ruleset.
package struct Scorer: Sendable {
    /// By what is scored.
    package let ruleset: Ruleset

    /// By what is scored.
    package init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
    }

    /// Evaluates every rule that knows the object's kind.
    package func score(_ subject: ScoringSubject) -> ScoreReport {
        var score = 0
        var best = 0
        var results: [ScoreReport.Result] = []
        results.reserveCapacity(ruleset.entries.count)
        for (index, entry) in ruleset.entries.enumerated() where entry.kinds.contains(subject.kind) && !subject.kind.isEmpty {
            let outcome = entry.check(subject)
            switch (outcome, entry.rule.polarity) {
            case (.notApplicable, _):
                continue
            case (.holds, .positive):
                score += entry.points
                best += entry.points
            case (.fails, .positive):
                best += entry.points
            case (.holds, .negative):
                break
            case (.fails, .negative):
                score += entry.points
            }
            results.append(ScoreReport.Result(index: index, outcome: outcome))
        }
        return ScoreReport(ruleset: ruleset, kind: subject.kind, score: score, bestPossibleScore: best, results: results)
    }
}
