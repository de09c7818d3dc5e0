import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The shortest way of a scanned object to the minimum score.
struct MinimumWay {
    /// The minimum, scaled for Windows.
    let minimum: Int
    /// The changes in order; empty if no changes reach the minimum.
    let changes: [ShortestWay.Change]
    private let report: ScoreReport
    private let controls: ControlFindings?
    private let places: FixText

    /// Finds the way; `nil` if the decision does not violate a minimum score.
    init?(_ decision: Decision, of report: ScoreReport?, in object: KubernetesObject) {
        let minimums = decision.violations.compactMap { violation -> Int? in
            guard case .minimumScore(_, let minimum) = violation else { return nil }
            return minimum
        }
        guard let minimum = minimums.first else { return nil }
        // The decision's report has no waived violations.
        guard let report = decision.evaluation?.report ?? report else { return nil }
        let subject = decision.evaluation?.subject ?? ScoringSubject(pod: object.podSpec ?? PodSpec())
        self.init(
            to: minimum,
            from: report,
            of: subject,
            meeting: decision.violations,
            controls: decision.controls,
            nodes: decision.nodes,
            places: FixText(pod: object.podSpec ?? PodSpec())
        )
    }

    /// Finds the way to the minimum of a level with some violations; `nil` if the evaluation has no score.
    init?(to minimum: Int, meeting violations: [Violation], in evaluation: PodEvaluation, nodes: NodeFeatures) {
        guard let report = evaluation.report else { return nil }
        self.init(
            to: minimum,
            from: report,
            of: evaluation.subject,
            meeting: violations,
            controls: evaluation.controls,
            nodes: nodes,
            places: FixText(pod: evaluation.subject.pod)
        )
    }

    private init(
        to minimum: Int,
        from report: ScoreReport,
        of subject: ScoringSubject,
        meeting violations: [Violation],
        controls: ControlFindings?,
        nodes: NodeFeatures,
        places: FixText
    ) {
        let way = ShortestWay(
            from: report,
            of: subject,
            to: minimum,
            mandatory: violations.compactMap(\.rule),
            controls: controls,
            nodes: nodes
        )
        self.minimum = minimum
        self.report = report
        self.controls = controls
        self.places = places
        changes = way.score >= minimum ? way.changes : []
    }

    /// Returns the fix of a change with its places, as in the denial.
    func fix(of change: ShortestWay.Change) -> String {
        let scored = change.index.flatMap { report.failure(ofRuleAt: $0) }
        guard let failed = controls?.fixing(change, scored: scored) ?? scored else { return "" }
        return places.text(of: failed.rule, findings: failed.findings)
    }
}
