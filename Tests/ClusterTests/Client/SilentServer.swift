import NIOCore
import NIOPosix

/// A server that accepts connections and says nothing; a class because it owns the listening socket.
final class SilentServer: Sendable {
    private let listener: any Channel

    init() throws {
        listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).bind(host: "127.0.0.1", port: 0).wait()
    }

    deinit {
        listener.close(promise: nil)
    }

    var port: Int { listener.localAddress?.port ?? 0 }
}
