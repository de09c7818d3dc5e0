import KubernetesAPI
import PodScoring

extension Decider {
    /// Reads the row for `pods/resize`: only requests and limits that are required and get lost count.
    ///
    /// Without an old Pod to compare with, the Pod is decided as if it were created.
    func resizeRuling(on request: AdmissionRequest, by policy: ScorePolicy, waivers: [ScoreWaiver]) -> Ruling {
        guard let object = ReviewedObject(request.object, as: .pod) else {
            return undecodableRuling(on: request, by: policy, cap: .deny)
        }
        if let exemption = policy.exemption(for: request, of: object) { return .exempt(exemption) }
        guard let old = ReviewedObject(request.oldObject, as: .pod) else {
            let assessment = Assessment(object, by: policy)
            return .judged(assessment, waiving: waiving(assessment, of: object, by: waivers, request), cap: .deny)
        }
        let ruleset = policy.ruleset
        let before = Scorer(ruleset).score(old.subject)
        let lost = Scorer(ruleset).score(object.subject).failures.filter { failure in
            ruleset.entries[failure.index].rule.asksForResources
                && before.results.contains { $0.index == failure.index && $0.outcome == .holds }
        }
        let assessment = Assessment(.resize, of: object, by: ruleset, failures: lost)
        return .judged(assessment, waiving: waiving(assessment, of: object, by: waivers, request), cap: .deny)
    }
}
