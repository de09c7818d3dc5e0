import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// One violated demand in a report.
///
/// A demand has one result for all of its containers, so a report stays small and its counts are those of demands.
struct ReportResult: Sendable {
    /// The result of a demand; a report lists no others.
    enum Outcome: String, Sendable {
        /// Admission denies Pods that are made like this.
        case fail
        /// Admission warns, records, or will deny later.
        case warn
        /// The object could not be evaluated.
        case error
    }

    /// The longest message, in bytes.
    private static let messageByteLimit = 1_024

    /// The rule's id, the check's name, or another ``Violation/id``.
    let rule: String
    /// The effect of the violation at admission.
    let outcome: Outcome
    /// The level of the policy with the demand.
    let level: Effect
    /// The containers and the fix, or the score, on one line.
    ///
    /// The reason for a rule is left out: it would be stored with every object, and the rule's id leads to it.
    let message: String
    /// The heading under which consumers put results of the same sort.
    let category: String

    /// The results of the violations of a level.
    ///
    /// `evaluation` has their findings; without one the object could not be evaluated.
    static func list(
        of violations: [Violation],
        _ outcome: Outcome,
        at level: Effect,
        in evaluation: PodEvaluation?,
        by decision: Decision
    ) -> [Self] {
        violations.map { violation in
            let text = evaluation.map { evaluation in
                Self.text(of: violation, in: evaluation) { minimum in
                    MinimumWay(to: minimum, meeting: violations, in: evaluation, nodes: decision.nodes)
                }
            }
            return Self(
                rule: violation.id,
                outcome: violation == .undecodable ? .error : outcome,
                level: level,
                message: DisplayText.oneLine(text ?? reason(of: decision), byteLimit: messageByteLimit),
                category: category(of: violation)
            )
        }
    }

    /// The result that stands for those which a report leaves out.
    static func more(_ results: ArraySlice<Self>) -> Self {
        Self(
            rule: "moreResults",
            outcome: results.contains { $0.outcome == .fail } ? .fail : .warn,
            level: results.map(\.level).max() ?? .audit,
            message: "\(results.count) more violations are left out, so that the report can be stored. podscore audit shows all.",
            category: "Report"
        )
    }

    /// Where a demand is violated, and what to do there.
    private static func text(
        of violation: Violation,
        in evaluation: PodEvaluation,
        way: (_ minimum: Int) -> MinimumWay?
    ) -> String {
        let fixes = FixText(pod: evaluation.subject.pod)
        switch violation {
        case .required(let id), .forbidden(let id):
            guard let failed = evaluation.controls.failure(ofRule: id) else { return id }
            return fixes.advice(on: failed.rule, findings: failed.findings)
        case .podSecurityStandard(let standard, let check):
            guard let found = evaluation.violation(of: standard, check: check) else { return check }
            return fixes.advice(on: found.check, findings: found.findings)
        case .minimumScore(let score, let minimum):
            let best = evaluation.report.map { " of \($0.bestPossibleScore)" } ?? ""
            return "score \(score)\(best) is below the minimum \(minimum)" + (way(minimum).map { "; \($0.sentence)" } ?? "")
        case .undecodable: return violation.id
        }
    }

    /// Why an object could not be evaluated.
    private static func reason(of decision: Decision) -> String {
        decision.response.denial?.message ?? decision.response.warnings.first ?? "the object cannot be evaluated"
    }

    private static func category(of violation: Violation) -> String {
        switch violation {
        case .required, .forbidden: "Mandatory rules"
        case .podSecurityStandard: "Pod Security Standards"
        case .minimumScore: "Pod score"
        case .undecodable: "Invalid objects"
        }
    }

    /// How much the result matters, which tells the levels of a policy apart.
    var severity: String {
        switch level {
        case .deny: "high"
        case .warn: "medium"
        case .audit: "low"
        }
    }
}

extension ReportResult {
    /// Tells whether the result comes before another: by outcome, the worst first, then by the rule, as bytes.
    func precedes(_ other: Self) -> Bool {
        if outcome != other.outcome { return rank < other.rank }
        return rule.utf8.lexicographicallyPrecedes(other.rule.utf8)
    }

    /// The position of the outcome, from the worst on.
    var rank: Int {
        switch outcome {
        case .fail: 0
        case .error: 1
        case .warn: 2
        }
    }
}
