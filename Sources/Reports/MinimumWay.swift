import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The way to the minimum that a scanned object misses.
struct MinimumWay {
    /// The minimum, scaled for Windows.
    let minimum: Int
    /// The changes in the order in which they are told; empty when none reach the minimum.
    let changes: [ShortestWay.Change]
    private let report: ScoreReport
    private let places: FixText

    /// Finds the way; `nil` when the decision misses no minimum.
    init?(_ decision: Decision, of report: ScoreReport, in object: KubernetesObject) {
        let minimums = decision.violations.compactMap { violation -> Int? in
            guard case .minimumScore(_, let minimum) = violation else { return nil }
            return minimum
        }
        guard let minimum = minimums.first else { return nil }
        // What is waived need not be mended.
        let report = decision.report ?? report
        let way = ShortestWay(from: report, to: minimum, mandatory: decision.violations.compactMap(\.rule))
        self.minimum = minimum
        self.report = report
        places = FixText(pod: object.podSpec ?? PodSpec())
        changes = way.score >= minimum ? way.changes : []
    }

    /// Where a change has to be made and what to write there, as the denial says it.
    func fix(of change: ShortestWay.Change) -> String {
        guard let result = report.results.first(where: { report.entry(of: $0).rule.id.utf8.elementsEqual(change.rule.utf8) }),
            case .fails(let findings) = result.outcome
        else { return "" }
        return places.text(of: report.entry(of: result).rule, findings: findings)
    }
}
