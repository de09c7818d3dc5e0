import NIOCore
import NIOHTTP1
import NIOPosix
import TLS

/// Serves the requests of one connection in order; carries out what its ``ConnectionState`` decides.
///
/// A class because NIO's handlers are; it stays on its event loop. It stands before the HTTP decoder and sees bytes; the decoder's output
/// comes back through a ``RequestHandler``.
///
/// A connection has one timer, which is set only if it would fire too late: a request in one piece sets no timer.
final class ConnectionHandler: ChannelDuplexHandler {
    /// Bytes as TLS decrypted them.
    typealias InboundIn = ByteBuffer
    /// The same bytes, for the HTTP decoder.
    typealias InboundOut = ByteBuffer
    /// Nothing: answers begin here.
    typealias OutboundIn = ByteBuffer
    /// Whole answers.
    typealias OutboundOut = ByteBuffer

    /// A client that does not read its answers.
    struct SlowReader {
        /// Its number in ``LoadGauge``.
        let id: Int
        /// The answers that were not in the socket when it became slow; they leave before any other.
        var answerCount: Int
        /// How many of them hold a place.
        var placeCount: Int
    }

    /// The bytes of answers after which they are sent before another request is served, so that a client that does not read its answers
    /// holds few of them: dozens of ordinary ones.
    static let answerByteLimit = 16 << 10

    /// The responder of the port.
    let responder: AnyResponder
    /// The resources that all connections share.
    let shared: SharedResources
    /// Where ordinary requests are answered together with those of other connections.
    let batch: AnswerBatch
    /// The registry's entry of this connection.
    let entry: ConnectionRegistry.Entry
    /// The state of the connection.
    var state: ConnectionState
    /// The parts that wait for the current answer.
    var waiting = WaitingParts()
    /// The number of the body that is being received, if it takes several reads.
    var bodyID: Int?
    /// The memory that the current request holds.
    var hold: LoadGauge.Hold?
    /// The answers that are not in the socket yet, and how many of them hold a place.
    var unwritten = (count: 0, placeCount: 0)
    /// The bytes of answers that were written and not flushed, with bodies that an answer to HEAD leaves out.
    var unflushedByteCount = 0
    /// Set while the client does not read its answers.
    var slowReader: SlowReader?
    /// The wait of the current request; `nil` unless it waits for what another thread brings.
    var currentWait: AnswerWait?
    /// Whether waiting requests are being served after an answer that was made elsewhere; all answers go out in one write.
    var isResuming = false
    /// This handler's place in the pipeline, while it has one.
    private(set) var context: ChannelHandlerContext?

    private var isReadHeld = false
    private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?

    /// Starts before the first byte.
    init(responder: AnyResponder, shared: SharedResources, batch: AnswerBatch, entry: ConnectionRegistry.Entry, state: ConnectionState) {
        self.responder = responder
        self.shared = shared
        self.batch = batch
        self.entry = entry
        self.state = state
    }

    /// Keeps the handler's place in the pipeline.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Starts the clock.
    func channelActive(context: ChannelHandlerContext) {
        setTimer(context)
        context.fireChannelActive()
    }

    /// Releases what the request of a closed connection holds.
    func channelInactive(context: ChannelHandlerContext) {
        stopTimer()
        waiting = WaitingParts()
        forgetBody()
        releaseUnwritten()
        endWait()
        // A request that is being answered releases its memory when it is done.
        if !state.holdsParts { state.close() }
        context.fireChannelInactive()
    }

    /// Stops the clock, also of a connection that never became active, and drops the pipeline.
    func handlerRemoved(context: ChannelHandlerContext) {
        stopTimer()
        self.context = nil
    }

    /// Passes bytes on; drops bytes after the last answer.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state.receiveBytes(unwrapInboundIn(data).readableBytes) {
        case .pass: context.fireChannelRead(data)
        case .drop: break
        case .close: context.close(promise: nil)
        }
    }

    /// Sends answers that are ready, such as a refusal, and counts the bytes of an unfinished body.
    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        countBody(context)
        flushIfNeeded(context)
        resumeLater(context)
        state.endRead(at: context.eventLoop.now)
        entry.noteArrival(since: state.arrivalStart)
        setTimer(context)
    }

    /// Handles the handshake's end and the events of ``ConnectionEvent``.
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
        case ConnectionEvent.bodyGaveWay(let body): if body.id == bodyID { giveWay(isStalled: body.isStalled, context: context) }
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

    /// Holds reads back while an answer is made elsewhere, while the client does not read its answers, and while requests wait.
    func read(context: ChannelHandlerContext) {
        isReadHeld = !mayRead(context)
        if !isReadHeld { context.read() }
    }

    /// Makes up for reads that were held back.
    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeReading(context)
        context.fireChannelWritabilityChanged()
    }
}

extension ConnectionHandler {
    /// A request for the decoder, to find out whether it is inside of a header: only between two requests the decoder delivers exactly this
    /// request.
    static let probe: StaticString = "OPTIONS * HTTP/1.1\r\n\r\n"

    /// Tells whether a header is that of the probe.
    static func isProbe(_ head: HTTPRequestHead) -> Bool {
        head.method == .OPTIONS && head.uri == "*" && head.headers.isEmpty && head.version == .http1_1
    }

    /// Closes once the client has read its answers, including those of the current read.
    ///
    /// Closing while the client still sends would reset the connection before the client reads its answer. TLS delivers a request and a
    /// close_notify behind it in one read, so answers are flushed first.
    func closeGently(_ context: ChannelHandlerContext) {
        flushIfNeeded(context)
        guard state.linger(at: context.eventLoop.now) else { return }
        waiting = WaitingParts()
        let closed = context.eventLoop.makePromise(of: Void.self)
        closed.futureResult.assumeIsolated().whenComplete { _ in
            // A client that ended its side sends nothing more, and after an error it can't.
            if self.state.isInputClosed { context.close(promise: nil) }
        }
        context.close(mode: .output, promise: closed)
        setTimer(context)
        resumeReading(context)
    }

    /// Closes without waiting for the client to read.
    func abort(_ context: ChannelHandlerContext) {
        // The first close waits for the client to read; the second does not.
        context.close(promise: nil)
        context.close(promise: nil)
    }

    /// Flushes what was written since the last flush.
    func flushIfNeeded(_ context: ChannelHandlerContext) {
        guard unflushedByteCount > 0 else { return }
        unflushedByteCount = 0
        context.flush()
        if unwritten.count > 0 { noteUnwritten(context) }
    }

    /// Carries out the decision of ``ConnectionState`` at the end of the server or of the client's bytes.
    func perform(_ drain: ConnectionState.Drain, context: ChannelHandlerContext) {
        if drain == .closeGently { closeGently(context) }
    }

    /// Continues to read if the reason to hold back is gone.
    func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadHeld, mayRead(context) else { return }
        isReadHeld = false
        context.read()
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        waiting.isEmpty && state.mayRead(isWritable: context.channel.isWritable)
    }

    /// Moves the timer; sets it again only if it would fire too late.
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
