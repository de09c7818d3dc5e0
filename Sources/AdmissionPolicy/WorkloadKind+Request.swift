import KubernetesAPI

extension WorkloadKind {
    /// The kind that a request names; `nil` for kinds without a Pod spec, among them namesakes in other API groups.
    init?(requested kind: GroupVersionKind) {
        guard let known = Self(rawValue: kind.kind), known.groups.contains(kind.group) else { return nil }
        self = known
    }

    /// The API groups that ever held the kind; `extensions` did until Kubernetes 1.16.
    /// Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-16>
    private var groups: [String] {
        switch self {
        case .pod, .replicationController, .podTemplate: [""]
        case .deployment, .replicaSet, .daemonSet: ["apps", "extensions"]
        case .statefulSet: ["apps"]
        case .job: ["batch", "extensions"]
        case .cronJob: ["batch"]
        }
    }
}
