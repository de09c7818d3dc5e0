/// A set of kinds of objects, for which kubesec evaluates a rule.
package struct RuleKinds: OptionSet, Sendable, Hashable {
    /// One bit a kind.
    package let rawValue: UInt16

    /// The set of the kinds whose bits are set.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// A bare Pod.
    package static let pod = Self(rawValue: 1 << 0)
    /// `apps/v1` Deployment.
    package static let deployment = Self(rawValue: 1 << 1)
    /// `apps/v1` StatefulSet.
    package static let statefulSet = Self(rawValue: 1 << 2)
    /// `apps/v1` DaemonSet.
    package static let daemonSet = Self(rawValue: 1 << 3)
    /// `apps/v1` ReplicaSet.
    package static let replicaSet = Self(rawValue: 1 << 4)
    /// `batch/v1` Job.
    package static let job = Self(rawValue: 1 << 5)
    /// `batch/v1` CronJob.
    package static let cronJob = Self(rawValue: 1 << 6)
    /// `v1` ReplicationController.
    package static let replicationController = Self(rawValue: 1 << 7)
    /// `v1` PodTemplate.
    package static let podTemplate = Self(rawValue: 1 << 8)
    /// A binding of a role in one namespace.
    package static let roleBinding = Self(rawValue: 1 << 9)
    /// A binding of a role in the whole cluster.
    package static let clusterRoleBinding = Self(rawValue: 1 << 10)

    /// The kinds that most of kubesec's rules name.
    package static let podAndTemplates: Self = [.pod, .deployment, .statefulSet, .daemonSet]
    /// Every kind that holds a Pod's specification.
    package static let everyPodKind: Self = [
        .pod, .deployment, .statefulSet, .daemonSet, .replicaSet, .job, .cronJob, .replicationController, .podTemplate,
    ]

    /// The kinds with their names, in the order in which they are listed.
    package static let named: [(kind: Self, name: String)] = [
        (.pod, "Pod"), (.deployment, "Deployment"), (.statefulSet, "StatefulSet"), (.daemonSet, "DaemonSet"),
        (.replicaSet, "ReplicaSet"), (.job, "Job"), (.cronJob, "CronJob"),
        (.replicationController, "ReplicationController"), (.podTemplate, "PodTemplate"),
        (.roleBinding, "RoleBinding"), (.clusterRoleBinding, "ClusterRoleBinding"),
    ]

    /// The set with the kind of that name, compared as bytes; empty when no rule knows the kind.
    package init(named name: String) {
        self = Self.named.first { $0.name.utf8.elementsEqual(name.utf8) }?.kind ?? []
    }

    /// The names of the kinds in the set.
    package var names: [String] {
        Self.named.filter { contains($0.kind) }.map(\.name)
    }

    /// The path of the Pod's specification in an object of this kind, below which ``Finding/path(below:)`` goes on.
    package var specificationPath: String {
        switch self {
        case .pod: "spec"
        case .cronJob: "spec.jobTemplate.spec.template.spec"
        case .podTemplate: "template.spec"
        default: "spec.template.spec"
        }
    }
}
