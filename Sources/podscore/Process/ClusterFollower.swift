import PolicySources

/// The task that follows a cluster while the server runs.
struct ClusterFollower {
    /// The policies of the cluster.
    let policies: ClusterPolicies
    private let task: Task<Void, Never>

    /// Begins to list and watch.
    init(_ policies: ClusterPolicies) {
        self.policies = policies
        task = Task { await policies.run() }
    }

    /// Ends all requests; returns when its threads have ended.
    func stop() async {
        task.cancel()
        await task.value
    }
}
