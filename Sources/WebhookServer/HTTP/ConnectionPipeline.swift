import NIOCore
import NIOHTTP1
import TLS

/// Sets up the connections of one port.
struct ConnectionPipeline: Sendable {
    /// The responder of the port.
    let responder: AnyResponder
    /// The resources that the connections share.
    let shared: SharedResources
    /// The registry of open connections.
    let connections: ConnectionRegistry
    /// The certificate for the next connection; `nil` serves plain HTTP.
    let tls: (@Sendable () -> TLSContext)?

    /// The bytes that are read and dropped after the last answer of a port without bodies.
    private static let leastLingerByteLimit = 1 << 20

    /// Adds the handlers to a new connection: TLS, connection, HTTP decoder, requests.
    ///
    /// ``ConnectionHandler`` writes whole answers, so NIO's encoder, pipelining and error handlers are not needed; each would cost every
    /// request several allocations.
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
        if let tls { try operations.addHandler(TLSHandler(context: tls)) }
        try operations.addHandler(connection)
        try operations.addHandler(ByteToMessageHandler(decoder))
        try operations.addHandler(RequestHandler(connection: connection))
    }
}

/// Passes the output of the HTTP decoder to the ``ConnectionHandler``, which stands before the decoder.
///
/// A class because NIO's handlers are; it stays on its event loop.
final class RequestHandler: ChannelInboundHandler {
    /// The decoder's output.
    typealias InboundIn = HTTPServerRequestPart

    private let connection: ConnectionHandler

    /// Passes everything to a connection.
    init(connection: ConnectionHandler) {
        self.connection = connection
    }

    /// Passes on a part of a request.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.receive(unwrapInboundIn(data))
    }

    /// Passes on the end of the client's bytes, which the decoder has seen by now.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { connection.endInput() }
        context.fireUserInboundEventTriggered(event)
    }

    /// Passes on malformed HTTP and other errors.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        connection.receive(error)
    }
}
