import NIOCore
import NIOEmbedded
import NIOPosix

@testable import WebhookServer

/// A connection, and others on the same event loop, with a clock that the test moves.
final class EmbeddedServer {
    let channel: EmbeddedChannel
    let shared: SharedResources
    let handler = EchoHandler()
    private let pipeline: ConnectionPipeline
    private let pool = NIOThreadPool(numberOfThreads: 1)

    /// Serves a responder, or echoes.
    init(serving responder: AnyResponder? = nil, _ change: (inout HTTPLimits) -> Void = { _ in }) throws {
        var limits = HTTPLimits()
        change(&limits)
        pool.start()
        shared = SharedResources(limits: limits, pool: pool)
        pipeline = ConnectionPipeline(
            responder: responder ?? AnyResponder(WebhookResponder(service: handler)),
            shared: shared,
            connections: ConnectionRegistry(limit: limits.maxConnections, arrivalTime: limits.arrivalTime),
            tls: nil
        )
        channel = try Self.connect(pipeline, on: EmbeddedEventLoop())
    }

    private static func connect(_ pipeline: ConnectionPipeline, on eventLoop: EmbeddedEventLoop) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(loop: eventLoop)
        try pipeline.configure(channel)
        try channel.pipeline.syncOperations.addHandler(UnsentWrites(), position: .first)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    /// Opens another connection on the same event loop; the test has to close it.
    func connect() throws -> EmbeddedChannel {
        try Self.connect(pipeline, on: channel.embeddedEventLoop)
    }

    deinit {
        // A channel that is not ended and its handlers keep each other alive.
        _ = try? channel.finish(acceptAlreadyClosed: true)
        try? pool.syncShutdownGracefully()
    }

    /// Whether the server has not closed.
    var isOpen: Bool { channel.isActive }

    /// Ends the turn of the event loop, in which requests may have come.
    func endTurn() {
        channel.embeddedEventLoop.run()
    }

    /// Delivers bytes of the client in one turn of the event loop.
    func receive(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
        endTurn()
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

/// Fails the writes that a lost connection has not sent, as a real channel does and an embedded one does not.
///
/// Otherwise the writes and the handler that waits for them keep each other alive.
private final class UnsentWrites: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var promises: [EventLoopPromise<Void>] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if let promise { promises.append(promise) }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        // Those that were sent are kept already; failing them changes nothing.
        for promise in promises { promise.fail(ChannelError.ioOnClosedChannel) }
        promises = []
        context.fireChannelInactive()
    }
}
