import NIOCore
import NIOHTTP1
import TLS

/// One connection of the client: sends requests one after the other, and holds each answer until it is asked for.
///
/// A class because NIO's handlers are; it stays on its event loop. While many bytes of an answer wait nothing is read, so that a slow caller
/// slows the server down instead of filling the memory.
final class ExchangeHandler: ChannelDuplexHandler {
    /// Parts of answers.
    typealias InboundIn = HTTPClientResponsePart
    /// Nothing comes from later handlers.
    typealias OutboundIn = HTTPClientRequestPart
    /// Parts of requests.
    typealias OutboundOut = HTTPClientRequestPart

    private enum Phase {
        /// Until requests can be sent; with a promise if somebody waits for it.
        case opening(EventLoopPromise<Void>?)
        /// Between two requests.
        case idle
        /// A request was sent.
        case awaitingHead(EventLoopPromise<HTTPResponseHead>)
        /// The body of an answer arrives.
        case receiving
        /// The answer is complete; parts of it may not have been asked for yet.
        case complete
        /// Nothing more is sent or received.
        case failed(APIError.Cause)
    }

    /// The bytes of an answer up to which more is read from the network.
    static let bufferByteLimit = 256 << 10

    private let eventLoop: any EventLoop
    private let expectsHandshake: Bool
    private let timeouts: ClientTimeouts
    private var phase = Phase.opening(nil)
    private var keepsAlive = false
    private var parts: [ByteBuffer] = []
    private var bufferedByteCount = 0
    private var isReadHeld = false
    private var waiting: EventLoopPromise<[ByteBuffer]?>?
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    /// Waits for the handshake of TLS, or for the connection alone.
    init(on eventLoop: any EventLoop, expectsHandshake: Bool, timeouts: ClientTimeouts) {
        self.eventLoop = eventLoop
        self.expectsHandshake = expectsHandshake
        self.timeouts = timeouts
    }

    /// Completes when requests can be sent; asked once.
    func ready() -> EventLoopFuture<Void> {
        switch phase {
        case .opening:
            let promise = eventLoop.makePromise(of: Void.self)
            phase = .opening(promise)
            expire(in: timeouts.handshake, with: .handshakeTimedOut(timeouts.handshake))
            return promise.futureResult
        case .failed(let cause): return eventLoop.makeFailedFuture(cause)
        default: return eventLoop.makeSucceededVoidFuture()
        }
    }

    /// Sends a request on an idle connection; completes with the head of its answer.
    func send(_ head: HTTPRequestHead, body: ByteBuffer?, timeout: Duration) -> EventLoopFuture<HTTPResponseHead> {
        guard case .idle = phase, let context else { return eventLoop.makeFailedFuture(failure ?? .closedBeforeAnswer) }
        let promise = eventLoop.makePromise(of: HTTPResponseHead.self)
        phase = .awaitingHead(promise)
        expire(in: timeout, with: .answerTimedOut(timeout))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        return promise.futureResult
    }

    /// Completes with the next bytes of the answer, in one or more parts; without any at its end.
    func next(timeout: AnswerTimeout) -> EventLoopFuture<[ByteBuffer]?> {
        if !parts.isEmpty { return eventLoop.makeSucceededFuture(takeParts()) }
        switch phase {
        case .receiving:
            let promise = eventLoop.makePromise(of: [ByteBuffer]?.self)
            waiting = promise
            switch timeout {
            case .never: break
            case .failing(let limit): expire(in: limit, with: .bodyTimedOut(limit))
            case .interrupting(let wait): interrupt(in: wait)
            }
            return promise.futureResult
        case .failed(let cause): return eventLoop.makeFailedFuture(cause)
        default: return eventLoop.makeSucceededFuture([])
        }
    }

    /// Ends the use of an answer; returns whether the connection can serve another request, and closes it otherwise.
    func release() -> Bool {
        parts = []
        bufferedByteCount = 0
        guard case .complete = phase, keepsAlive, context?.channel.isActive == true else {
            close()
            return false
        }
        phase = .idle
        expire(in: timeouts.idle, with: .closedBeforeAnswer)
        resumeReading()
        return true
    }

    /// Closes the connection and fails whoever waits.
    func close() {
        fail(.cancelled)
    }
}

