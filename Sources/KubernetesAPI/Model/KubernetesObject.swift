/// A decoded manifest: a Pod, a workload with a Pod template, an RBAC binding, or something that carries no Pod.
package struct KubernetesObject: Sendable, Equatable {
    /// What the object holds, by its kind.
    package enum Content: Sendable, Equatable {
        case pod(PodSpec)
        /// `volumeClaimTemplates` is empty except for a StatefulSet.
        case template(PodTemplateSpec, volumeClaimTemplates: [VolumeClaimTemplate])
        case binding(subjects: [Subject])
        /// A kind without a Pod spec.
        case other
    }

    /// As written; empty when missing.
    package var apiVersion = ""
    /// As written; empty when missing.
    package var kind = ""
    /// Names, namespace and the annotations that are read.
    package var metadata = ObjectMeta()
    /// What the object holds.
    package var content = Content.other

    /// Empty, to be filled while reading.
    package init() {}
}

/// A volume claim template of a StatefulSet.
package struct VolumeClaimTemplate: Sendable, Equatable {
    /// Whether the template has a `spec`.
    package var hasSpec = false
    /// As written, in order.
    package var accessModes: [String] = []
    /// Whether `spec.resources.requests` has the key `storage`.
    package var requestsStorage = false

    /// Empty, to be filled while reading.
    package init() {}
}

/// A subject of a RoleBinding or ClusterRoleBinding.
package struct Subject: Sendable, Equatable {
    /// As written; empty when missing.
    package var kind = ""
    /// The subject's name.
    package var name = ""

    /// Empty, to be filled while reading.
    package init() {}
}

/// The kinds whose Pod spec is known, spelled as in `kind`.
package enum WorkloadKind: String, Sendable, CaseIterable {
    case pod = "Pod"
    case deployment = "Deployment"
    case replicaSet = "ReplicaSet"
    case statefulSet = "StatefulSet"
    case daemonSet = "DaemonSet"
    case replicationController = "ReplicationController"
    case job = "Job"
    case cronJob = "CronJob"
    case podTemplate = "PodTemplate"

    /// The kind of that name in the API group where Kubernetes has it, or has had it; `nil` for the same name in any other group.
    package init?(group: String, kind: String) {
        guard let known = Self(rawValue: kind) else { return nil }
        switch known {
        case .deployment, .replicaSet, .daemonSet:
            guard group == known.group || group == "extensions" else { return nil }
        case .pod, .replicationController, .podTemplate, .statefulSet, .job, .cronJob:
            guard group == known.group else { return nil }
        }
        self = known
    }

    /// The API group of the kind; empty for the core group.
    package var group: String {
        switch self {
        case .pod, .replicationController, .podTemplate: ""
        case .deployment, .replicaSet, .daemonSet, .statefulSet: "apps"
        case .job, .cronJob: "batch"
        }
    }
}
