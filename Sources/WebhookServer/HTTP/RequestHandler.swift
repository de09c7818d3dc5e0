import NIOCore
import NIOHTTP1

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
