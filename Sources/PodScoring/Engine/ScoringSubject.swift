package import KubernetesAPI

/// What is scored: a Pod's specification in its context, or an object that rules about other things than Pods look at.
///
/// A class because it is large and handed from hand to hand, and never changes.
package final class ScoringSubject: Sendable {
    /// Where a Pod's specification comes from.
    package enum Context: Sendable {
        /// A Pod as the API server completed it, in an AdmissionReview.
        case admittedPod
        /// A manifest or a template, as its author wrote it.
        case authored
    }

    /// The kind of the object, as one of ``RuleKinds``; empty when no rule knows it.
    package let kind: RuleKinds
    /// Where the specification comes from.
    package let context: Context
    /// Whether each container is judged as if it were the only one: it is blamed itself for what it inherits, and none vouches for another.
    package let asksEachAlone: Bool
    /// The specification that is scored; empty for objects without one.
    package let pod: PodSpec
    /// The annotations of the Pod or of the template.
    package let annotations: [Annotation]
    /// The annotations of the object itself: those of the Pod, or of the workload around the template.
    package let objectAnnotations: [Annotation]
    /// What the annotations say of single containers' AppArmor profiles, made once for all rules that ask.
    let legacyAppArmorProfiles: [NameBytes: SecurityProfile]
    /// Only a StatefulSet has any.
    package let volumeClaimTemplates: [VolumeClaimTemplate]
    /// Only a RoleBinding or ClusterRoleBinding has any.
    package let subjects: [Subject]

    /// Whether the Pod declares that it runs on Windows; asked here, it is not copied to another module for it.
    package var isWindows: Bool { pod.isWindows }

    /// A Pod's specification on its own.
    package init(
        pod: PodSpec,
        annotations: [Annotation] = [],
        kind: RuleKinds = .pod,
        context: Context = .authored,
        asksEachAlone: Bool = false
    ) {
        self.kind = kind
        self.context = context
        self.asksEachAlone = asksEachAlone
        self.pod = pod
        self.annotations = annotations
        objectAnnotations = annotations
        legacyAppArmorProfiles = Self.legacyAppArmorProfiles(in: annotations, context)
        volumeClaimTemplates = []
        subjects = []
    }

    /// An object that was decoded from a manifest or a request.
    ///
    /// Only a bare Pod can be in the context ``Context/admittedPod``: the API server completes no templates.
    ///
    /// `requestedKind` is the kind by which the object was read; `nil` takes the object's own.
    package init(_ object: borrowing KubernetesObject, as requestedKind: WorkloadKind? = nil, context: Context) {
        kind = requestedKind.map { RuleKinds($0) } ?? RuleKinds(named: object.kind)
        asksEachAlone = false
        objectAnnotations = object.metadata.annotations
        switch object.content {
        case .pod(let pod):
            self.pod = pod
            annotations = object.metadata.annotations
            self.context = context
            volumeClaimTemplates = []
            subjects = []
        case .template(let template, let claims):
            pod = template.spec
            annotations = template.metadata.annotations
            self.context = .authored
            volumeClaimTemplates = claims
            subjects = []
        case .binding(let subjects):
            pod = PodSpec()
            annotations = []
            self.context = .authored
            volumeClaimTemplates = []
            self.subjects = subjects
        case .other:
            pod = PodSpec()
            annotations = []
            self.context = .authored
            volumeClaimTemplates = []
            subjects = []
        }
        legacyAppArmorProfiles = Self.legacyAppArmorProfiles(in: annotations, self.context)
    }
}
