import NIOCore
import NIOEmbedded
import TLS

/// A client and a server pipeline in memory, with the events of the pipeline's last handler.
final class TestConnection {
    let client: TestClient
    let channel: EmbeddedChannel
    let recorder: Recorder
    /// Each write that reached the network, as records.
    private(set) var serverWrites: [[UInt8]] = []

    init(
        serving context: TLSContext,
        to configuration: TestClient.Configuration = TestClient.Configuration(),
        resuming saved: SavedSession? = nil
    ) throws {
        client = try TestClient(configuration, resuming: saved)
        recorder = Recorder()
        channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([TLSHandler(context: context), recorder])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    deinit {
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    /// Completes the handshake.
    func establish() throws {
        client.receive()
        try exchange()
    }

    /// Carries bytes both ways until neither side has more.
    func exchange() throws {
        while true {
            let request = client.takeOutput()
            if !request.isEmpty { try sendToServer(request) }
            let answer = takeServerOutput()
            if !answer.isEmpty { client.receive(answer) }
            guard !request.isEmpty || !answer.isEmpty else { return }
        }
    }

    /// Passes bytes to the server unchanged.
    func sendToServer(_ bytes: [UInt8]) throws {
        guard channel.isActive else { return }
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
    }

    /// Takes what the server wrote to the network.
    func takeServerOutput() -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try? channel.readOutbound(as: ByteBuffer.self) {
            serverWrites.append([UInt8](buffer.readableBytesView))
            bytes += buffer.readableBytesView
        }
        return bytes
    }

    /// Makes a promise of the channel with a result that can be read without waiting.
    func makeOutcome() -> Outcome {
        Outcome(channel.eventLoop.makePromise())
    }

    /// A promise and its result so far.
    final class Outcome {
        let promise: EventLoopPromise<Void>
        private var result: Result<Void, any Error>?

        /// Whether the promise was kept.
        var isSuccess: Bool {
            if case .success? = result { true } else { false }
        }

        /// Why the promise failed.
        var error: (any Error)? {
            if case .failure(let error)? = result { error } else { nil }
        }

        fileprivate init(_ promise: EventLoopPromise<Void>) {
            self.promise = promise
            promise.futureResult.assumeIsolated().whenComplete { [unowned self] in result = $0 }
        }
    }

    /// Records reads, events and errors.
    final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        var reads: [ByteBuffer] = []
        var readCompleteCount = 0
        var events: [TLSUserEvent] = []
        var inputClosedCount = 0
        var errors: [TLSError] = []
        /// The number of events before each read.
        var eventCountsAtRead: [Int] = []

        var received: [UInt8] { reads.reduce(into: []) { $0 += $1.readableBytesView } }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            reads.append(unwrapInboundIn(data))
            eventCountsAtRead.append(events.count)
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            readCompleteCount += 1
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? TLSUserEvent { events.append(event) }
            if case ChannelEvent.inputClosed = event { inputClosedCount += 1 }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? TLSError { errors.append(error) }
        }
    }
}
