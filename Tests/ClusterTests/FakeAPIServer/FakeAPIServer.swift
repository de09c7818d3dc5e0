import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An API server on a free port of the loopback interface that answers one request after another as a script says.
///
/// Silence takes no real time: the server says after how many bytes it is silent, and goes on when the test's clock has reached the end.
final class FakeAPIServer: Sendable {
    /// A silence in an answer.
    struct Silence: Sendable {
        /// The request, by the header of ``exchangeHeader``.
        let exchange: Int
        /// The bytes of the answer before it.
        let byteCount: Int
        let duration: Duration
        /// Goes on with the answer.
        let resume: @Sendable () -> Void
    }

    /// Numbers the requests of a test.
    static let exchangeHeader = "Test-Exchange"

    /// The answers that are left, and the requests that came.
    fileprivate final class Script: Sendable {
        let answers: Mutex<[ScriptedAnswer]>
        let requests = Mutex<[String]>([])
        let reportSilence: @Sendable (Silence) -> Void

        init(_ answers: [ScriptedAnswer], _ reportSilence: @escaping @Sendable (Silence) -> Void) {
            self.answers = Mutex(answers.reversed())
            self.reportSilence = reportSilence
        }

        /// The next answer; behind the last one each watch is silent, and each list fails.
        func next(_ uri: String) -> ScriptedAnswer {
            requests.withLock { $0.append(uri) }
            return answers.withLock { $0.popLast() } ?? (uri.contains("watch=1") ? .watch() : .status(503, "ServiceUnavailable"))
        }
    }

    private let listener: any Channel
    private let script: Script

    /// Listens; each silence is reported to a closure.
    init(_ answers: [ScriptedAnswer], reportSilence: @escaping @Sendable (Silence) -> Void) async throws {
        let script = Script(answers, reportSilence)
        self.script = script
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPRequestDecoder()), Responder(script),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }

    /// The port.
    var port: Int { listener.localAddress?.port ?? 0 }

    /// The paths of all requests, with their queries.
    var requests: [String] { script.requests.withLock { $0 } }

    /// Adds answers to the end of the script.
    func append(_ answers: [ScriptedAnswer]) {
        script.answers.withLock { $0.insert(contentsOf: answers.reversed(), at: 0) }
    }

    /// Stops listening.
    func stop() async throws {
        try await listener.close()
    }

    /// Carries out the steps of one answer.
    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        private let script: Script
        private var exchange = 0
        private var uri = ""
        private var steps: ArraySlice<ScriptedAnswer.Step> = []
        private var byteCount = 0

        init(_ script: Script) {
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                uri = head.uri
                exchange = head.headers.first(name: exchangeHeader).flatMap { Int($0) } ?? 0
            case .body: break
            case .end:
                (steps, byteCount) = (script.next(uri).steps[...], 0)
                run(context: context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func run(context: ChannelHandlerContext) {
            while let step = steps.popFirst() {
                switch step {
                case .send(let bytes):
                    byteCount += bytes.count
                    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                case .close: return context.close(promise: nil)
                case .silence(let duration):
                    let (eventLoop, bound) = (context.eventLoop, NIOLoopBound((self, context), eventLoop: context.eventLoop))
                    return script.reportSilence(
                        Silence(exchange: exchange, byteCount: byteCount, duration: duration) {
                            eventLoop.execute { bound.value.0.run(context: bound.value.1) }
                        }
                    )
                }
            }
        }
    }
}
