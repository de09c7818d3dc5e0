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

    /// Ends all requests, and waits up to the limit until its threads have ended.
    func stop(waitingUpTo limit: Duration) async {
        task.cancel()
        let (ended, continuation) = AsyncStream.makeStream(of: Void.self)
        Task { [task] in
            await task.value
            continuation.finish()
        }
        let timeout = Task {
            try? await Task.sleep(for: limit)
            continuation.finish()
        }
        for await _ in ended {}
        timeout.cancel()
    }
}