extension ExchangeHandler {
    /// Remembers the context, by which requests are written.
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Forgets the context.
    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        fail(.closedBeforeAnswer)
    }

    /// Begins to serve requests if there is no TLS.
    func channelActive(context: ChannelHandlerContext) {
        if !expectsHandshake { open() }
        context.fireChannelActive()
    }

    /// Begins to serve requests after the handshake of TLS.
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is TLSUserEvent { open() }
        context.fireUserInboundEventTriggered(event)
    }

    /// Takes a part of an answer.
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .awaitingHead(let promise)):
            cancelDeadline()
            phase = .receiving
            keepsAlive = head.isKeepAlive
            promise.succeed(head)
        case (.body(let bytes), .receiving):
            bufferedByteCount += bytes.readableBytes
            parts.append(bytes)
        case (.end, .receiving):
            phase = .complete
            deliver()
        case (_, .failed): break
        default: fail(.invalidHTTP(reason: "an answer without a request"))
        }
    }

    /// Gives the received bytes to whoever waits for them.
    func channelReadComplete(context: ChannelHandlerContext) {
        if !parts.isEmpty { deliver() }
        context.fireChannelReadComplete()
    }

    /// Reads unless enough bytes wait.
    func read(context: ChannelHandlerContext) {
        isReadHeld = bufferedByteCount >= Self.bufferByteLimit
        if !isReadHeld { context.read() }
    }

    /// Notices the end of the connection.
    func channelInactive(context: ChannelHandlerContext) {
        fail(endOfConnection)
        context.fireChannelInactive()
    }

    /// Notices failures of TLS, HTTP and the system.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as TLSError: fail(.tls(error))
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: fail(endOfConnection)
        case is HTTPParserError, is NIOHTTPDecoderError: fail(.invalidHTTP(reason: "\(error)"))
        default: fail(endOfConnection)
        }
    }

    private var failure: APIError.Cause? {
        if case .failed(let cause) = phase { cause } else { nil }
    }

    /// The meaning of an end of the connection now.
    private var endOfConnection: APIError.Cause {
        if case .receiving = phase { .cutOff } else { .closedBeforeAnswer }
    }

    private func open() {
        guard case .opening(let promise) = phase else { return }
        cancelDeadline()
        phase = .idle
        promise?.succeed()
    }

    private func deliver() {
        guard let promise = waiting else { return }
        waiting = nil
        cancelDeadline()
        promise.succeed(takeParts())
    }

    private func takeParts() -> [ByteBuffer] {
        defer {
            parts = []
            bufferedByteCount = 0
            resumeReading()
        }
        return parts
    }

    private func resumeReading() {
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }

    /// Fails whoever waits, and closes the connection; an answer that is complete stays complete.
    private func fail(_ cause: APIError.Cause) {
        cancelDeadline()
        keepsAlive = false
        let ended = phase
        switch ended {
        case .failed: return
        case .complete: break
        default: phase = .failed(cause)
        }
        if case .opening(let promise) = ended { promise?.fail(cause) }
        if case .awaitingHead(let promise) = ended { promise.fail(cause) }
        // Bytes that arrived before the end still count.
        if let promise = waiting {
            waiting = nil
            parts.isEmpty ? promise.fail(cause) : promise.succeed(takeParts())
        }
        context?.close(promise: nil)
    }

    private func expire(in timeout: Duration, with cause: APIError.Cause) {
        cancelDeadline()
        deadline = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(timeout)) { [weak self] in self?.fail(cause) }
    }

    /// Lets whoever waits go on without bytes.
    private func interrupt(in wait: Duration) {
        cancelDeadline()
        deadline = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(wait)) { [weak self] in
            guard let self, let promise = waiting else { return }
            waiting = nil
            promise.succeed(nil)
        }
    }

    private func cancelDeadline() {
        deadline?.cancel()
        deadline = nil
    }
}

/// How long to wait for the next bytes of an answer.
enum AnswerTimeout: Sendable {
    /// As long as it takes.
    case never
    /// So long; then the answer failed.
    case failing(Duration)
    /// So long; then nothing came, and the answer goes on.
    case interrupting(Duration)
}

/// How long each phase of a connection may take.
package struct ClientTimeouts: Sendable, Equatable {
    /// Until the server accepts the connection.
    package var connect = Duration.seconds(30)
    /// The handshake of TLS.
    package var handshake = Duration.seconds(10)
    /// Between two requests.
    ///
    /// API servers close after 90 s: <https://github.com/kubernetes/apiserver/blob/v0.34.0/pkg/server/secure_serving.go#L174>
    package var idle = Duration.seconds(60)
    /// Without a sign of life from the server's machine.
    package var peer = Duration.seconds(30)

    /// The times of client-go, but for an idle connection.
    package init() {}
}
