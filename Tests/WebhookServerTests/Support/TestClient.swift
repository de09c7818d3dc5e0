import NIOCore
import NIOPosix

/// A client that sends bytes unchanged and parses answers.
///
/// A class because it owns a connection.
final class TestClient: Sendable {
    /// An answer.
    struct Response: Equatable, Sendable {
        let status: Int
        let head: String
        let body: String

        /// A header field's value.
        subscript(_ name: String) -> String? {
            for line in head.split(separator: "\r\n") {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, parts[0].lowercased() == name.lowercased() { return parts[1].trimmingPrefix(" ").description }
            }
            return nil
        }
    }

    /// No answer arrived in time, or it could not be parsed.
    struct NoAnswer: Error {}

    private let channel: any Channel
    private let collector: NIOLoopBound<ResponseCollector>

    private init(channel: any Channel, collector: NIOLoopBound<ResponseCollector>) {
        self.channel = channel
        self.collector = collector
    }

    /// Connects to a port of this machine; `closesOnEnd` closes when the server has sent its last byte.
    static func connect(to port: Int, closesOnEnd: Bool = true) async throws -> TestClient {
        // The server may close before this task goes on, and a closed pipeline has no handlers to be found.
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let collector = ResponseCollector(closesOnEnd: closesOnEnd)
                    try channel.pipeline.syncOperations.addHandler(collector)
                    return TestClient(channel: channel, collector: NIOLoopBound(collector, eventLoop: channel.eventLoop))
                }
            }
    }

    /// Sends text unchanged.
    func send(_ text: String) async throws {
        try await channel.writeAndFlush(ByteBuffer(string: text)).get()
    }

    /// Sends without waiting for the bytes to leave; ignores errors.
    func sendWithoutWaiting(_ text: String) {
        channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    /// Ends the sending half.
    func finishSending() async throws {
        try await channel.close(mode: .output).get()
    }

    /// The next answer; `nil` when the server has closed instead.
    ///
    /// Waits at most ten seconds.
    func next() async throws -> Response? {
        let promise = channel.eventLoop.makePromise(of: Response?.self)
        let collector = collector
        channel.eventLoop.execute { collector.value.wait(promise) }
        let timeout = channel.eventLoop.scheduleTask(in: .seconds(10)) { promise.fail(NoAnswer()) }
        defer { timeout.cancel() }
        return try await promise.futureResult.get()
    }

    /// The next answer; throws if the server has closed instead.
    func response() async throws -> Response {
        guard let response = try await next() else { throw NoAnswer() }
        return response
    }

    /// Ends the connection.
    func close() async {
        try? await channel.close().get()
    }
}

/// Parses answers; stays on its event loop.
final class ResponseCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var bytes = ByteBuffer()
    private var responses: [TestClient.Response] = []
    private var waiters: [EventLoopPromise<TestClient.Response?>] = []
    private var isClosed = false
    private let closesOnEnd: Bool

    init(closesOnEnd: Bool) {
        self.closesOnEnd = closesOnEnd
    }

    /// Keeps the promise with the next answer.
    func wait(_ promise: EventLoopPromise<TestClient.Response?>) {
        waiters.append(promise)
        deliver()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes.writeImmutableBuffer(unwrapInboundIn(data))
        while let response = parse() { responses.append(response) }
        deliver()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        deliver()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else { return }
        isClosed = true
        deliver()
        if closesOnEnd { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func deliver() {
        while !waiters.isEmpty, !responses.isEmpty || isClosed {
            waiters.removeFirst().succeed(responses.isEmpty ? nil : responses.removeFirst())
        }
    }

    private func parse() -> TestClient.Response? {
        let text = String(buffer: bytes)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let length = TestClient.Response(status: status, head: head, body: "")["content-length"].flatMap { Int($0) } ?? 0
        let total = head.utf8.count + 4 + length
        guard bytes.readableBytes >= total else { return nil }
        let whole = bytes.readString(length: total) ?? ""
        return TestClient.Response(status: status, head: head, body: String(whole.utf8.suffix(length)) ?? "")
    }
}
