import NIOCore
import NIOHTTP1
import NIOPosix
import TLS

/// Serves the requests of one connection, one after the other: does what its ``ConnectionState`` says.
///
/// A class because NIO's handlers are; it stays on its event loop. It stands before the HTTP decoder and sees bytes; what the decoder
/// makes of them comes back through a ``RequestHandler``.
///
/// One timer a connection, which is set only when it would fire too late: a request that comes in one piece touches none.
final class ConnectionHandler: ChannelDuplexHandler {
    /// Bytes as TLS decrypted them.
    typealias InboundIn = ByteBuffer
    /// The same bytes, for the HTTP decoder.
    typealias InboundOut = ByteBuffer
    /// Nothing: answers begin here.
    typealias OutboundIn = ByteBuffer
    /// Whole answers.
    typealias OutboundOut = ByteBuffer

    /// What came behind a request that is still being answered.
    enum Waiting {
        case part(HTTPServerRequestPart)
        case failure(any Error)
    }

    /// What is served.
    let responder: AnyResponder
    /// What all connections share.
    let shared: SharedResources
    /// Where ordinary requests are answered together with those of other connections.
    let batch: AnswerBatch
    /// What others know of this connection.
    let entry: ConnectionRegistry.Entry
    /// Where the connection is.
    var state: ConnectionState
    /// What waits for the answer that is being made.
    var waiting: [Waiting] = []
    /// The number of the body that is received, if it did not come in one read.
    var bodyID: Int?
    /// What the request holds that is being answered.
    var hold: LoadGauge.Hold?
    /// How many answers hold a place and are not in the socket.
    var unwrittenCount = 0
    /// The number under which the client is known to take its answers slowly, and how many of them that concerns.
    var slowReader: (id: Int, placeCount: Int)?
    /// Whether requests are served that came behind one whose answer was made elsewhere; all their answers go out in one write.
    var isResuming = false
    /// Whether something was written and not flushed.
    var needsFlush = false
    /// This handler's place in the pipeline, while it has one.
    private(set) var context: ChannelHandlerContext?

    private var isReadHeld = false
    private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?

    /// Begins before the first byte.
    init(responder: AnyResponder, shared: SharedResources, batch: AnswerBatch, entry: ConnectionRegistry.Entry, state: ConnectionState) {
        self.responder = responder
        self.shared = shared
        self.batch = batch
        self.entry = entry
        self.state = state
    }

    /// Learns its place in the pipeline.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Starts the clock.
    func channelActive(context: ChannelHandlerContext) {
        setTimer(context)
        context.fireChannelActive()
    }

    /// Gives back what the request held whose client is gone.
    func channelInactive(context: ChannelHandlerContext) {
        stopTimer()
        waiting = []
        forgetBody()
        releaseUnwritten()
        // An answer that is being made gives back its own.
        if !state.holdsParts { state.close() }
        context.fireChannelInactive()
    }

    /// Stops the clock of a connection that never became active, and lets go of the pipeline.
    func handlerRemoved(context: ChannelHandlerContext) {
        stopTimer()
        self.context = nil
    }

    /// Passes bytes on; drops what comes after the last answer.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state.receiveBytes(unwrapInboundIn(data).readableBytes) {
        case .pass: context.fireChannelRead(data)
        case .drop: break
        case .close: context.close(promise: nil)
        }
    }

    /// Sends what was answered already, such as a refusal, and counts what has come of a body.
    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        countBody(context)
        flushIfNeeded(context)
        state.endRead(at: context.eventLoop.now)
        setTimer(context)
    }

    /// Follows the handshake and what is told from outside.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is TLSUserEvent:
            state.completeHandshake()
            context.fireUserInboundEventTriggered(event)
        case ChannelEvent.inputClosed:
            if state.closeInput() { return context.close(promise: nil) }
            context.fireUserInboundEventTriggered(event)
        case ConnectionEvent.draining:
            perform(state.drain(at: context.eventLoop.now), context: context)
            setTimer(context)
        case ConnectionEvent.bodyGaveWay: refuse(.bodyThatGaveWay, context: context)
        case ConnectionEvent.placeGaveWay: abort(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Counts a failed handshake, and passes the error on.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? TLSError {
            shared.handshakes.record(error, from: PeerAddress(context.channel.remoteAddress), at: context.eventLoop.now)
        }
        context.fireErrorCaught(error)
    }

    /// Holds reads back while an answer is made elsewhere, or while the client does not take its answers.
    func read(context: ChannelHandlerContext) {
        isReadHeld = !state.mayRead(isWritable: context.channel.isWritable)
        if !isReadHeld { context.read() }
    }

    /// Makes up for reads that were held back.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeReading(context)
        context.fireChannelWritabilityChanged()
    }
}

