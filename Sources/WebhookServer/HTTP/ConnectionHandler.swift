import NIOCore
import TLS

/// Keeps one connection's time: what has to come by when, and how it is closed.
///
/// A class because NIO's handlers are; it stays on its event loop. It sits before the HTTP decoder and sees bytes, so it knows when a
/// header was begun. One timer a connection, which is set only when something is late: a request that comes in one piece touches none.
final class ConnectionHandler: ChannelDuplexHandler {
    /// Bytes as TLS decrypted them.
    typealias InboundIn = ByteBuffer
    /// The same bytes, for the HTTP decoder.
    typealias InboundOut = ByteBuffer
    /// Whole answers.
    typealias OutboundIn = ByteBuffer
    /// The same bytes.
    typealias OutboundOut = ByteBuffer

    /// What the connection waits for.
    enum Phase {
        case handshake
        /// The next request, or the rest of its header.
        case header
        /// The rest of a body, until the given time.
        case body(until: NIODeadline)
        /// An answer that is made elsewhere. While it may take long nothing is read; for one that is made in this turn of the event
        /// loop, it is not worth two system calls to stop reading.
        case answer(holdsReads: Bool)
        /// The client, to take the answer and close.
        case linger
    }

    private let timeouts: ConnectionTimeouts
    private let lingerByteLimit: Int
    private var idleTimeout: TimeAmount
    private var phase: Phase
    private var headerDeadline: NIODeadline?
    private var hasReadBytes = false
    private var hasFinishedRequest = false
    private var lingeredByteCount = 0
    private var isReadHeld = false
    private var isInputClosed = false
    private var deadline = NIODeadline.distantFuture
    private var timer: (task: Scheduled<Void>, deadline: NIODeadline)?
    /// This handler's own place in the pipeline; an event from the request handler's would go past the request handler.
    private var context: ChannelHandlerContext?

    /// - Parameters:
    ///   - timeouts: how long each phase may take.
    ///   - expectsHandshake: whether TLS comes first.
    ///   - lingerByteLimit: how many bytes are read after the answer to a request that was refused half-way.
    init(timeouts: ConnectionTimeouts, expectsHandshake: Bool, lingerByteLimit: Int) {
        self.timeouts = timeouts
        self.lingerByteLimit = lingerByteLimit
        idleTimeout = timeouts.idle
        phase = expectsHandshake ? .handshake : .header
    }

    /// Learns its place in the pipeline.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Starts the clock.
    func channelActive(context: ChannelHandlerContext) {
        setDeadline(context: context)
        context.fireChannelActive()
    }

    /// Stops the clock.
    func channelInactive(context: ChannelHandlerContext) {
        stopTimer()
        context.fireChannelInactive()
    }

    /// Stops the clock of a connection that never became active, and lets go of the pipeline.
    func handlerRemoved(context: ChannelHandlerContext) {
        stopTimer()
        self.context = nil
    }

    /// Passes bytes on; drops what comes after the last answer.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .linger = phase else {
            hasReadBytes = true
            context.fireChannelRead(data)
            return
        }
        lingeredByteCount += unwrapInboundIn(data).readableBytes
        if lingeredByteCount > lingerByteLimit { context.close(promise: nil) }
    }

    /// Sees what the bytes came to, and sets the time for the rest.
    ///
    /// Whether a header was begun behind the end of a request in the same read is not known here; its next bytes tell.
    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        if hasFinishedRequest {
            headerDeadline = nil
        } else if hasReadBytes, headerDeadline == nil, case .header = phase {
            headerDeadline = context.eventLoop.now + timeouts.header
        }
        hasReadBytes = false
        hasFinishedRequest = false
        setDeadline(context: context)
    }

    /// Follows the handshake and the end of what the client sends.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSUserEvent, case .handshake = phase {
            phase = .header
            setDeadline(context: context)
        }
        if event as? ChannelEvent == .inputClosed {
            isInputClosed = true
            if case .linger = phase { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Holds reads back while an answer is made elsewhere, or while the client does not take its answers.
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
    /// Waits for the next request no longer than for a client that takes its last answer.
    func shortenIdleTime() {
        idleTimeout = timeouts.linger
        if let context { setDeadline(context: context) }
    }

    /// Whether a part of a request's header is there.
    var hasBegunHeader: Bool { headerDeadline != nil }

    /// A header is complete; its body has until then.
    func awaitBody(until deadline: NIODeadline) {
        headerDeadline = nil
        phase = .body(until: deadline)
    }

    /// How long a body may take that begins now.
    func bodyDeadline(at now: NIODeadline) -> NIODeadline {
        now + timeouts.body
    }

    /// An answer is made elsewhere.
    func awaitAnswer(holdingReads holdsReads: Bool) {
        phase = .answer(holdsReads: holdsReads)
    }

    /// A request is over, or refused and done with; the next may come.
    func awaitHeader() {
        if case .linger = phase { return }
        headerDeadline = nil
        hasFinishedRequest = true
        phase = .header
    }

    /// An answer that was made elsewhere is written; the next request may be read.
    func resume() {
        hasFinishedRequest = false
        guard let context else { return }
        setDeadline(context: context)
        resumeReading(context)
    }

    /// Closes once the client has taken what was flushed.
    ///
    /// Closing at once while it still sends would reset the connection, and it would never read its answer.
    func closeGently() {
        if case .linger = phase { return }
        phase = .linger
        guard let context else { return }
        let closed = context.eventLoop.makePromise(of: Void.self)
        closed.futureResult.assumeIsolated().whenComplete { _ in
            // Nothing more comes from a client that ended its side, and after an error nothing can.
            if self.isInputClosed { context.close(promise: nil) }
        }
        context.close(mode: .output, promise: closed)
        setDeadline(context: context)
        resumeReading(context)
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        switch phase {
        case .answer(holdsReads: true): false
        case .linger: true
        case .handshake, .header, .body, .answer: context.channel.isWritable
        }
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadHeld, mayRead(context) else { return }
        isReadHeld = false
        context.read()
    }

    /// Computes the deadline of the phase that has just begun, or goes on.
    private func setDeadline(context: ChannelHandlerContext) {
        switch phase {
        case .handshake:
            if timer == nil { startTimer(at: context.eventLoop.now + timeouts.handshake, context: context) }
        case .header: startTimer(at: headerDeadline ?? context.eventLoop.now + idleTimeout, context: context)
        case .body(let deadline): startTimer(at: deadline, context: context)
        case .answer: deadline = .distantFuture
        case .linger:
            if lingeredByteCount == 0 { startTimer(at: context.eventLoop.now + timeouts.linger, context: context) }
        }
    }

    /// Moves the deadline; the timer is set anew only when it would fire too late.
    private func startTimer(at deadline: NIODeadline, context: ChannelHandlerContext) {
        self.deadline = deadline
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timerFired(context: context) }
        timer = (task, deadline)
    }

    private func stopTimer() {
        timer?.task.cancel()
        timer = nil
    }

    private func timerFired(context: ChannelHandlerContext) {
        timer = nil
        guard context.eventLoop.now >= deadline else {
            if deadline < .distantFuture { startTimer(at: deadline, context: context) }
            return
        }
        switch phase {
        case .header where headerDeadline != nil, .body: context.fireUserInboundEventTriggered(ConnectionEvent.stalled)
        case .answer: break
        case .handshake, .header, .linger: context.close(promise: nil)
        }
    }
}
