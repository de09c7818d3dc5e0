import KubernetesAPI
import PodScoring

/// What a policy's ruleset says about the object of a request, ready for the levels to judge.
///
/// A class because all texts about the object are made from it; it never changes.
final class Assessment {
    /// What of the object is judged.
    enum Scope {
        /// The Pod or template with its score.
        case wholePod
        /// The containers that a debugging session adds.
        case newEphemeralContainers
        /// The amounts that a resize takes away.
        case resize
    }

    /// How much of the object is judged.
    let scope: Scope
    /// The ruleset by which it is judged.
    let ruleset: Ruleset
    /// The object, into which findings point.
    let subject: ScoringSubject
    /// The score and how it came about; `nil` when the row does not look at it.
    let report: ScoreReport?
    /// The rules that fail or fire and count, in the ruleset's order, as far as the row looks at them.
    let failures: [ScoreReport.Result]
    /// The rules that fail by the checks for required and forbidden rules; the same as ``failures`` if those checks also give the score.
    let controls: ControlFindings
    /// What the Pod Security Standards of the policy's levels say, each standard once; none when the row does not look at them.
    let standards: [StandardFindings]
    /// Indexes of the negative rules of ``controls`` that no level tolerates, whether it forbids them or not.
    let intolerable: [Int]
    /// The waivers without which more would count.
    let usedWaivers: [Decision.UsedWaiver]

    /// Judges the whole of an object by a policy's ruleset, mandatory controls and standards.
    ///
    /// An object of a kind that the ruleset does not score has no report, and no minimum to miss.
    init(_ object: ReviewedObject, by policy: ScorePolicy) {
        let report = Scorer(policy.ruleset).score(object.subject)
        scope = .wholePod
        ruleset = policy.ruleset
        standards = policy.standards.findings(in: object.subject)
        subject = object.subject
        self.report = report.isScorable ? report : nil
        failures = report.failures
        controls = policy.controls.findings(in: object.subject, scored: failures)
        intolerable = []
        usedWaivers = []
    }

    /// Judges a part of a Pod, or the whole and a part of it where there is a report.
    init(
        _ scope: Scope,
        of object: ReviewedObject,
        by ruleset: Ruleset,
        report: ScoreReport? = nil,
        failures: [ScoreReport.Result],
        controls: ControlFindings,
        standards: [StandardFindings] = [],
        intolerable: [Int] = []
    ) {
        self.scope = scope
        self.ruleset = ruleset
        subject = object.subject
        self.report = report
        self.failures = failures
        self.controls = controls
        self.standards = standards
        self.intolerable = intolerable
        usedWaivers = []
    }

    /// Keeps the findings of an assessment that no waiver covers.
    ///
    /// `rest` has them by the index of the rule in the ruleset, for each rule that a waiver covers in some place. A rule without any left is
    /// satisfied. `controlRest` has the same for the ruleset that judges controls; it is empty if that is the same ruleset.
    init(
        _ unwaived: Assessment,
        leaving rest: [Int: [Finding]],
        ofControls controlRest: [Int: [Finding]],
        standards: [StandardFindings],
        usedWaivers: [Decision.UsedWaiver]
    ) {
        scope = unwaived.scope
        ruleset = unwaived.ruleset
        subject = unwaived.subject
        report = rest.isEmpty ? unwaived.report : unwaived.report?.waiving(leaving: rest)
        failures = Self.failures(unwaived.failures, leaving: rest)
        controls = ControlFindings(
            ruleset: unwaived.controls.ruleset,
            failures: unwaived.controlsAreScored ? failures : Self.failures(unwaived.controls.failures, leaving: controlRest)
        )
        self.standards = standards
        intolerable = unwaived.intolerable
        self.usedWaivers = usedWaivers
    }

    private static func failures(_ failures: [ScoreReport.Result], leaving rest: [Int: [Finding]]) -> [ScoreReport.Result] {
        failures.compactMap { failure in
            guard let rest = rest[failure.index] else { return failure }
            return rest.isEmpty ? nil : ScoreReport.Result(index: failure.index, outcome: .fails(rest))
        }
    }

    /// Whether the checks that give the score also judge the controls.
    var controlsAreScored: Bool { controls.ruleset === ruleset }

    /// Whether anything was found that a waiver could cover.
    var hasFindings: Bool { !failures.isEmpty || !controls.failures.isEmpty || standards.contains { !$0.violations.isEmpty } }

    /// The specification of the Pod, a workload's from its template.
    var pod: PodSpec { subject.pod }
}

extension ScoreReport {
    /// The results of the positive rules that do not hold and of the negative ones that fire.
    var failures: [Result] {
        var failures: [Result] = []
        failures.reserveCapacity(results.count)
        for result in results {
            if case .fails = result.outcome { failures.append(result) }
        }
        return failures
    }
}
