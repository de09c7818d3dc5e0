import NIOCore
import NIOHTTP1
import NIOPosix

/// A request to a fake API server on a connection of its own, without the rules of a real client.
struct FakeExchange: Sendable {
    /// What arrives.
    enum Arrival: Sendable {
        case head(code: Int, retryAfter: String?)
        case body([UInt8])
        /// The answer is complete.
        case end
        /// So many bytes have been reported.
        case received(Int)
        case closed
        case notHTTP
    }

    private let channel: any Channel

    /// Connects, and sends a request.
    init(
        _ uri: String,
        number: Int,
        port: Int,
        report: @escaping @Sendable (Arrival) -> Void
    ) async throws {
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(Counter(report))
                    try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                    try pipeline.addHandler(Receiver(report))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        let headers: HTTPHeaders = ["Host": "test", FakeAPIServer.exchangeHeader: String(number)]
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri, headers: headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        try await channel.writeAndFlush(HTTPClientRequestPart.end(nil))
    }

    /// Closes the connection.
    func close() {
        channel.close(promise: nil)
    }

    /// Counts bytes, and reports them behind what they brought.
    private final class Counter: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias InboundOut = ByteBuffer

        private let report: @Sendable (Arrival) -> Void

        init(_ report: @escaping @Sendable (Arrival) -> Void) {
            self.report = report
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let count = unwrapInboundIn(data).readableBytes
            context.fireChannelRead(data)
            report(.received(count))
        }
    }

    /// Reports the parts of the answer.
    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart

        private let report: @Sendable (Arrival) -> Void

        init(_ report: @escaping @Sendable (Arrival) -> Void) {
            self.report = report
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): report(.head(code: Int(head.status.code), retryAfter: head.headers.first(name: "Retry-After")))
            case .body(let bytes): report(.body(Array(bytes.readableBytesView)))
            case .end: report(.end)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            report(.closed)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            // An answer that ends too early is reported by the end of the connection.
            if error as? HTTPParserError != .invalidEOFState { report(.notHTTP) }
            context.close(promise: nil)
        }
    }
}
