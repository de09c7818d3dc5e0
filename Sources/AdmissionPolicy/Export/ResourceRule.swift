/// Requests for some resources, as rules of an API server name them.
struct ResourceRule: Sendable, Equatable {
    /// The API groups; the core group is empty.
    let groups: [String]
    /// The resources, with subresources as `pods/resize`.
    let resources: [String]
    /// The operations.
    let operations: [String]
}

extension ResourceRule {
    /// The rules for kinds of requests, and for those of workloads with some operations.
    ///
    /// They are those of the webhook for the kinds that Kubernetes has itself.
    static func rules(for classes: RequestClasses, workloads operations: [String] = ["CREATE", "UPDATE"]) -> [Self] {
        var rules: [Self] = []
        if classes.contains(.pods) { rules.append(Self(groups: [""], resources: ["pods"], operations: ["CREATE", "UPDATE"])) }
        var subresources: [String] = []
        if classes.contains(.ephemeralContainers) { subresources.append("pods/ephemeralcontainers") }
        if classes.contains(.resize) { subresources.append("pods/resize") }
        if !subresources.isEmpty { rules.append(Self(groups: [""], resources: subresources, operations: ["UPDATE"])) }
        guard classes.contains(.workloads) else { return rules }
        let workloads = [
            ("apps", ["deployments", "replicasets", "statefulsets", "daemonsets"]), ("batch", ["jobs", "cronjobs"]),
            ("", ["replicationcontrollers", "podtemplates"]),
        ]
        return rules + workloads.map { Self(groups: [$0.0], resources: $0.1, operations: operations) }
    }

    /// Requests for Pods and their subresources, among those of a policy.
    static let allOfPods = Self(groups: [""], resources: ["pods", "pods/*"], operations: ["*"])
    /// The creation of anything, among the requests of a policy.
    static let creations = Self(groups: ["*"], resources: ["*"], operations: ["CREATE"])

    /// Requests for workloads, among those of a policy.
    static func ofWorkloads(_ operations: [String]) -> [Self] {
        [
            Self(groups: ["apps", "batch"], resources: ["*"], operations: operations),
            Self(groups: [""], resources: ["replicationcontrollers", "podtemplates"], operations: operations),
        ]
    }
}
