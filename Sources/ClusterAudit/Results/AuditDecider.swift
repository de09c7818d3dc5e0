package import AdmissionPolicy
package import KubernetesAPI
import PodScoring

/// Decides what runs as admission would decide it if it were created now.
package struct AuditDecider: Sendable {
    /// The policies in force.
    package let policies: PolicySet
    /// The policies with which they are compared; `nil` without a comparison.
    package let others: PolicySet?
    /// The Namespaces with their labels; `nil` if labels are not known, so that names alone choose policies.
    package private(set) var namespaces: NamespaceDirectory?
    /// The day for ramps and waivers.
    package let today: CivilDate
    /// The kinds that are workloads.
    package let workloads: KnownWorkloads

    /// A decider by policies on a day, and by others to compare with; Namespaces have the labels that both read.
    package init(
        policies: PolicySet,
        comparedWith others: PolicySet? = nil,
        namespaces: NamespaceDirectory?,
        today: CivilDate,
        workloads: KnownWorkloads = .standard
    ) {
        self.policies = policies
        self.others = others
        self.namespaces = namespaces
        self.today = today
        self.workloads = workloads
    }

    /// Adds a Namespace with its labels; from then on the labels of all Namespaces count.
    mutating func add(namespace: String, labels: [RunningLabel]) {
        var known = namespaces ?? NamespaceDirectory(keeping: (policies.labelKeys + (others?.labelKeys ?? [])).inByteOrder)
        namespaces = nil
        known.set(namespace) { key in labels.first { $0.key.hasSameBytes(as: key) }?.value }
        namespaces = known
    }

    /// Decides an object: a Pod as the API server shows it, a workload by its template; `nil` for a kind without a Pod's specification.
    ///
    /// A template is judged as the Pods that it will make, even if the policy only warns about workloads.
    ///
    /// Nobody knows who created it, so exemptions of users do not apply; `creator` is the node of a static Pod.
    package func decide(_ object: KubernetesObject, createdBy creator: UserInfo = UserInfo()) -> Decision? {
        decide(object, createdBy: creator, by: policies)
    }

    /// Decides an object that stands for others like it, by both policies of a comparison.
    func result(of object: KubernetesObject, as example: AuditedExample) -> AuditedResult? {
        guard let decision = decide(object, createdBy: example.creator) else { return nil }
        let other = others.flatMap { decide(object, createdBy: example.creator, by: $0) }
        return AuditedResult(AuditedDecision(decision), other: other.map { AuditedDecision($0) }, count: 1, example: example)
    }

    /// Whether waivers of a Namespace can tell Pods with the same content apart, since they can name Pods.
    func hasWaivers(in namespace: String) -> Bool {
        !policies.waivers(in: namespace).isEmpty || !(others?.waivers(in: namespace).isEmpty ?? true)
    }

    /// Whether labels of a Namespace can matter there, by the policies of either side of a comparison.
    func needsLabels(of namespace: String) -> Bool {
        policies.needsLabels(of: namespace) || others?.needsLabels(of: namespace) ?? false
    }

    /// Whether a policy of either side of a comparison selects Namespaces by labels.
    var selectsByLabels: Bool {
        (policies.policies + (others?.policies ?? [])).contains { $0.namespaceSelector != nil }
    }

    private func decide(_ object: KubernetesObject, createdBy creator: UserInfo, by policies: PolicySet) -> Decision? {
        guard let request = AdmissionRequest(creating: object, inNamespace: object.metadata.namespace, by: creator) else { return nil }
        return Decider(mode: .enforce, today: today, podContext: .admittedPod, judgesTemplatesAsPods: true)
            .decide(request, by: policies, knowing: knowledge(of: request.namespace, for: policies))
    }

    /// The example of a result with its whole decision, for texts.
    ///
    /// Throws only if the kinds that are workloads have changed.
    package func decided(_ example: AuditedExample) throws(DecodingFailure) -> (object: KubernetesObject, decision: Decision?) {
        let object = try example.object(among: workloads)
        return (object, decide(object, createdBy: example.creator))
    }

    /// Returns the known facts about a Namespace, as far as they can matter.
    func knowledge(of namespace: String, for policies: PolicySet) -> NamespaceKnowledge {
        guard let namespaces else { return .nameAlone }
        return policies.knowledge(of: namespace, in: namespaces) ?? .missing
    }
}
