package import AdmissionPolicy
import KubernetesAPI

/// The report about one object of a cluster: the demands of its policy that it violates, and how many it meets.
///
/// It follows from the decisions alone, so that the same ones give the same bytes: it has no time, no number of Pods and no id of a run.
package struct ReportObject: Sendable {
    /// The numbers of demands by result.
    struct Summary: Sendable, Equatable {
        /// Demands that are met, or whose violations a waiver covers.
        var pass = 0
        /// Demands for which Pods are denied.
        var fail = 0
        /// Demands for which a warning or a record is made.
        var warn = 0
        /// One if the object could not be evaluated.
        var error = 0
        /// Demands that do not apply, since the object is exempt or has no Pod.
        var skip = 0
    }

    /// The object.
    package let scope: ReportScope
    /// The name of the policy that decides in the Namespace.
    let policy: String
    /// The facts that each result repeats, sorted by name; texts, as the API demands.
    let properties: [(name: String, value: String)]
    /// The violated demands, the worst first.
    let results: [ReportResult]
    /// The numbers of demands.
    let summary: Summary

    /// A report of the different decisions about the Pods of an object, of which the first is the worst.
    ///
    /// A demand that several decisions violate is listed once. Score and minimum are those of the worst decision.
    /// `isTemplate` says that the object has no Pods, so that its template was decided.
    package init(_ scope: ReportScope, worst: Decision, others: [Decision] = [], isTemplate: Bool = false) {
        self.scope = scope
        policy = worst.policy
        properties = Self.properties(of: worst, isTemplate: isTemplate)
        results = Self.merged(([worst] + others).flatMap(Self.results)).sorted { $0.precedes($1) }
        summary = Self.summary(of: results, by: worst)
    }

    /// Keeps one result of each demand: the first of those with the worst outcome.
    private static func merged(_ all: [ReportResult]) -> [ReportResult] {
        var results: [ReportResult] = []
        for result in all {
            guard let index = results.firstIndex(where: { $0.rule.hasSameBytes(as: result.rule) }) else {
                results.append(result)
                continue
            }
            if result.rank < results[index].rank { results[index] = result }
        }
        return results
    }

    /// The violations of the levels, those of the strongest one first.
    ///
    /// Violations that only a later day brings come before all: the API server warns of them, and today's are at most recorded.
    private static func results(of decision: Decision) -> [ReportResult] {
        // Admission never denies the Pods of the kubelet, so it at most records what they violate.
        let denies = decision.wouldDeny || [.deny, .warn].contains(decision.outcome)
        let today = decision.levels.flatMap { level in
            ReportResult.list(
                of: level.violations,
                level.effect == .deny && denies ? .fail : .warn,
                at: level.effect,
                in: decision.evaluation,
                by: decision
            )
        }
        let actsToday = decision.levels.contains { $0.effect > .audit && !$0.violations.isEmpty }
        guard decision.deniedFrom != nil, !actsToday else { return today }
        return ReportResult.list(of: decision.violations, .warn, at: .deny, in: decision.violatedEvaluation, by: decision) + today
    }

    private static func properties(of decision: Decision, isTemplate: Bool) -> [(name: String, value: String)] {
        let facts = [
            ("deniedFrom", decision.deniedFrom?.description),
            ("minimum", decision.minimumScore.map { String($0) }),
            ("origin", isTemplate ? "template" : nil),
            ("ruleset", decision.ruleset),
            ("score", decision.score.map { String($0) }),
        ]
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }

    private static func summary(of results: [ReportResult], by decision: Decision) -> Summary {
        var summary = Summary()
        for result in results {
            switch result.outcome {
            case .fail: summary.fail += 1
            case .warn: summary.warn += 1
            case .error: summary.error += 1
            }
        }
        let others = max(0, decision.demandCount - results.count)
        if decision.evaluation != nil {
            summary.pass = others
        } else if results.isEmpty {
            summary.skip = others
        }
        return summary
    }
}