extension ConnectionHandler {
    /// A request that the decoder is given to find out whether it is in a header; only between two requests it makes exactly this of it.
    static let probe: StaticString = "OPTIONS * HTTP/1.1\r\n\r\n"

    /// Whether a header is that of the probe.
    static func isProbe(_ head: HTTPRequestHead) -> Bool {
        head.method == .OPTIONS && head.uri == "*" && head.headers.isEmpty && head.version == .http1_1
    }

    /// Closes once the client has taken its answers, also those of the read that is going on.
    ///
    /// Closing at once while it still sends would reset the connection, and it would never read its answer. TLS delivers a request and the
    /// close_notify behind it in one read; an answer that is not flushed then would be lost.
    func closeGently(_ context: ChannelHandlerContext) {
        flushIfNeeded(context)
        guard state.linger(at: context.eventLoop.now) else { return }
        waiting = []
        let closed = context.eventLoop.makePromise(of: Void.self)
        closed.futureResult.assumeIsolated().whenComplete { _ in
            // Nothing more comes from a client that ended its side, and after an error nothing can.
            if self.state.isInputClosed { context.close(promise: nil) }
        }
        context.close(mode: .output, promise: closed)
        setTimer(context)
        resumeReading(context)
    }

    /// Closes without waiting for the client to take anything.
    func abort(_ context: ChannelHandlerContext) {
        // The second close does not wait for what the first one waits for.
        context.close(promise: nil)
        context.close(promise: nil)
    }

    /// Flushes what was written since the last flush.
    func flushIfNeeded(_ context: ChannelHandlerContext) {
        guard needsFlush else { return }
        needsFlush = false
        context.flush()
        if unwrittenCount > 0 { noteUnwritten(context) }
    }

    /// Does what the end of the server, or of the client's bytes, means.
    func perform(_ drain: ConnectionState.Drain, context: ChannelHandlerContext) {
        if drain == .closeGently { closeGently(context) }
    }

    /// Reads on, if that was held back for a reason that is gone.
    func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadHeld, state.mayRead(isWritable: context.channel.isWritable) else { return }
        isReadHeld = false
        context.read()
    }

    /// Moves the timer; it is set again only when it would fire too late.
    func setTimer(_ context: ChannelHandlerContext) {
        let deadline = state.deadline
        guard deadline < .distantFuture else { return }
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired(context) }
        timer = (task, deadline)
    }

    private func stopTimer() {
        timer?.task.cancel()
        timer = nil
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        switch state.expire(at: context.eventLoop.now) {
        case .nothing: break
        case .probe:
            state.beginProbe()
            context.fireChannelRead(wrapInboundOut(ByteBuffer(staticString: Self.probe)))
            if !state.endProbe() { refuse(.header, context: context) }
        case .refuse(let stall):
            shared.closures.count(.timeout)
            refuse(stall, context: context)
        case .closeGently:
            shared.closures.count(.timeout)
            closeGently(context)
        case .close:
            if case .opening = state.phase { shared.closures.count(.timeout) }
            context.close(promise: nil)
        case .abort:
            shared.closures.count(.slowReader)
            abort(context)
        }
        if timer == nil { setTimer(context) }
    }
}
