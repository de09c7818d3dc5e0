import KubernetesAPI
import PodScoring

/// The result of evaluating one request by a policy.
enum RequestEvaluation {
    /// Nothing in the request is evaluated.
    case ignored
    /// An update that changes nothing of what is evaluated.
    case unchanged
    /// The policy does not apply to the requester or to the runtime class.
    case exempt(Exemption)
    /// The levels have been compared with what the waivers leave.
    case evaluated(PolicyVerdict)
    /// The request has no object of its kind; no level acts more strongly than the cap.
    case undecodable(cap: Effect)
}

/// The part of a request that is evaluated, by its operation, kind and subresource.
enum RequestRoute {
    /// A Pod that is created or updated.
    case pod
    /// The ephemeral containers of a running Pod.
    case ephemeralContainers
    /// The requests and limits of a running Pod.
    case resize
    /// A workload, such as a Deployment; without a kind, one that is not Kubernetes' own.
    case workload(WorkloadKind?)
    /// Nothing.
    case none

    /// Finds the route of a request.
    ///
    /// An unknown subresource of a Pod counts as an update if the request has a Pod: a later Kubernetes may let it change what an update may
    /// not.
    init(_ request: borrowing AdmissionRequest) {
        self = .none
        switch request.operation {
        case .delete, .connect: return
        case .create, .update: break
        }
        guard let kind = WorkloadKind(group: request.kind.group, kind: request.kind.kind) else {
            if request.isOtherWorkload, request.subResource.isEmpty, !request.object.refersToOtherWorkload { self = .workload(nil) }
            return
        }
        switch (kind, request.subResource) {
        case (.pod, ""): self = .pod
        case (.pod, "ephemeralcontainers"): self = .ephemeralContainers
        case (.pod, "resize"): self = .resize
        case (.pod, _): if request.object.isPresent { self = .pod }
        case (_, ""): self = .workload(kind)
        case (_, _): break
        }
    }
}

/// Evaluates the objects of requests by a policy.
struct RequestEvaluator {
    /// The strongest effect that the whole server may have.
    let mode: EnforcementMode
    /// The day, in UTC, for ramps and waivers.
    let today: CivilDate
    /// Whether Pods come from the API server, or from a manifest that it has not completed yet.
    let podContext: ScoringSubject.Context
    /// Whether a workload is judged as strictly as the Pods that it will make, whatever the policy says about workloads.
    let judgesTemplatesAsPods: Bool

    /// Evaluates a request by a policy and by the waivers of its Namespace.
    ///
    /// Linear in the containers of the object; in an update also in those of the old one.
    func evaluate(_ request: AdmissionRequest, by policy: ScorePolicy, waivers: [ScoreWaiver]) -> RequestEvaluation {
        switch RequestRoute(request) {
        case .none: .ignored
        case .pod: pod(request, policy, waivers)
        case .ephemeralContainers: ephemeralContainers(request, policy)
        case .resize: resize(request, policy, waivers)
        case .workload(let kind): workload(request, kind, policy, waivers)
        }
    }

    /// A Pod that is created or updated, or the mirror Pod of a static Pod.
    private func pod(_ request: AdmissionRequest, _ policy: ScorePolicy, _ waivers: [ScoreWaiver]) -> RequestEvaluation {
        guard let pod = ReviewedObject(request.object, as: .pod, context: podContext) else {
            return undecodable(request, policy, cap: .deny)
        }
        if request.operation == .update || !request.subResource.isEmpty, isUnevaluatedUpdate(of: pod, request) { return .unchanged }
        if let exemption = policy.exemption(for: request, of: pod) { return .exempt(exemption) }
        // Denying a mirror Pod does not stop the static Pod that it mirrors, and only the kubelet would read a warning.
        let cap: Effect = pod.isMirrorPod(createdBy: request.userInfo) ? .audit : .deny
        return verdict(PodEvaluation(pod.subject, by: policy), of: pod, request, policy, waivers, cap: cap)
    }

    /// Tells whether an update changes no image and no profile, or is part of the Pod's deletion.
    ///
    /// By an unknown subresource more than images may change, so there the whole content must be the same.
    private func isUnevaluatedUpdate(of pod: ReviewedObject, _ request: AdmissionRequest) -> Bool {
        if pod.metadata.isBeingDeleted { return true }
        guard let old = ReviewedObject(request.oldObject, as: .pod) else { return false }
        return PodChanges.areNone(in: pod, since: old) && (request.subResource.isEmpty || pod.content == old.content)
    }

    /// A Deployment or the like.
    private func workload(
        _ request: AdmissionRequest,
        _ kind: WorkloadKind?,
        _ policy: ScorePolicy,
        _ waivers: [ScoreWaiver]
    ) -> RequestEvaluation {
        let cap: Effect
        switch policy.workloads {
        case _ where judgesTemplatesAsPods: cap = .deny
        case .ignore: return .ignored
        case .warn: cap = .warn
        case .enforce: cap = .deny
        }
        guard let workload = ReviewedObject(request.object, as: kind) else { return undecodable(request, policy, cap: cap) }
        let old = request.operation == .update ? ReviewedObject(request.oldObject, as: kind) : nil
        if request.operation == .update, workload.metadata.isBeingDeleted || workload.content == old?.content { return .unchanged }
        if let exemption = policy.exemption(for: request, of: workload) { return .exempt(exemption) }
        let evaluation = PodEvaluation(workload.subject, by: policy)
        guard let old else { return verdict(evaluation, of: workload, request, policy, waivers, cap: cap) }
        // Denying an update that makes nothing worse would block the roll-out of a fix, and a rollback. Waivers apply only to the new
        // object, so that a waiver never makes an update look worse.
        let applicable = applicable(waivers, to: workload, evaluation, request)
        let left = applicable?.applied(to: evaluation, on: today) ?? evaluation
        let isWorse = left.isWorse(than: PodEvaluation(old.subject, by: policy))
        return verdict(left, applicable, policy, cap: isWorse ? cap : .warn)
    }

