import KubernetesAPI

extension Decider {
    /// Reads the rows for Deployments and the like.
    func workloadRuling(
        on request: AdmissionRequest,
        of kind: WorkloadKind,
        by policy: ScorePolicy,
        waivers: [ScoreWaiver]
    ) -> Ruling {
        let cap: Effect
        switch policy.workloads {
        case .ignore: return .unscored(.allow)
        case .warn: cap = .warn
        case .enforce: cap = .deny
        }
        guard let workload = ReviewedObject(request.object, as: kind) else {
            return undecodableRuling(on: request, by: policy, cap: cap)
        }
        let old = request.operation == .update ? ReviewedObject(request.oldObject, as: kind) : nil
        if request.operation == .update, workload.metadata.isBeingDeleted || workload.content == old?.content {
            return .unscored(.unchanged)
        }
        if let exemption = policy.exemption(for: request, of: workload) { return .exempt(exemption) }
        let assessment = Assessment(workload, by: policy)
        let waiving = waiving(assessment, of: workload, by: waivers, request)
        guard let old else { return .judged(assessment, waiving: waiving, cap: cap) }
        // Denying an update that makes nothing worse would block the roll-out of a fix, and the way back. What is waived is compared with
        // the old object as it is, so that a waiver never makes an update look worse.
        let counted = waiving?.applied(to: assessment, on: today) ?? assessment
        let isWorse = counted.isWorse(than: Assessment(old, by: policy))
        return .judged(assessment, waiving: waiving, cap: isWorse ? cap : .warn)
    }
}
