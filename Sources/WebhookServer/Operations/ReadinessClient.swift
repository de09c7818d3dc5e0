import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Platform

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
        guard !authority.utf8.contains(where: { "/?#@ \r\n".utf8.contains($0) }) else { return nil }
        guard case (let host?, let port)? = AddressText.parse(authority), port > 0 else { return nil }
        self.init(host: host, port: port)
    }

    /// The value of the request's `Host` field.
    var address: String { AddressText.of(host: host, port: port) }

    /// Asks for `/readyz?verbose`; returns the reason if the server is not ready, and `nil` if it is.
    package func problem() async -> String? {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let answer = loop.makePromise(of: ReadinessAnswer.self)
        let address = address
        let timeout = loop.scheduleTask(in: Self.patience) { answer.fail(ChannelError.connectTimeout(Self.patience)) }
        ClientBootstrap(group: loop).connectTimeout(Self.patience).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(ReadinessHandler(address: address, answer: answer))
            }
        }.connect(host: host, port: port).whenFailure { answer.fail($0) }
        defer { timeout.cancel() }
        do {
            let answer = try await answer.futureResult.get()
            if answer.status == .ok { return nil }
            return "it answers \(answer.status.code): \(answer.text.split(separator: "\n").joined(separator: "; "))"
        } catch let error as NIOConnectionError {
            guard let failure = error.connectionErrors.first?.error else { return "the host \(host) has no address" }
            guard let code = (failure as? IOError)?.errnoCode else { return "cannot connect: \(failure)" }
            return code == ECONNREFUSED ? "connection refused" : "cannot connect: \(SystemError.words(for: code))"
        } catch let error as IOError {
            return "connection lost: \(SystemError.words(for: error.errnoCode))"
        } catch ChannelError.connectTimeout {
            return "no answer within \(Self.patience.nanoseconds / 1_000_000_000) s"
        } catch {
            return "\(error)"
        }
    }
}

/// The answer to a readiness request.
struct ReadinessAnswer: Sendable {
    /// The status.
    let status: HTTPResponseStatus
    /// The first bytes of the body.
    let text: String
}

/// Sends one request and collects its answer.
///
/// A class because NIO's handlers are; it stays on its event loop.
final class ReadinessHandler: ChannelInboundHandler {
    /// The parts of the answer.
    typealias InboundIn = HTTPClientResponsePart
    /// The parts of the request.
    typealias OutboundOut = HTTPClientRequestPart

    /// The most bytes of an answer that are kept.
    private static let byteLimit = 16 * 1024

    private let address: String
    private let answer: EventLoopPromise<ReadinessAnswer>
    private var status = HTTPResponseStatus.internalServerError
    private var bytes: [UInt8] = []

    /// Keeps the promise with the answer of the server at an address, `HOST:PORT`.
    init(address: String, answer: EventLoopPromise<ReadinessAnswer>) {
        self.address = address
        self.answer = answer
    }

    /// Sends the request.
    func channelActive(context: ChannelHandlerContext) {
        let fields = HTTPHeaders([("Host", address), ("Connection", "close")])
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/readyz?verbose", headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    /// Collects the answer.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(let buffer): bytes += buffer.readableBytesView.prefix(Self.byteLimit - bytes.count)
        case .end:
            answer.succeed(ReadinessAnswer(status: status, text: String(decoding: bytes, as: UTF8.self)))
            context.close(promise: nil)
        }
    }

    /// Fails without an answer.
    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(ChannelError.eof)
    }

    /// Fails with the error.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