    /// A resize: only the loss of required requests and limits counts.
    ///
    /// Without an old Pod to compare with, the Pod is evaluated as if it were created.
    private func resize(_ request: AdmissionRequest, _ policy: ScorePolicy, _ waivers: [ScoreWaiver]) -> RequestEvaluation {
        guard let pod = ReviewedObject(request.object, as: .pod) else { return undecodable(request, policy, cap: .deny) }
        if let exemption = policy.exemption(for: request, of: pod) { return .exempt(exemption) }
        guard let old = ReviewedObject(request.oldObject, as: .pod) else {
            return verdict(PodEvaluation(pod.subject, by: policy), of: pod, request, policy, waivers, cap: .deny)
        }
        let controls = policy.controls
        let before = controls.results(in: old.subject)
        let lost = controls.results(in: pod.subject).filter { result in
            result.outcome.fails && controls.ruleset.entries[result.index].rule.requiresResources
                && before.contains { $0.index == result.index && $0.outcome == .holds }
        }
        let evaluation = PodEvaluation(
            .resize,
            of: pod.subject,
            by: policy.ruleset,
            failures: controls.areScored ? lost : [],
            controls: ControlFindings(ruleset: controls.ruleset, results: lost, failures: lost)
        )
        return verdict(evaluation, of: pod, request, policy, waivers, cap: .deny)
    }

    /// The result for a request whose object cannot be read; exempt requesters stay exempt.
    func undecodable(_ request: AdmissionRequest, _ policy: ScorePolicy, cap: Effect) -> RequestEvaluation {
        policy.exemption(for: request).map { .exempt($0) } ?? .undecodable(cap: cap)
    }

    /// Applies the waivers to an evaluation and compares the levels with what is left.
    private func verdict(
        _ evaluation: PodEvaluation,
        of object: ReviewedObject,
        _ request: AdmissionRequest,
        _ policy: ScorePolicy,
        _ waivers: [ScoreWaiver],
        cap: Effect
    ) -> RequestEvaluation {
        let applicable = applicable(waivers, to: object, evaluation, request)
        return verdict(applicable?.applied(to: evaluation, on: today) ?? evaluation, applicable, policy, cap: cap)
    }

    /// Compares the levels with what is left of an evaluation; the waivers were applied and tell what comes later.
    func verdict(_ evaluation: PodEvaluation, _ waivers: ApplicableWaivers?, _ policy: ScorePolicy, cap: Effect) -> RequestEvaluation {
        .evaluated(PolicyVerdict(evaluation, waivers: waivers, by: policy, cap: cap, mode: mode, on: today))
    }

    /// The waivers that apply to an object in which something was found; `nil` when none does.
    private func applicable(
        _ waivers: [ScoreWaiver],
        to object: ReviewedObject,
        _ evaluation: PodEvaluation,
        _ request: AdmissionRequest
    ) -> ApplicableWaivers? {
        guard !waivers.isEmpty, evaluation.hasFindings else { return nil }
        return ApplicableWaivers(waivers, to: object, in: request.namespace, on: today)
    }
}

extension ReviewedObject {
    /// Tells whether the kubelet of the Pod's own node made the Pod for a static Pod; anyone can write the annotation.
    ///
    /// Source: <https://kubernetes.io/docs/reference/access-authn-authz/node/>
    fileprivate func isMirrorPod(createdBy user: UserInfo) -> Bool {
        guard metadata.annotation(named: Annotation.mirrorPod) != nil, let node = pod.nodeName, !node.isEmpty else { return false }
        return user.username.hasSameBytes(as: "system:node:\(node)")
            && user.groups.contains { $0.hasSameBytes(as: "system:nodes") }
    }
}

extension Rule {
    /// Whether the rule requires requests or limits.
    var requiresResources: Bool { id.beginsWithBytes(of: "Requests") || id.beginsWithBytes(of: "Limits") }
}

/// The Pod or workload of a request, as it is evaluated.
///
/// It is a class because it is large and passed around, and it never changes.
final class ReviewedObject {
    /// The kind in the request; `nil` for a workload that is not Kubernetes' own.
    let kind: WorkloadKind?
    /// The object's own metadata, not its template's.
    let metadata: ObjectMeta
    /// The Pod or the template.
    let content: KubernetesObject.Content
    /// The Pod or the template as it is scored.
    let subject: ScoringSubject

    /// Takes the object of a request; `nil` if the request has no object of that kind.
    ///
    /// The request gives the kind. An object that states another `kind` could otherwise escape the rules.
    init?(_ payload: AdmissionRequest.Payload, as kind: WorkloadKind?, context: ScoringSubject.Context = .admittedPod) {
        guard case .decoded(let object) = payload else { return nil }
        switch (object.content, kind) {
        case (.pod, .pod): break
        case (.template, .pod), (.template, nil): return nil
        case (.template, _): break
        case (.otherWorkload(_, _?), nil): break
        case (.pod, _), (.otherWorkload, _), (.binding, _), (.other, _): return nil
        }
        self.kind = kind
        metadata = object.metadata
        content = object.content
        subject = ScoringSubject(object, as: kind, context: context)
    }

    /// The specification of the Pod or of the template.
    var pod: PodSpec { subject.pod }
}

extension ScorePolicy {
    /// The exemption that applies to a request; `nil` if the policy decides it.
    func exemption(for request: AdmissionRequest, of object: ReviewedObject? = nil) -> Exemption? {
        exempt.exemption(of: request.userInfo, runtimeClass: object?.pod.runtimeClassName)
    }
}
