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
        let controls = policy.controls
        let before = controls.results(in: old.subject)
        let lost = controls.results(in: object.subject).filter { result in
            result.outcome.fails && controls.ruleset.entries[result.index].rule.asksForResources
                && before.contains { $0.index == result.index && $0.outcome == .holds }
        }
        let assessment = Assessment(
            .resize,
            of: object,
            by: policy.ruleset,
            failures: controls.areScored ? lost : [],
            controls: ControlFindings(ruleset: controls.ruleset, failures: lost)
        )
        return .judged(assessment, waiving: waiving(assessment, of: object, by: waivers, request), cap: .deny)
    }
}
