import NIOPosix
import Platform

/// A thread for work that takes long, such as listing, decoding and building policies, so that no event loop waits for it.
///
/// A class because it owns the thread. Call ``stop()`` before the last reference goes.
package final class DedicatedThread: Sendable {
    private let pool: NIOThreadPool
    private let executor: JobExecutor

    /// Starts the thread.
    package init() {
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        self.pool = pool
        executor = JobExecutor { run in pool.submit { _ in run() } }
    }

    /// Runs a closure, and all that it waits for, on the thread; passes a cancellation on.
    package func run<Value: Sendable, Failure>(
        _ work: @escaping @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        // A task that begins there: a function that is called from another executor may stay on it until it waits.
        let task = Task(executorPreference: executor) { () async -> Result<Value, Failure> in
            do throws(Failure) {
                return .success(try await work())
            } catch {
                return .failure(error)
            }
        }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }

    /// Ends the thread, after what runs on it has ended.
    package func stop() async {
        try? await pool.shutdownGracefully()
    }
}
