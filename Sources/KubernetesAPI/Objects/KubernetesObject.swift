/// A decoded manifest: a Pod, a workload with a Pod template, an RBAC binding, or another object.
package struct KubernetesObject: Sendable, Equatable {
    /// The content of an object, by its kind.
    package enum Content: Sendable, Equatable {
        /// Indirect, so that passing the object on does not copy the specification field by field.
        indirect case pod(PodSpec)
        /// `volumeClaimTemplates` is empty except for a StatefulSet.
        indirect case template(PodTemplateSpec, volumeClaimTemplates: [VolumeClaimTemplate])
        /// A workload that is not Kubernetes' own; the template is `nil` if the object names another workload that has it.
        indirect case otherWorkload(OtherWorkload, PodTemplateSpec?)
        case binding(subjects: [Subject])
        /// An object without a Pod spec.
        case other
    }

    /// As written; empty when missing.
    package var apiVersion = ""
    /// As written; empty when missing.
    package var kind = ""
    /// Names, namespace and the annotations that are read.
    package var metadata = ObjectMeta()
    /// The content, by the kind.
    package var content = Content.other

    /// Empty, to be filled while reading.
    package init() {}
}

extension KubernetesObject {
    /// The Pod's specification, or that of a workload's template; `nil` for other objects.
    package var podSpec: PodSpec? {
        switch content {
        case .pod(let spec): spec
        case .template(let template, _): template.spec
        case .otherWorkload(_, let template): template?.spec
        case .binding, .other: nil
        }
    }
}

/// Kubernetes' own kinds with a Pod spec, spelled as in `kind`.
package enum WorkloadKind: String, Sendable, CaseIterable {
    case pod = "Pod"
    case deployment = "Deployment"
    case statefulSet = "StatefulSet"
    case daemonSet = "DaemonSet"
    case replicaSet = "ReplicaSet"
    case job = "Job"
    case cronJob = "CronJob"
    case replicationController = "ReplicationController"
    case podTemplate = "PodTemplate"

    /// Finds a kind by its group, including groups that had the kind in the past; `nil` for the same name in another group.
    package init?(group: String, kind: String) {
        guard let known = Self(rawValue: kind) else { return nil }
        guard group == known.group || group == known.formerGroup else { return nil }
        self = known
    }

    /// The API group that held the kind until Kubernetes 1.16; `nil` for kinds that never moved.
    ///
    /// Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-16>
    private var formerGroup: String? {
        switch self {
        case .deployment, .replicaSet, .daemonSet, .job: "extensions"
        case .pod, .replicationController, .podTemplate, .statefulSet, .cronJob: nil
        }
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

/// A subject of a RoleBinding or ClusterRoleBinding.
package struct Subject: Sendable, Equatable {
    /// As written; empty when missing.
    package var kind = ""
    /// The subject's name.
    package var name = ""

    /// Empty, to be filled while reading.
    package init() {}
}
