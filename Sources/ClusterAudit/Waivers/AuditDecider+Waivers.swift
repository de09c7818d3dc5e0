import AdmissionPolicy
import KubernetesAPI
import PodScoring

extension AuditDecider {
    /// Decides an object with one more waiver in force, which replaces the one of its name.
    func decide(_ object: KubernetesObject, replacing waiver: ScoreWaiver) -> Decision? {
        guard let request = AdmissionRequest(creating: object, inNamespace: object.metadata.namespace) else { return nil }
        let others = policies.waivers(in: request.namespace).filter { !$0.name.hasSameBytes(as: waiver.name) }
        return Decider(mode: .enforce, today: today, podContext: .admittedPod, judgesTemplatesAsPods: true)
            .decide(request, by: policy(in: request.namespace), waivers: others + [waiver])
    }

    private func policy(in namespace: String) -> ScorePolicy {
        switch knowledge(of: namespace, for: policies) {
        case .labels(let labels): policies.policy(in: namespace, with: labels).policy
        case .nameAlone, .missing: policies.policy(for: namespace)
        }
    }
}
