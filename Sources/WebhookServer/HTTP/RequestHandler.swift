import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves the requests of one connection, one after the other: gathers the body, asks the responder, writes the answer.
///
/// A class because NIO's handlers are; it stays on its event loop.
///
/// Ordinary bodies are decided on the event loop, in microseconds, those of one turn together. A large one takes milliseconds, in which no
/// other client of the event loop would be served: it is decided on the threads of `pool`, and what the client sends behind it waits.
final class RequestHandler: ChannelInboundHandler {
    /// What the HTTP decoder makes of the bytes.
    typealias InboundIn = HTTPServerRequestPart
    /// Whole answers.
    typealias OutboundOut = ByteBuffer

    /// A request whose body is awaited.
    struct Request {
        /// What reads the body.
        let bodyReader: AnyResponder.BodyReader
        /// What the header says.
        let facts: RequestFacts
        /// When an answer comes too late; `nil` when the client did not say.
        let answerBy: NIODeadline?
    }

    /// Where the connection is.
    enum Phase {
        /// Before a header.
        case idle
        /// In the body of an accepted request.
        case body(Request)
        /// In a body that nobody wants, after its answer.
        case readingPast
        /// An answer is made, at the end of the event loop's turn or on another thread.
        case answering
        /// Nothing more is served.
        case closing
    }

    /// What came behind a request that is still being answered.
    enum Waiting {
        case part(HTTPServerRequestPart)
        case failure(any Error)
    }

    /// What is served.
    let responder: AnyResponder
    /// What all connections share.
    let shared: SharedResources
    /// Keeps this connection's time.
    let connection: ConnectionHandler
    /// Where ordinary requests are answered together with those of other connections.
    let batch: AnswerBatch
    /// Where the connection is.
    var phase = Phase.idle
    /// The body of the accepted request; apart from the phase, so that it grows in place.
    var body: RequestBody?
    /// What waits for the answer that is being made.
    var waiting = CircularBuffer<Waiting>()
    /// Whether requests are served that came behind one whose answer was made elsewhere; all their answers go out in one write.
    var isResuming = false
    /// Whether the next answer is the last.
    var closesAfterAnswer = false
    /// Whether the connection has had an answer.
    var hasAnswered = false
    private var needsFlush = false

    /// Begins before the first header.
    init(responder: AnyResponder, shared: SharedResources, connection: ConnectionHandler, batch: AnswerBatch) {
        self.responder = responder
        self.shared = shared
        self.connection = connection
        self.batch = batch
    }

    /// Takes the next part of a request.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .answering = phase {
            waiting.append(.part(part))
        } else {
            receive(part, context: context)
        }
    }

    /// Sends what was answered already, such as a refusal.
    func channelReadComplete(context: ChannelHandlerContext) {
        flushIfNeeded(context)
        context.fireChannelReadComplete()
    }

    /// Reacts to time that is over, to the end of the client's bytes and to the end of the server.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ConnectionEvent.stalled: refuseStalled(context)
        case ConnectionEvent.draining: drain(context)
        case ChannelEvent.inputClosed:
            end(context)
            context.fireUserInboundEventTriggered(event)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Answers what is no HTTP; closes after what is no error of a request.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .answering = phase {
            waiting.append(.failure(error))
        } else {
            fail(error, context: context)
        }
    }

    /// Gives back what the request held whose client is gone.
    func channelInactive(context: ChannelHandlerContext) {
        waiting.removeAll()
        if case .body = phase { giveBackRequest() }
        // An answer that is being made gives back its own.
        if case .answering = phase {} else { phase = .closing }
        context.fireChannelInactive()
    }

    /// Flushes what was written since the last flush.
    func flushIfNeeded(_ context: ChannelHandlerContext) {
        guard needsFlush else { return }
        needsFlush = false
        context.flush()
    }

    /// Writes an answer, and closes behind it unless the connection stays open.
    func write(_ answer: HTTPAnswer, _ facts: RequestFacts?, keepsAlive: Bool, context: ChannelHandlerContext) {
        let (answer, delivery) = reserveRoom(for: answer, context: context)
        responder.record(answer.status)
        let keepsAlive = keepsAlive && !closesAfterAnswer && !shared.isDraining
        let field: HTTPAnswer.ConnectionField = !keepsAlive ? .close : facts?.isHTTP10 == true ? .keepAlive : .unsaid
        var buffer = context.channel.allocator.buffer(capacity: 192 + answer.body.count)
        answer.encode(into: &buffer, connection: field, omitsBody: facts?.omitsBody ?? false)
        context.write(wrapOutboundOut(buffer), promise: delivery)
        needsFlush = true
        hasAnswered = true
        guard !keepsAlive else { return }
        phase = .closing
        waiting.removeAll()
        closeGently(context)
    }

    /// Closes once the client has taken its answers, also those of the read that is going on.
    ///
    /// TLS delivers a request and the close_notify behind it in one read; an answer that is not flushed then would be lost.
    func closeGently(_ context: ChannelHandlerContext) {
        flushIfNeeded(context)
        connection.closeGently()
    }

    /// Gives back the accepted request's place and the room of its body.
    func giveBackRequest() {
        body?.release(to: shared.load)
        body = nil
        shared.load.endRequest()
    }
}
