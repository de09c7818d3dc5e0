import KubernetesAPI

extension WorkloadKind {
    /// The kind that a request names; `nil` for kinds without a Pod spec, among them namesakes in other API groups.
    init?(requested kind: GroupVersionKind) {
        self.init(group: kind.group, kind: kind.kind)
    }
}
