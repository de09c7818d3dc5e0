package import KubernetesAPI

/// A set of kinds of objects, such as those for which a ruleset evaluates a rule.
package struct RuleKinds: OptionSet, Sendable, Hashable {
    /// One bit for each kind.
    package let rawValue: UInt16

    /// Creates a set from one bit for each kind.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Creates the set of one kind with a Pod spec.
    package init(_ kind: WorkloadKind) {
        rawValue =
            switch kind {
            case .pod: 1 << 0
            case .deployment: 1 << 1
            case .statefulSet: 1 << 2
            case .daemonSet: 1 << 3
            case .replicaSet: 1 << 4
            case .job: 1 << 5
            case .cronJob: 1 << 6
            case .replicationController: 1 << 7
            case .podTemplate: 1 << 8
            }
    }

    /// Creates the set of the kind with a name, compared as bytes; empty if no rule applies to the kind.
    package init(named name: String) {
        if let kind = WorkloadKind(rawValue: name) {
            self.init(kind)
        } else {
            self = Self.bindings.first { $0.name.hasSameBytes(as: name) }?.kind ?? []
        }
    }

    /// A Pod.
    package static let pod = Self(.pod)
    /// A Deployment.
    package static let deployment = Self(.deployment)
    /// A StatefulSet.
    package static let statefulSet = Self(.statefulSet)
    /// A DaemonSet.
    package static let daemonSet = Self(.daemonSet)
    /// A ReplicaSet.
    package static let replicaSet = Self(.replicaSet)
    /// A Job.
    package static let job = Self(.job)
    /// A CronJob.
    package static let cronJob = Self(.cronJob)
    /// A PodTemplate.
    package static let podTemplate = Self(.podTemplate)
    /// A workload that is not Kubernetes' own, such as a Rollout.
    package static let otherWorkload = Self(rawValue: 1 << 11)
    /// A RoleBinding.
    package static let roleBinding = Self(rawValue: 1 << 9)
    /// A ClusterRoleBinding.
    package static let clusterRoleBinding = Self(rawValue: 1 << 10)

    /// The kinds to which most of kubesec's rules apply.
    package static let podAndTemplates: Self = [.pod, .deployment, .statefulSet, .daemonSet]
    /// Every kind with a Pod spec.
    package static let everyPodKind = Self(WorkloadKind.allCases.map { Self($0) } + [otherWorkload])

    /// The kinds without a Pod spec, with their names.
    private static let bindings: [(kind: Self, name: String)] = [
        (.roleBinding, "RoleBinding"), (.clusterRoleBinding, "ClusterRoleBinding"),
    ]

    /// The kinds with their names, in the order in which texts list them.
    package static let named: [(kind: Self, name: String)] = WorkloadKind.allCases.map { (Self($0), $0.rawValue) } + bindings

    /// The names of the kinds in the set.
    package var names: [String] {
        Self.named.filter { contains($0.kind) }.map(\.name)
    }

    /// The path of the Pod spec in an object of this kind, as a prefix for ``Finding/path(below:)``; for Kubernetes' own kinds.
    package var specificationPath: String {
        switch self {
        case .pod: "spec"
        case .cronJob: "spec.jobTemplate.spec.template.spec"
        case .podTemplate: "template.spec"
        default: "spec.template.spec"
        }
    }
}

extension KubernetesObject {
    /// The path of the Pod spec in the object, as a prefix for ``Finding/path(below:)``.
    package var specificationPath: String {
        guard case .otherWorkload(let workload, _) = content else { return RuleKinds(named: kind).specificationPath }
        return workload.specificationPath
    }
}

extension OtherWorkload {
    /// The path of the Pod spec in an object of the kind.
    var specificationPath: String { templatePath + ".spec" }
}
