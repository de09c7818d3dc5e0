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
    /// They are those of the webhook for the kinds that Kubernetes has itself. No API server creates a subresource of a Pod, and no group has
    /// resources of another one, so that one rule does for all requests with the same operations.
    static func rules(for classes: RequestClasses, workloads operations: [String] = ["CREATE", "UPDATE"]) -> [Self] {
        var pods = classes.contains(.pods) ? ["pods"] : []
        if classes.contains(.ephemeralContainers) { pods.append("pods/ephemeralcontainers") }
        if classes.contains(.resize) { pods.append("pods/resize") }
        let rule = Self(groups: [""], resources: pods, operations: classes.contains(.pods) ? ["CREATE", "UPDATE"] : ["UPDATE"])
        guard classes.contains(.workloads) else { return [rule] }
        let workloads = ofWorkloads(operations)
        guard !pods.isEmpty else { return [workloads] }
        guard rule.operations == operations else { return [rule, workloads] }
        return [Self(groups: workloads.groups, resources: pods + workloads.resources, operations: operations)]
    }

    /// Requests for Pods and their subresources, among those of a policy.
    static let allOfPods = Self(groups: [""], resources: ["pods", "pods/*"], operations: ["*"])
    /// The creation of anything, among the requests of a policy.
    static let creations = Self(groups: ["*"], resources: ["*"], operations: ["CREATE"])

    /// Requests for workloads.
    static func ofWorkloads(_ operations: [String]) -> Self {
        let resources = [
            "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers", "podtemplates",
        ]
        return Self(groups: ["", "apps", "batch"], resources: resources, operations: operations)
    }
}
