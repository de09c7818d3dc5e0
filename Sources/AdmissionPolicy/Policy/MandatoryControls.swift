import PodScoring

/// The rules that the levels of a policy require and forbid, and the checks that judge them, whatever ruleset gives the score.
struct MandatoryControls: Sendable {
    /// The ruleset whose checks judge.
    let ruleset: Ruleset
    /// Whether that ruleset gives the score, too, so that its results say all there is to say.
    let areScored: Bool
    /// The indices of the rules that a level requires or forbids, ascending.
    private let demanded: [Int]
    /// The indices of the rules that a new ephemeral container must not break even if no level forbids them: what costs points.
    private let intolerable: [Int]

    /// The controls of levels under the ruleset that gives the score.
    init(of levels: [ScorePolicy.Level], scoredBy scoring: Ruleset) {
        let ruleset = scoring.controls
        self.ruleset = ruleset
        areScored = ruleset === scoring
        demanded = Set(levels.flatMap { $0.require + $0.forbid }.compactMap { ruleset.index(ofRule: $0) }).sorted()
        intolerable = scoring.entries.filter { $0.rule.polarity == .negative && $0.points < 0 }
            .compactMap { ruleset.index(ofRule: $0.rule.id) }.sorted()
    }

    /// Whether any level requires or forbids a rule.
    var isEmpty: Bool { demanded.isEmpty }

    /// Whether no level tolerates a rule of the ruleset in a new ephemeral container.
    func isIntolerable(_ index: Int) -> Bool { intolerable.contains(index) }

    /// What the checks find in an object that has been scored; `failures` are those of the score's report.
    func findings(in subject: ScoringSubject, scored report: ScoreReport, failures: [ScoreReport.Result]) -> ControlFindings {
        if areScored { return ControlFindings(ruleset: ruleset, results: report.results, failures: failures) }
        let results = results(in: subject)
        return ControlFindings(ruleset: ruleset, results: results, failures: results.filter(\.outcome.fails))
    }

    /// What the demanded rules say of an object; all rules where the ruleset gives the score, too.
    func results(in subject: ScoringSubject) -> [ScoreReport.Result] {
        areScored ? Scorer(ruleset).score(subject).results : Scorer(ruleset).results(in: subject, ofRulesAt: demanded)
    }

    /// What fails in ephemeral containers that are asked each alone, as far as it can count.
    func failures(inEphemeralContainers subject: ScoringSubject) -> [ScoreReport.Result] {
        guard !areScored else { return Scorer(ruleset).score(subject).failures }
        let indices = demanded + intolerable.filter { !demanded.contains($0) }
        return Scorer(ruleset).results(in: subject, ofRulesAt: indices).filter(\.outcome.fails)
    }
}
