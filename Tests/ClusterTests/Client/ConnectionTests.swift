import Glibc
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import TLS
import Testing

@testable import Cluster

@Suite struct ConnectionTests {
    /// Counts the reads that reach the network.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = Any
        var count = 0

        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    @Test func `While many bytes of an answer wait nothing is read`() throws {
        let channel = EmbeddedChannel()
        let counter = ReadCounter()
        let handler = ExchangeHandler(on: channel.eventLoop, expectsHandshake: false, timeouts: ClientTimeouts())
        try channel.pipeline.syncOperations.addHandlers([counter, handler])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        channel.pipeline.fireChannelActive()
        _ = handler.send(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/"), body: nil, timeout: .seconds(1))
        try channel.writeInbound(HTTPClientResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
        let piece = ByteBuffer(repeating: 7, count: ExchangeHandler.bufferByteLimit / 2)
        try channel.writeInbound(HTTPClientResponsePart.body(piece))
        var before = counter.count
        channel.read()
        #expect(counter.count == before + 1)
        try channel.writeInbound(HTTPClientResponsePart.body(piece))
        before = counter.count
        channel.read()
        #expect(counter.count == before)
        // The reader takes all of it, and reading goes on.
        let taken = try handler.next(timeout: .never).wait()
        #expect(taken?.map(\.readableBytes) == [piece.readableBytes, piece.readableBytes])
        #expect(counter.count == before + 1)
        handler.close()
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    @Test func `A server's machine that vanishes is noticed by the system`() async throws {
        let server = try ScriptedServer { _ in [] }
        let connector = APIConnector(
            server: ServerAddress(isSecure: false, host: "127.0.0.1", port: server.port),
            serverName: .address("127.0.0.1"),
            timeouts: ClientTimeouts(),
            eventLoop: MultiThreadedEventLoopGroup.singleton.next()
        )
        let connection = try await connector.connect(with: nil, generation: 1)
        let channel = connection.channel
        #expect(try await channel.getOption(.socketOption(.so_keepalive)).get() != 0)
        for (option, value) in [(TCP_USER_TIMEOUT, 30_000), (TCP_KEEPIDLE, 30), (TCP_KEEPINTVL, 10), (TCP_KEEPCNT, 3)] {
            #expect(try await channel.getOption(.tcpOption(NIOBSDSocket.Option(rawValue: option))).get() == CInt(value))
        }
        connection.close()
    }

    @Test func `A connection that waits for too long is closed`() async throws {
        let server = try ScriptedServer { _ in [.answer("ok")] }
        var timeouts = ClientTimeouts()
        timeouts.idle = .milliseconds(1)
        let connector = APIConnector(
            server: ServerAddress(isSecure: false, host: "127.0.0.1", port: server.port),
            serverName: .address("127.0.0.1"),
            timeouts: timeouts,
            eventLoop: MultiThreadedEventLoopGroup.singleton.next()
        )
        let connection = try await connector.connect(with: nil, generation: 1)
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: ["Host": "a"])
        _ = try await connection.send(head, body: nil, timeout: .seconds(60))
        while try await connection.next(timeout: .never)?.isEmpty == false {}
        #expect(await connection.release())
        try await connection.channel.closeFuture.get()
        #expect(!connection.isOpen)
    }

    @Test func `An interrupted wait leaves the answer as it is`() async throws {
        let server = try ScriptedServer { _ in [.chunkedHead] }
        let client = server.client()
        let request = APIRequest(.get, .path("/version"))
        let parts = try await client.send(request) { (body) async throws(APIError.Cause) in
            [try await body.next(within: .milliseconds(1)), try await body.next(within: .milliseconds(1))]
        }
        #expect(parts == [nil, nil])
        client.close()
    }
}
