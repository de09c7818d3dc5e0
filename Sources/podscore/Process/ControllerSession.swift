import Cluster
import NIOCore
import NIOPosix

/// The thread and the connections of a controller.
struct ControllerSession: Sendable {
    /// Reads and writes the cluster.
    let client: APIClient

    private let threads: MultiThreadedEventLoopGroup
    private let thread = DedicatedThread()

    /// Starts the threads; nothing is sent before ``run(_:)``.
    init(_ configuration: ClusterConfiguration, environment: ClientEnvironment) {
        threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        client = APIClient(configuration, userAgent: Version.userAgent, on: threads.next(), environment: environment)
    }

    /// Does the controller's work on its thread until it ends, and ends the threads.
    func run(_ work: @escaping @Sendable () async -> Void) async {
        await thread.run { await work() }
        client.close()
        await thread.stop()
        try? await threads.shutdownGracefully()
    }
}
