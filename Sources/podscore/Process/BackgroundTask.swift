/// Work that goes on while a server runs.
struct BackgroundTask {
    private let task: Task<Void, Never>

    /// Begins the work, which ends soon after it is cancelled.
    init(_ work: @escaping @Sendable () async -> Void) {
        task = Task { await work() }
    }

    /// Tells the work to end.
    func cancel() {
        task.cancel()
    }

    /// Tells the work to end, and waits up to the limit until it has.
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
