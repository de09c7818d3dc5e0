import AdmissionPolicy
import PodScoring

/// The way to the minimum that a scanned object misses.
struct MinimumWay {
    /// The minimum, scaled for Windows.
    let minimum: Int
    /// The changes in the order in which they are told; empty when none reach the minimum.
    let changes: [ShortestWay.Change]
    private let report: ScoreReport

    /// Finds the way; `nil` when the decision misses no minimum.
    init?(_ decision: Decision, of report: ScoreReport) {
        let minimums = decision.violations.compactMap { violation -> Int? in
            guard case .minimumScore(_, let minimum) = violation else { return nil }
            return minimum
        }
        guard let minimum = minimums.first else { return nil }
        let way = ShortestWay(from: report, to: minimum, mandatory: decision.violations.compactMap(\.rule))
        self.minimum = minimum
        self.report = report
        changes = way.score >= minimum ? way.changes : []
    }

    /// The rule that a change mends.
    func rule(of change: ShortestWay.Change) -> Rule? {
        report.ruleset.entries.first { $0.rule.id.utf8.elementsEqual(change.rule.utf8) }?.rule
    }
}
