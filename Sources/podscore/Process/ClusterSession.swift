import Cluster
import NIOCore
import NIOPosix

/// The requests of a command to the API server of a cluster, with the user's rights.
struct ClusterSession: Sendable {
    /// The address of the cluster and the user's credentials.
    let configuration: ClusterConfiguration
    /// The services of this process for requests.
    let environment: ClientEnvironment

    /// Runs requests on a dedicated thread, and ends all threads and connections.
    func run<Value: Sendable>(
        _ work: @escaping @Sendable (APIClient) async throws(APIError) -> Value
    ) async throws(CommandFailure) -> Value {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let thread = DedicatedThread()
        let client = APIClient(configuration, userAgent: Version.userAgent, on: threads.next(), environment: environment)
        let result: Result<Value, APIError>
        do throws(APIError) {
            result = .success(try await thread.run { () async throws(APIError) in try await work(client) })
        } catch {
            result = .failure(error)
        }
        client.close()
        await thread.stop()
        try? await threads.shutdownGracefully()
        do throws(APIError) {
            return try result.get()
        } catch {
            throw CommandFailure("\(error)")
        }
    }
}
