import KubernetesAPI
import PodScoring

extension Decider {
    /// Reads the row for `pods/ephemeralcontainers`.
    ///
    /// Only what is new is judged, since nobody can mend the rest of a running Pod. Where the Pod reaches into its node the whole of it is
    /// judged too, and so it is where there is no old Pod to compare with. No waiver counts here.
    func ephemeralContainersRuling(on request: AdmissionRequest, by policy: ScorePolicy) -> Ruling {
        guard let object = ReviewedObject(request.object, as: .pod) else {
            return undecodableRuling(on: request, by: policy, cap: .deny)
        }
        let old = ReviewedObject(request.oldObject, as: .pod)
        let new = PodChanges.newEphemeralContainers(in: object.pod, since: old?.pod)
        if new.isEmpty, old != nil { return .unscored(.unchanged) }
        if let exemption = policy.exemption(for: request, of: object) { return .exempt(exemption) }
        let failures = failures(ofEphemeralContainers: new, in: object.pod, by: policy.controls)
        let intolerable = failures.map(\.index).filter { policy.controls.isIntolerable($0) }
        let whole = old == nil || object.pod.sharesHost ? Assessment(object, by: policy) : nil
        let standards = policy.standards.findings(inEphemeralContainers: new, of: object.subject, withWholePod: whole != nil)
        let all = whole.map { merged($0.controls.failures, failures) } ?? failures
        let assessment = Assessment(
            whole == nil ? .newEphemeralContainers : .wholePod,
            of: object,
            by: policy.ruleset,
            report: whole?.report,
            failures: policy.controls.areScored ? all : whole?.failures ?? [],
            controls: ControlFindings(ruleset: policy.controls.ruleset, failures: all),
            standards: standards,
            intolerable: intolerable
        )
        return .judged(assessment, cap: .deny)
    }

    /// The container rules that one of the containers fails, each container judged as if it were the only one.
    ///
    /// Otherwise a rule that one container can satisfy for all would let a bad container in beside a good one. What a container inherits is
    /// blamed on the container: it can change, and the Pod can't any more.
    private func failures(ofEphemeralContainers new: [Int], in pod: PodSpec, by controls: MandatoryControls) -> [ScoreReport.Result] {
        guard !new.isEmpty else { return [] }
        let failures = controls.failures(inEphemeralContainers: ScoringSubject.eachAlone(ofEphemeralContainers: new, in: pod))
        return failures.filter { canBeSatisfied(controls.ruleset.entries[$0.index].rule) }.map { failure in
            ScoreReport.Result(index: failure.index, outcome: .fails(failure.findings.ofEach(new)))
        }
    }

    /// Tells whether an ephemeral container can follow a rule: it has a security context, but may not ask for resources.
    private func canBeSatisfied(_ rule: Rule) -> Bool {
        rule.scope == .container && !rule.asksForResources
    }

    /// Adds the failures of rules that did not fail in the whole Pod, in the ruleset's order.
    private func merged(_ whole: [ScoreReport.Result], _ part: [ScoreReport.Result]) -> [ScoreReport.Result] {
        let known = Set(whole.map(\.index))
        return (whole + part.filter { !known.contains($0.index) }).sorted { $0.index < $1.index }
    }
}

extension Rule {
    /// Whether the rule wants requests or limits.
    var asksForResources: Bool { id.beginsWithBytes(of: "Requests") || id.beginsWithBytes(of: "Limits") }
}
