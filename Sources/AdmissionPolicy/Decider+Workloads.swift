import KubernetesAPI

extension Decider {
    /// Reads the rows for Deployments and the like.
    func workloadRuling(on request: AdmissionRequest, of kind: WorkloadKind, by policy: ScorePolicy) -> Ruling {
        let cap: Effect
        switch policy.workloads {
        case .ignore: return .unscored(.allow)
        case .warn: cap = .warn
        case .enforce: cap = .deny
        }
        guard let workload = ReviewedObject(request.object, as: kind) else { return .undecodable(cap: cap) }
        guard request.operation == .update else {
            return .judged(Assessment(workload, by: policy), cap: cap)
        }
        if workload.metadata.isBeingDeleted { return .unscored(.unchanged) }
        guard let old = ReviewedObject(request.oldObject, as: kind) else {
            return .judged(Assessment(workload, by: policy), cap: cap)
        }
        if workload.content == old.content { return .unscored(.unchanged) }
        let assessment = Assessment(workload, by: policy)
        // Denying an update that makes nothing worse would block the roll-out of a fix, and the way back.
        let isWorse = assessment.isWorse(than: Assessment(old, by: policy))
        return .judged(assessment, cap: isWorse ? cap : .warn)
    }
}
