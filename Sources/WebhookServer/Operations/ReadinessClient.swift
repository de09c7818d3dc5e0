import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks the plain port of a running server whether it is ready.
package struct ReadinessClient: Sendable {
    /// The host of the plain port: a name or an address.
    package let host: String
    /// The number of the plain port.
    package let port: Int

    /// The time for the connection and for the answer.
    private static let patience = TimeAmount.seconds(10)

    /// A client of the server at a port.
    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address such as `http://podscore.podscore.svc:8080`; `nil` for any other form.
    package init?(url: String) {
        guard url.hasPrefix("http://") else { return nil }
        var authority = url.dropFirst("http://".count)
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        guard !authority.contains(where: { "/?#@ ".contains($0) }) else { return nil }
        let digits = authority.reversed().prefix { $0.isNumber }.reversed()
        let beforePort = authority.dropLast(digits.count)
        guard beforePort.hasSuffix(":"), let port = Int(String(digits)), 1...65535 ~= port else { return nil }
        var host = beforePort.dropLast()
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// Asks for `/readyz?verbose`; returns the reason if the server is not ready, and `nil` if it is.
    package func problem() async -> String? {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let answer = loop.makePromise(of: ReadinessAnswer.self)
        let host = host
        let timeout = loop.scheduleTask(in: Self.patience) { answer.fail(ChannelError.connectTimeout(Self.patience)) }
        ClientBootstrap(group: loop).connectTimeout(Self.patience).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(ReadinessHandler(host: host, answer: answer))
            }
        }.connect(host: host, port: port).whenFailure { answer.fail($0) }
        defer { timeout.cancel() }
        do {
            let answer = try await answer.futureResult.get()
            if answer.status == .ok { return nil }
            return "it answers \(answer.status.code): \(answer.text.split(separator: "\n").joined(separator: "; "))"
        } catch let error as NIOConnectionError {
            guard let failure = error.connectionErrors.first?.error else { return "the host \(host) has no address" }
            return (failure as? IOError)?.errnoCode == ECONNREFUSED ? "connection refused" : "cannot connect: \(failure)"
        } catch ChannelError.connectTimeout {
            return "no answer within \(Self.patience.nanoseconds / 1_000_000_000) s"
        } catch {
            return "\(error)"
        }
    }
}

/// The answer to a readiness request.
private struct ReadinessAnswer: Sendable {
    let status: HTTPResponseStatus
    let text: String
}

/// Sends one request and collects its answer.
private final class ReadinessHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The most bytes of an answer that are kept.
    private static let byteLimit = 16 * 1024

    private let host: String
    private let answer: EventLoopPromise<ReadinessAnswer>
    private var status = HTTPResponseStatus.internalServerError
    private var bytes: [UInt8] = []

    init(host: String, answer: EventLoopPromise<ReadinessAnswer>) {
        self.host = host
        self.answer = answer
    }

    func channelActive(context: ChannelHandlerContext) {
        let fields = HTTPHeaders([("Host", host), ("Connection", "close")])
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/readyz?verbose", headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(let buffer): bytes += buffer.readableBytesView.prefix(Self.byteLimit - bytes.count)
        case .end:
            answer.succeed(ReadinessAnswer(status: status, text: String(decoding: bytes, as: UTF8.self)))
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(ChannelError.eof)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
