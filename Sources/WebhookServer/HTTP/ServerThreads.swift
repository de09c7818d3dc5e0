import NIOCore
import NIOPosix

/// The threads of one server: its event loops, as many others for what takes long, and one for probes.
struct ServerThreads: Sendable {
    /// The event loops.
    let group: MultiThreadedEventLoopGroup
    /// The event loop of the plain port, so that probes are answered while all others decide; `nil` without such a port.
    let operations: MultiThreadedEventLoopGroup?
    /// What large requests are answered on.
    let pool: NIOThreadPool

    /// Starts as many of each; `nil` starts one a core.
    init(count: Int?, servesOperations: Bool) {
        let count = count ?? System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        operations = servesOperations ? MultiThreadedEventLoopGroup(numberOfThreads: 1) : nil
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    /// Stops all once they have done what they have.
    func stop() async {
        // Both only fail when they were stopped before.
        try? await pool.shutdownGracefully()
        try? await group.shutdownGracefully()
        try? await operations?.shutdownGracefully()
    }
}
