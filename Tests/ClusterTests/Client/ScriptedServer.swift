import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TLS

@testable import Cluster

/// An API server in this process, on a free port of the loopback interface, that answers as a test says.
///
/// A class because it owns the listening socket.
final class ScriptedServer: Sendable {
    /// A request as it arrived.
    struct Request: Sendable {
        var method = ""
        var uri = ""
        var headers = HTTPHeaders()
        var body: [UInt8] = []
        /// The number of the connection, from 1.
        let connection: Int
        /// The number of the request over all connections, from 1.
        var number = 0

        var token: String? { headers.first(name: "Authorization").map { String($0.dropFirst("Bearer ".count)) } }
    }

    /// What the server does after a request; without any step it stays silent.
    enum Step: Sendable {
        /// Sends bytes as they are.
        case bytes([UInt8])
        /// Ends the connection.
        case close
        /// Gives the connection to a closure, which may write to it later.
        case keep(@Sendable (any Channel) -> Void)
    }

    /// What was received; a class because the connections share it.
    private final class Log: Sendable {
        struct Content {
            var requests: [Request] = []
            var connectionCount = 0
            var channels: [any Channel] = []
        }

        let content = Mutex(Content())
    }

    private let log = Log()
    private let listener: any Channel

    /// Starts to listen; `answer` says what is done after each request.
    init(tls: TLSContext? = nil, answer: @escaping @Sendable (Request) -> [Step]) throws {
        let log = log
        listener = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = log.content.withLock { content in
                        content.connectionCount += 1
                        content.channels.append(channel)
                        return content.connectionCount
                    }
                    let operations = channel.pipeline.syncOperations
                    if let tls { try operations.addHandler(TLSHandler(context: tls)) }
                    try operations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try operations.addHandler(Responder(log: log, connection: number, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .wait()
    }

    deinit {
        listener.close(promise: nil)
        for channel in log.content.withLock({ $0.channels }) { channel.close(promise: nil) }
    }

    var port: Int { listener.localAddress?.port ?? 0 }
    var requests: [Request] { log.content.withLock { $0.requests } }
    var connectionCount: Int { log.content.withLock { $0.connectionCount } }

    /// Ends all connections, and waits until the server's side is closed.
    func closeConnections() async throws {
        for channel in log.content.withLock({ $0.channels }) { try? await channel.close().get() }
    }

    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private let log: Log
        private let answer: @Sendable (Request) -> [Step]
        private var request: Request

        init(log: Log, connection: Int, answer: @escaping @Sendable (Request) -> [Step]) {
            self.log = log
            self.answer = answer
            request = Request(connection: connection)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(method: head.method.rawValue, uri: head.uri, headers: head.headers, connection: request.connection)
            case .body(let bytes): request.body += bytes.readableBytesView
            case .end:
                log.content.withLock { content in
                    request.number = content.requests.count + 1
                    content.requests.append(request)
                }
                for step in answer(request) {
                    switch step {
                    case .bytes(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                    case .close: context.close(promise: nil)
                    case .keep(let use): use(context.channel)
                    }
                }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}

extension ScriptedServer.Step {
    /// A whole answer of success with its length.
    static func answer(_ body: String) -> Self { answer(200, [], body) }

    /// A whole answer with its length.
    static func answer(_ code: Int, _ body: String) -> Self { answer(code, [], body) }

    /// A whole answer with its length and other fields.
    static func answer(_ code: Int, _ headers: [String], _ body: String) -> Self {
        let lines = ["HTTP/1.1 \(code) Reason", "Content-Length: \(body.utf8.count)"] + headers
        return .bytes(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8))
    }

    /// The head of an answer in chunks.
    static let chunkedHead = Self.bytes(
        Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    )

    /// One chunk; the last one is empty.
    static func chunk(_ body: [UInt8]) -> Self {
        .bytes(Array("\(String(body.count, radix: 16))\r\n".utf8) + body + Array("\r\n".utf8))
    }

    /// A recorded answer as the API server sent it: with its length, or in chunks.
    static func recording(_ recording: Recording, chunk size: Int = 1_000) -> [Self] {
        let isChunked = recording.headers.contains { $0.name == "Transfer-Encoding" }
        let head = ["HTTP/1.1 \(recording.code) Reason"] + recording.headers.map { "\($0.name): \($0.value)" }
        let start = Self.bytes(Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8))
        guard isChunked else { return [start, .bytes(recording.body)] }
        let parts = stride(from: 0, to: recording.body.count, by: size).map { start in
            Self.chunk(Array(recording.body[start..<min(start + size, recording.body.count)]))
        }
        return [start] + parts + [.chunk([])]
    }
}

extension ScriptedServer {
    /// How a client without TLS reaches the server.
    func configuration(credential: ClusterConfiguration.Credential = .none) -> ClusterConfiguration {
        ClusterConfiguration(
            server: ServerAddress(isSecure: false, host: "127.0.0.1", port: port),
            serverName: .address("127.0.0.1"),
            trust: .systemAuthorities,
            credential: credential,
            origin: "a test"
        )
    }

    /// A client of the server.
    func client(
        credential: ClusterConfiguration.Credential = .none,
        timeouts: ClientTimeouts = ClientTimeouts(),
        _ change: (inout ClientEnvironment) -> Void = { _ in }
    ) -> APIClient {
        var environment = ClientEnvironment()
        environment.random = { 0.5 }
        change(&environment)
        return APIClient(
            configuration(credential: credential),
            userAgent: "podscore/test",
            on: MultiThreadedEventLoopGroup.singleton.next(),
            timeouts: timeouts,
            environment: environment
        )
    }
}
