import KubernetesAPI
package import PodScoring

/// The findings of a policy's ruleset, mandatory controls and standards in one object.
///
/// A class because decisions, texts and reports all read one; it never changes.
package final class PodEvaluation: Sendable {
    /// The part of an object that is evaluated.
    package enum Scope: Sendable {
        /// The Pod or template with its score.
        case wholePod
        /// The containers that a debugging session adds.
        case newEphemeralContainers
        /// The requests and limits that a resize takes away.
        case resize
    }

    /// The part of the object that is evaluated.
    package let scope: Scope
    /// The ruleset that gives the score.
    package let ruleset: Ruleset
    /// The object, into which findings point.
    package let subject: ScoringSubject
    /// The score with the results of the rules; `nil` if the ruleset does not score the kind, or the scope has no score.
    package let report: ScoreReport?
    /// The failing rules, without waived ones, in the ruleset's order.
    package let failures: [ScoreReport.Result]
    /// The rules that fail by the checks for required and forbidden rules; the same as ``failures`` if those checks also give the score.
    package let controls: ControlFindings
    /// The violations of each Pod Security Standard of the policy's levels; empty for a scope without standards.
    package let standards: [StandardFindings]
    /// The ids of failing negative rules that every level forbids in a new ephemeral container.
    let intolerableRules: [String]
    /// The waivers that cover at least one failing rule or check, and the one that can lower minimums.
    let usedWaivers: [UsedWaiver]
    /// The same evaluation before waivers; `nil` if none was applied.
    private let original: PodEvaluation?

    /// Evaluates the whole of an object by a policy, before any waiver.
    ///
    /// An object of a kind that the ruleset does not score has no report, so no minimum applies.
    package init(_ subject: ScoringSubject, by policy: ScorePolicy) {
        let report = Scorer(policy.ruleset).score(subject)
        scope = .wholePod
        ruleset = policy.ruleset
        standards = policy.standards.findings(in: subject)
        self.subject = subject
        self.report = report.isScorable ? report : nil
        failures = report.failures
        controls = policy.controls.findings(in: subject, scored: report, failures: failures)
        intolerableRules = []
        usedWaivers = []
        original = nil
    }

    /// An evaluation of a part of a Pod, or of the whole with a part if there is a report.
    init(
        _ scope: Scope,
        of subject: ScoringSubject,
        by ruleset: Ruleset,
        report: ScoreReport? = nil,
        failures: [ScoreReport.Result],
        controls: ControlFindings,
        standards: [StandardFindings] = [],
        intolerableRules: [String] = []
    ) {
        self.scope = scope
        self.ruleset = ruleset
        self.subject = subject
        self.report = report
        self.failures = failures
        self.controls = controls
        self.standards = standards
        self.intolerableRules = intolerableRules
        usedWaivers = []
        original = nil
    }

    /// Keeps the findings that no waiver covers.
    ///
    /// `rest` has them by the index of the rule in the ruleset, for each rule that a waiver covers in some place. A rule with none left is
    /// satisfied. `controlRest` has the same for the ruleset that checks controls; it is empty if that is the same ruleset.
    init(
        _ unwaived: PodEvaluation,
        leaving rest: [Int: [Finding]],
        ofControls controlRest: [Int: [Finding]],
        standards: [StandardFindings],
        usedWaivers: [UsedWaiver]
    ) {
        scope = unwaived.scope
        ruleset = unwaived.ruleset
        subject = unwaived.subject
        report = rest.isEmpty ? unwaived.report : unwaived.report?.waiving(leaving: rest)
        failures = Self.failures(unwaived.failures, leaving: rest)
        controls = ControlFindings(
            ruleset: unwaived.controls.ruleset,
            results: unwaived.controls.results,
            failures: unwaived.controlsAreScored ? failures : Self.failures(unwaived.controls.failures, leaving: controlRest)
        )
        self.standards = standards
        intolerableRules = unwaived.intolerableRules
        self.usedWaivers = usedWaivers
        original = unwaived
    }

    private static func failures(_ failures: [ScoreReport.Result], leaving rest: [Int: [Finding]]) -> [ScoreReport.Result] {
        failures.compactMap { failure in
            guard let rest = rest[failure.index] else { return failure }
            return rest.isEmpty ? nil : ScoreReport.Result(index: failure.index, outcome: .fails(rest))
        }
    }

    /// The waiver that lowers a minimum for this Pod; `nil` if none is below it.
    func waiver(lowering minimum: Int?) -> UsedWaiver? {
        guard let minimum, !usedWaivers.isEmpty else { return nil }
        return usedWaivers.first { waiver in waiver.minimumScore.map { $0 < minimum } ?? false }
    }

    /// A minimum as waivers lower it for this Pod.
    func lowered(_ minimum: Int?) -> Int? {
        usedWaivers.isEmpty ? minimum : waiver(lowering: minimum)?.minimumScore ?? minimum
    }

    /// The evaluation before waivers.
    package var unwaived: PodEvaluation { original ?? self }

    /// Whether the ruleset that gives the score also checks the controls.
    var controlsAreScored: Bool { controls.ruleset === ruleset }

    /// Whether anything was found that a waiver could cover.
    var hasFindings: Bool { !failures.isEmpty || !controls.failures.isEmpty || standards.contains { !$0.violations.isEmpty } }

    /// The specification of the Pod, a workload's from its template.
    var pod: PodSpec { subject.pod }
}

extension PodEvaluation {
    /// Tells whether a rule of a level fails.
    ///
    /// A rule that does not apply to the object is satisfied. An unknown rule is violated; policies with one are rejected when they are read.
    func violates(rule id: String) -> Bool {
        guard let index = controls.ruleset.index(ofRule: id) else { return scope == .wholePod }
        return controls.failures.position(ofRuleAt: index) != nil
    }

    /// The violations of a standard of the policy.
    package func violations(of standard: PodSecurityStandard) -> [StandardViolation] {
        standards.first { $0.standard == standard }?.violations ?? []
    }

    /// The violation of one check of a standard; `nil` if the object passes it.
    package func violation(of standard: PodSecurityStandard, check name: String) -> StandardViolation? {
        violations(of: standard).first { $0.name == name }
    }

    /// The failed rule or check that a violation is about; `nil` if it is about neither, or if nothing is known of it.
    func failure(of violation: Violation) -> FailedDemand? {
        switch violation {
        case .required(let rule), .forbidden(let rule): controls.failure(ofRule: rule).map { .rule($0) }
        case .podSecurityStandard(let standard, let check): self.violation(of: standard, check: check).map { .check($0) }
        case .minimumScore, .undecodable: nil
        }
    }

    /// The rule and the places to fix for one change on the way to a minimum; `nil` if there is nothing to fix.
    ///
    /// After the change the rule earns its points, or deducts none, and demands for it are met. There can be more places than findings that
    /// count: a waived positive rule is satisfied, but earns nothing.
    package func fixing(_ change: ShortestWay.Change) -> FailedRule? {
        controls.fixing(change, scored: change.index.flatMap { report?.failure(ofRuleAt: $0) })
    }

    /// Tells whether a change must be made in more places to earn its points than to satisfy the demand.
    func earnsMoreThanDemanded(_ change: ShortestWay.Change) -> Bool {
        fixing(change)?.findings.count != controls.failure(ofRule: change.rule)?.findings.count
    }
}

/// A rule or a check that fails although a level demands it.
enum FailedDemand {
    case rule(FailedRule)
    case check(StandardViolation)

    /// The places.
    var findings: [Finding] {
        switch self {
        case .rule(let failed): failed.findings
        case .check(let found): found.findings
        }
    }
}
