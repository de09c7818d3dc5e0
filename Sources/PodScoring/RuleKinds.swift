/// A set of kinds of objects, for which kubesec evaluates a rule.
package struct RuleKinds: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let pod = Self(rawValue: 1 << 0)
    package static let deployment = Self(rawValue: 1 << 1)
    package static let statefulSet = Self(rawValue: 1 << 2)
    package static let daemonSet = Self(rawValue: 1 << 3)
    package static let replicaSet = Self(rawValue: 1 << 4)
    package static let job = Self(rawValue: 1 << 5)
    package static let cronJob = Self(rawValue: 1 << 6)
    package static let replicationController = Self(rawValue: 1 << 7)
    package static let podTemplate = Self(rawValue: 1 << 8)
    package static let roleBinding = Self(rawValue: 1 << 9)
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
