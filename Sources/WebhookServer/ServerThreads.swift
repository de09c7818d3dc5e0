import NIOCore
import NIOPosix

/// The threads of one server: its event loops, and as many others for what takes long.
struct ServerThreads: Sendable {
    /// The event loops.
    let group: MultiThreadedEventLoopGroup
    /// What large requests are answered on.
    let pool: NIOThreadPool

    /// Starts as many of each; `nil` starts one a core.
    init(count: Int?) {
        let count = count ?? System.coreCount
        group = MultiThreadedEventLoopGroup(numberOfThreads: count)
        pool = NIOThreadPool(numberOfThreads: count)
        pool.start()
    }

    /// Stops all once they have done what they have.
    func stop() async {
        // Both only fail when they were stopped before.
        try? await pool.shutdownGracefully()
        try? await group.shutdownGracefully()
    }
}
