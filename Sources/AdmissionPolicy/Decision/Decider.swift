package import KubernetesAPI
package import PodScoring

/// Decides admission requests: the first table of DESIGN 5.
///
/// Decisions depend on nothing but the arguments, so the same request gets the same answer, byte for byte.
package struct Decider: Sendable {
    /// The most that the whole server may do.
    package let mode: EnforcementMode
    /// The day, in UTC, on which ramps and waivers are looked at.
    package let today: CivilDate
    /// Where Pods come from: the API server, or a manifest that has not seen it yet.
    let podContext: ScoringSubject.Context

    /// A decider whose answers are never stronger than the mode, whatever the policies say.
    package init(mode: EnforcementMode, today: CivilDate, podContext: ScoringSubject.Context = .admittedPod) {
        self.mode = mode
        self.today = today
        self.podContext = podContext
    }

    /// Decides a request by the policy that the caller has picked for it, and by the waivers of its namespace: ``PolicySet/waivers(in:)``.
    ///
    /// Linear in the containers of the object; in a workload's or Pod's update also in those of the old one.
    package func decide(_ request: AdmissionRequest, by policy: ScorePolicy, waivers: [ScoreWaiver] = []) -> Decision {
        switch ruling(on: request, by: policy, waivers: waivers) {
        case .unscored(let outcome):
            unscored(outcome, request, by: policy)
        case .exempt(let exemption):
            unscored(.exempt, request, by: policy, exemption: exemption)
        case .judged(let assessment, let waiving, let cap):
            judged(Judgement(assessment, waiving: waiving, by: policy, cap: cap, mode: mode, on: today), request, by: policy)
        case .undecodable(let cap):
            undecodable(cap: cap, request, by: policy)
        }
    }

    /// Finds the row of the table for a request and reads it.
    private func ruling(on request: AdmissionRequest, by policy: ScorePolicy, waivers: [ScoreWaiver]) -> Ruling {
        switch request.operation {
        case .delete, .connect: return .unscored(.allow)
        case .create, .update: break
        }
        guard let kind = WorkloadKind(requested: request.kind) else { return .unscored(.allow) }
        switch (kind, request.subResource) {
        case (.pod, ""): return podRuling(on: request, by: policy, waivers: waivers)
        case (.pod, "ephemeralcontainers"): return ephemeralContainersRuling(on: request, by: policy)
        case (.pod, "resize"): return resizeRuling(on: request, by: policy, waivers: waivers)
        case (.pod, _): return podSubresourceRuling(on: request, by: policy, waivers: waivers)
        case (_, ""): return workloadRuling(on: request, of: kind, by: policy, waivers: waivers)
        case (_, _): return .unscored(.allow)
        }
    }

    /// The waivers that apply to an object in which something was found; `nil` when none does.
    func waiving(_ assessment: Assessment, of object: ReviewedObject, by waivers: [ScoreWaiver], _ request: AdmissionRequest) -> Waiving? {
        guard !waivers.isEmpty, assessment.hasFindings else { return nil }
        return Waiving(waivers, to: object, in: request.namespace, on: today)
    }
}
