import NIOCore
import NIOHTTP1
import TLS

/// What the connections of one port are made with.
struct ConnectionPipeline: Sendable {
    /// What is served.
    let responder: AnyResponder
    /// What the connections share.
    let shared: SharedResources
    /// Where they are kept.
    let connections: ConnectionRegistry
    /// The certificate for the next connection; `nil` serves plain HTTP.
    let tls: (@Sendable () -> TLSContext)?

    /// How much of what a client still sends is read after the last answer of a port that takes no bodies, in bytes.
    private static let leastLingerByteLimit = 1 << 20

    /// Puts the handlers into a connection that begins: TLS, time, HTTP, requests.
    ///
    /// Our own last handler writes whole answers, so the encoder, the pipelining assistance and the error handler that NIO offers are not
    /// needed; each would cost every request some allocations.
    func configure(_ channel: any Channel) throws {
        let limits = shared.limits
        let tls = tls?()
        let now = channel.eventLoop.now
        let connection = ConnectionHandler(
            responder: responder,
            shared: shared,
            batch: shared.batch(on: channel.eventLoop),
            entry: try connections.add(channel, at: now),
            state: ConnectionState(
                timeouts: ConnectionTimeouts(limits),
                expectsHandshake: tls != nil,
                lingerByteLimit: max(limits.bodyByteLimit, Self.leastLingerByteLimit) + limits.headerByteLimit,
                at: now
            )
        )
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerByteLimit
        decoderLimits.maxHeaderListSize = limits.headerByteLimit
        decoderLimits.maxHeaderFieldCount = limits.headerFieldLimit
        let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: decoderLimits)
        let operations = channel.pipeline.syncOperations
        if let tls { try operations.addHandler(TLSServerHandler(context: tls)) }
        try operations.addHandler(connection)
        try operations.addHandler(ByteToMessageHandler(decoder))
        try operations.addHandler(RequestHandler(connection: connection))
    }
}

/// Hands what the HTTP decoder makes of a connection's bytes to its ``ConnectionHandler``, which stands before the decoder.
///
/// A class because NIO's handlers are; it stays on its event loop.
final class RequestHandler: ChannelInboundHandler {
    /// What the HTTP decoder makes of the bytes.
    typealias InboundIn = HTTPServerRequestPart

    private let connection: ConnectionHandler

    /// Hands on to that connection.
    init(connection: ConnectionHandler) {
        self.connection = connection
    }

    /// Hands on a part of a request.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
    }

    /// Hands on that the client sends nothing more, which the decoder knows by now.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { connection.endInput() }
        context.fireUserInboundEventTriggered(event)
    }

    /// Hands on what is no HTTP, or no error of a request.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.receive(error)
    }
}
