import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import TLS

/// A server on a free port of the loopback interface that sends bytes back, then closes.
final class LoopbackServer: Sendable {
    private let listener: any Channel
    private let connections: NIOLockedValueBox<[EventLoopFuture<Void>]>

    /// The port it listens on.
    var port: Int { listener.localAddress?.port ?? 0 }

    /// Answers a client when it has sent a number of bytes, or has ended its side.
    init(context: TLSContext, answeringAfter byteCount: Int) throws {
        let connections = NIOLockedValueBox<[EventLoopFuture<Void>]>([])
        self.connections = connections
        listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                connections.withLockedValue { $0.append(channel.closeFuture) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(context: context), Responder(expectedByteCount: byteCount),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .wait()
    }

    /// Connections were left open.
    struct Leak: Error {}

    /// Stops listening and waits for all connections to close, for a limited time.
    func stop() throws {
        try listener.close().wait()
        let allClosed = listener.eventLoop.makePromise(of: Void.self)
        let deadline = listener.eventLoop.scheduleTask(in: .seconds(10)) { allClosed.fail(Leak()) }
        EventLoopFuture.andAllComplete(connections.withLockedValue { $0 }, promise: allClosed)
        defer { deadline.cancel() }
        try allClosed.futureResult.wait()
    }

    /// Gathers, sends back, closes.
    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let expectedByteCount: Int
        private var gathered = ByteBuffer()

        init(expectedByteCount: Int) {
            self.expectedByteCount = expectedByteCount
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            gathered.writeBuffer(&bytes)
            if gathered.readableBytes >= expectedByteCount { answer(context: context) }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { answer(context: context) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}

        private func answer(context: ChannelHandlerContext) {
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(gathered)).whenComplete { _ in channel.close(promise: nil) }
        }
    }
}
