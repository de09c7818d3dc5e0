import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Platform
import Synchronization
import TLS

/// Opens connections to one API server.
struct APIConnector: Sendable {
    /// The largest head of an answer, in bytes, and the most fields in it.
    private static let (headerByteLimit, headerFieldLimit) = (64 << 10, 200)

    /// The address.
    let server: ServerAddress
    /// The name that the server's certificate has to have.
    let serverName: TLSServerName
    /// How long each phase may take.
    let timeouts: ClientTimeouts
    /// The event loop of the connections.
    let eventLoop: any EventLoop

    /// Opens a connection that is ready for a request; `context` has the settings of TLS, `nil` stands for plain HTTP.
    func connect(with context: TLSClientContext?, generation: Int) async throws(APIError.Cause) -> APIConnection {
        // An address may have several connections at once, of which one is used.
        let handlers = OpenedHandlers()
        let channel: any Channel
        do {
            channel = try await bootstrap(context, handlers).connect(host: server.host, port: server.port).get()
        } catch {
            throw Self.cause(of: error, timeout: timeouts.connect, host: server.host)
        }
        guard let handler = handlers.handler(of: channel) else { throw .closedBeforeAnswer }
        let connection = APIConnection(channel, handler: handler, generation: generation)
        try await connection.waitUntilReady()
        return connection
    }

    private func bootstrap(_ context: TLSClientContext?, _ handlers: OpenedHandlers) -> ClientBootstrap {
        // HTTP/1.1 has no sign of life of its own. Without these options a server that vanished is noticed after many minutes.
        let peerSeconds = max(3, timeouts.peer.components.seconds)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(timeouts.connect))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE)),
                value: ChannelOptions.Types.SocketOption.Value(peerSeconds)
            )
            .channelOption(
                .tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPINTVL)),
                value: ChannelOptions.Types.SocketOption.Value(max(1, peerSeconds / 3))
            )
            .channelOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPCNT)), value: 3)
            .channelOption(
                .tcpOption(NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)),
                value: ChannelOptions.Types.SocketOption.Value(peerSeconds * 1_000)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try configure(channel, context, handlers) }
            }
    }

    private func configure(_ channel: any Channel, _ context: TLSClientContext?, _ handlers: OpenedHandlers) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Self.headerByteLimit
        limits.maxHeaderListSize = Self.headerByteLimit
        limits.maxHeaderFieldCount = Self.headerFieldLimit
        let handler = ExchangeHandler(on: channel.eventLoop, expectsHandshake: context != nil, timeouts: timeouts)
        let operations = channel.pipeline.syncOperations
        if let context { try operations.addHandler(TLSHandler(connectingWith: context, to: serverName)) }
        try operations.addHandler(HTTPRequestEncoder())
        try operations.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
        try operations.addHandler(NIOHTTPRequestHeadersValidator())
        try operations.addHandler(handler)
        handlers.add(NIOLoopBound(handler, eventLoop: channel.eventLoop), of: channel)
    }

    /// Translates the errors of NIO; a host can have several addresses, of which the last failure counts.
    private static func cause(of error: any Error, timeout: Duration, host: String) -> APIError.Cause {
        guard let error = error as? NIOConnectionError else {
            return cause(of: error, timeout: timeout) ?? .unreachable(reason: "\(error)")
        }
        guard let last = error.connectionErrors.last else { return .unreachable(reason: "the host \(host) has no address") }
        return cause(of: last.error, timeout: timeout) ?? .unreachable(reason: "\(last.error)")
    }

    private static func cause(of error: any Error, timeout: Duration) -> APIError.Cause? {
        switch error {
        case let error as APIError.Cause: error
        case let error as TLSError: .tls(error)
        case ChannelError.connectTimeout: .connectTimedOut(timeout)
        case let error as IOError:
            switch error.errnoCode {
            case ECONNREFUSED: .unreachable(reason: "connection refused")
            case EHOSTUNREACH, ENETUNREACH: .unreachable(reason: "no route to the server")
            case ETIMEDOUT: .connectTimedOut(timeout)
            default: .unreachable(reason: "connecting failed: \(SystemError.words(for: error.errnoCode))")
            }
        default: nil
        }
    }
}

/// The handlers of the channels that one attempt opened; a class because the channels' initializers share it.
private final class OpenedHandlers: Sendable {
    private let handlers = Mutex<[ObjectIdentifier: NIOLoopBound<ExchangeHandler>]>([:])

    func add(_ handler: NIOLoopBound<ExchangeHandler>, of channel: any Channel) {
        handlers.withLock { $0[ObjectIdentifier(channel)] = handler }
    }

    func handler(of channel: any Channel) -> NIOLoopBound<ExchangeHandler>? {
        handlers.withLock { $0[ObjectIdentifier(channel)] }
    }
}
