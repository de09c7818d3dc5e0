package import KubernetesAPI

/// An object as rules see it: a Pod spec with its context, or another object with rules of its own.
///
/// A class because it is large and passed to every check. It is immutable.
package final class ScoringSubject: Sendable {
    /// The origin of a Pod spec.
    package enum Context: Sendable {
        /// A Pod in an AdmissionReview, with the defaults of the API server.
        case admittedPod
        /// A manifest or a template, as written.
        case authored
    }

    /// The kind of the object; empty if no rule applies to it.
    package let kind: RuleKinds
    /// The origin of the Pod spec.
    package let context: Context
    /// Whether each container is judged as if it were the only one, with inherited values as its own.
    package let asksEachAlone: Bool
    /// The Pod spec to score; empty for objects without one.
    package let pod: PodSpec
    /// The annotations of the Pod or of the template.
    package let annotations: [Annotation]
    /// The annotations of the object itself: those of the Pod, or of the workload around the template.
    package let objectAnnotations: [Annotation]
    /// The AppArmor profiles that annotations set for single containers, shared by all rules.
    let legacyAppArmorProfiles: [NameBytes: Confinement]
    /// The volume claims of a StatefulSet.
    package let volumeClaimTemplates: [VolumeClaimTemplate]
    /// The subjects of a RoleBinding or ClusterRoleBinding.
    package let subjects: [Subject]

    /// The path of the Pod spec if the object is a workload that is not Kubernetes' own; `nil` for other objects.
    private let otherSpecificationPath: String?

    /// The path of the Pod spec in the object, as a prefix for ``Finding/path(below:)``.
    package var specificationPath: String { otherSpecificationPath ?? kind.specificationPath }

    /// Whether the Pod declares that it runs on Windows; asked here, since another target would copy the Pod.
    package var isWindows: Bool { pod.osName == "windows" }

    /// Creates a subject from a Pod spec.
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
        otherSpecificationPath = nil
    }

    /// The containers of this subject, each to be judged as if it were the only one, with only the settings that they inherit.
    ///
    /// Checks visit each container once and no other list of the Pod.
    package var eachAlone: ScoringSubject { ScoringSubject(eachAloneOf: self) }

    private init(eachAloneOf whole: ScoringSubject) {
        kind = whole.kind
        context = whole.context
        asksEachAlone = true
        var alone = whole.pod.inherited
        alone.initContainers = whole.pod.initContainers
        alone.containers = whole.pod.containers
        alone.ephemeralContainers = whole.pod.ephemeralContainers
        pod = alone
        annotations = whole.annotations
        objectAnnotations = whole.annotations
        legacyAppArmorProfiles = whole.legacyAppArmorProfiles
        volumeClaimTemplates = []
        subjects = []
        otherSpecificationPath = whole.otherSpecificationPath
    }

    /// Creates a subject from a decoded object.
    ///
    /// Only a Pod can have the context ``Context/admittedPod``, because the API server does not complete templates.
    ///
    /// `requestedKind` is the kind in the request; `nil` stands for the object's own kind.
    package init(_ object: borrowing KubernetesObject, as requestedKind: WorkloadKind? = nil, context: Context) {
        let named = requestedKind.map { RuleKinds($0) } ?? RuleKinds(named: object.kind)
        asksEachAlone = false
        objectAnnotations = object.metadata.annotations
        switch object.content {
        case .pod(let pod):
            kind = named
            self.pod = pod
            annotations = object.metadata.annotations
            self.context = context
            volumeClaimTemplates = []
            subjects = []
            otherSpecificationPath = nil
        case .template(let template, let claims):
            kind = named
            pod = template.spec
            annotations = template.metadata.annotations
            self.context = .authored
            volumeClaimTemplates = claims
            subjects = []
            otherSpecificationPath = nil
        case .otherWorkload(let workload, let template?):
            kind = .otherWorkload
            pod = template.spec
            annotations = template.metadata.annotations
            self.context = .authored
            volumeClaimTemplates = []
            subjects = []
            otherSpecificationPath = workload.specificationPath
        case .binding(let subjects):
            kind = named
            pod = PodSpec()
            annotations = []
            self.context = .authored
            volumeClaimTemplates = []
            self.subjects = subjects
            otherSpecificationPath = nil
        case .otherWorkload(_, nil), .other:
            kind = []
            pod = PodSpec()
            annotations = []
            self.context = .authored
            volumeClaimTemplates = []
            subjects = []
            otherSpecificationPath = nil
        }
        legacyAppArmorProfiles = Self.legacyAppArmorProfiles(in: annotations, self.context)
    }
}
