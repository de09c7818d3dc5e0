import KubernetesAPI
import PodScoring

extension RequestEvaluator {
    /// The ephemeral containers that a debugging session adds to a running Pod.
    ///
    /// Only new containers are evaluated, since nobody can change the rest of a running Pod. The whole Pod is evaluated as well if it shares
    /// anything with its node, or if there is no old Pod to compare with. No waiver applies here.
    func ephemeralContainers(_ request: AdmissionRequest, _ policy: ScorePolicy) -> RequestEvaluation {
        guard let object = ReviewedObject(request.object, as: .pod) else { return undecodable(request, policy, cap: .deny) }
        let old = ReviewedObject(request.oldObject, as: .pod)
        let new = PodChanges.newEphemeralContainers(in: object.pod, since: old?.pod)
        if new.isEmpty, old != nil { return .unchanged }
        if let exemption = policy.exemption(for: request, of: object) { return .exempt(exemption) }
        let whole = old == nil || object.pod.sharesHost ? PodEvaluation(object.subject, by: policy) : nil
        return verdict(evaluation(of: new, in: object.subject, policy, beside: whole), nil, policy, cap: .deny)
    }

    /// Evaluates new ephemeral containers, and adds what the whole Pod violates where it was evaluated.
    private func evaluation(
        of new: [Int],
        in subject: ScoringSubject,
        _ policy: ScorePolicy,
        beside whole: PodEvaluation?
    ) -> PodEvaluation {
        let controls = policy.controls
        let failures = failures(of: new, in: subject.pod, by: controls)
        let all = whole.map { merged($0.controls.failures, failures) } ?? failures
        return PodEvaluation(
            whole == nil ? .newEphemeralContainers : .wholePod,
            of: subject,
            by: policy.ruleset,
            report: whole?.report,
            failures: controls.areScored ? all : whole?.failures ?? [],
            controls: ControlFindings(ruleset: controls.ruleset, results: all, failures: all),
            standards: policy.standards.findings(inEphemeralContainers: new, of: subject, besides: whole?.standards),
            intolerableRules: failures.filter { controls.isIntolerable($0.index) }.map { controls.ruleset.entries[$0.index].rule.id }
        )
    }

    /// The container rules that one of the containers fails, each container evaluated as if it were the only one.
    ///
    /// Otherwise a rule that one container can satisfy for all would admit a bad container next to a good one. A finding about an inherited
    /// field points at the container, which can still change; the running Pod cannot.
    private func failures(of new: [Int], in pod: PodSpec, by controls: MandatoryControls) -> [ScoreReport.Result] {
        guard !new.isEmpty else { return [] }
        let failures = controls.failures(inEphemeralContainers: ScoringSubject.eachAlone(ofEphemeralContainers: new, in: pod))
        return failures.map { ScoreReport.Result(index: $0.index, outcome: .fails($0.findings.ofEach(new))) }
    }

    /// Adds the failures of rules that did not fail in the whole Pod, in the ruleset's order.
    private func merged(_ whole: [ScoreReport.Result], _ part: [ScoreReport.Result]) -> [ScoreReport.Result] {
        let known = Set(whole.map(\.index))
        return (whole + part.filter { !known.contains($0.index) }).sorted { $0.index < $1.index }
    }
}
