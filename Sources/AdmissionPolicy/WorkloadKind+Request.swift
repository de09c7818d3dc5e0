import KubernetesAPI

extension WorkloadKind {
    /// The kind that a request names; `nil` for kinds without a Pod spec, among them namesakes in other API groups.
    init?(requested kind: GroupVersionKind) {
        self.init(group: kind.group, kind: kind.kind)
    }

    /// The path from the top of an object of the kind to the Pod's specification.
    var specificationPath: String {
        switch self {
        case .pod: "spec"
        case .podTemplate: "template.spec"
        case .cronJob: "spec.jobTemplate.spec.template.spec"
        case .deployment, .replicaSet, .statefulSet, .daemonSet, .replicationController, .job: "spec.template.spec"
        }
    }
}
