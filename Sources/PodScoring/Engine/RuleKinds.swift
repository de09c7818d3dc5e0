import KubernetesAPI

/// A set of kinds of objects, such as those for which a ruleset evaluates a rule.
package struct RuleKinds: OptionSet, Sendable, Hashable {
    /// One bit for each kind.
    package let rawValue: UInt16

    /// Creates a set from one bit for each kind.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// A Pod.
    package static let pod = Self(rawValue: 1 << 0)
    /// A Deployment.
    package static let deployment = Self(rawValue: 1 << 1)
    /// A StatefulSet.
    package static let statefulSet = Self(rawValue: 1 << 2)
    /// A DaemonSet.
    package static let daemonSet = Self(rawValue: 1 << 3)
    /// A ReplicaSet.
    package static let replicaSet = Self(rawValue: 1 << 4)
    /// A Job.
    package static let job = Self(rawValue: 1 << 5)
    /// A CronJob.
    package static let cronJob = Self(rawValue: 1 << 6)
    /// A ReplicationController.
    package static let replicationController = Self(rawValue: 1 << 7)
    /// A PodTemplate.
    package static let podTemplate = Self(rawValue: 1 << 8)
    /// A RoleBinding.
    package static let roleBinding = Self(rawValue: 1 << 9)
    /// A ClusterRoleBinding.
    package static let clusterRoleBinding = Self(rawValue: 1 << 10)

    /// The kinds to which most of kubesec's rules apply.
    package static let podAndTemplates: Self = [.pod, .deployment, .statefulSet, .daemonSet]
    /// Every kind with a Pod spec.
    package static let everyPodKind: Self = [
        .pod, .deployment, .statefulSet, .daemonSet, .replicaSet, .job, .cronJob, .replicationController, .podTemplate,
    ]

    /// The kinds with their names, in the order in which texts list them.
    package static let named: [(kind: Self, name: String)] = [
        (.pod, "Pod"), (.deployment, "Deployment"), (.statefulSet, "StatefulSet"), (.daemonSet, "DaemonSet"),
        (.replicaSet, "ReplicaSet"), (.job, "Job"), (.cronJob, "CronJob"),
        (.replicationController, "ReplicationController"), (.podTemplate, "PodTemplate"),
        (.roleBinding, "RoleBinding"), (.clusterRoleBinding, "ClusterRoleBinding"),
    ]

    /// Creates a set of the kind with a name, compared as bytes; empty if no rule applies to the kind.
    package init(named name: String) {
        self = Self.named.first { $0.name.hasSameBytes(as: name) }?.kind ?? []
    }

    /// The names of the kinds in the set.
    package var names: [String] {
        Self.named.filter { contains($0.kind) }.map(\.name)
    }

    /// The path of the Pod spec in an object of this kind, as a prefix for ``Finding/path(below:)``.
    package var specificationPath: String {
        switch self {
        case .pod: "spec"
        case .cronJob: "spec.jobTemplate.spec.template.spec"
        case .podTemplate: "template.spec"
        default: "spec.template.spec"
        }
    }
}
