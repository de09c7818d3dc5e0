import NIOCore
import NIOEmbedded
import NIOPosix

@testable import WebhookServer

/// One connection whose time the test moves.
final class EmbeddedServer {
    let channel = EmbeddedChannel()
    private let pool = NIOThreadPool(numberOfThreads: 1)

    init(_ change: (inout WebhookServer.Limits) -> Void = { _ in }) throws {
        var limits = WebhookServer.Limits()
        change(&limits)
        pool.start()
        let pipeline = ConnectionPipeline(
            responder: AnyResponder(ValidationResponder(handler: EchoHandler())),
            shared: SharedResources(limits: limits, pool: pool),
            connections: ConnectionRegistry(),
            tls: nil
        )
        try pipeline.configure(channel)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit {
        // A channel that is not ended and its handlers keep each other alive.
        _ = try? channel.finish(acceptAlreadyClosed: true)
        try? pool.syncShutdownGracefully()
    }

    /// Whether the server has not closed.
    var isOpen: Bool { channel.isActive }

    /// Brings bytes from the client.
    func receive(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    /// Lets time pass.
    func pass(_ duration: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: duration)
    }

    /// What the server has written since the last time.
    func sent() throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }
}
