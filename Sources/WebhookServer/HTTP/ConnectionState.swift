import NIOCore
import NIOHTTP1

/// The state of one connection: which bytes are read, when the next ones have to arrive, and when it is closed.
///
/// A value without a channel, a clock or a lock: it is told what happened and when, and decides what ``ConnectionHandler`` does.
struct ConnectionState {
    /// A request whose header is complete.
    struct Request {
        /// Reads the body.
        let bodyReader: AnyResponder.BodyReader
        /// The facts in the header.
        let facts: RequestFacts
        /// When an answer is too late for the client; `nil` if it did not say.
        let answerBy: NIODeadline?
        /// Whether it counts as a request in flight once it is complete.
        let takesPlace: Bool
    }

    /// A request whose body is being received.
    struct Receiving {
        /// The request.
        let request: Request
        /// When its header was complete.
        let start: NIODeadline
        /// The deadline of the body.
        let deadline: NIODeadline
        /// The bytes that have arrived.
        var body: RequestBody
    }

    /// A connection that waits for its next request.
    struct Idle {
        /// When it is closed if nothing arrives.
        var end: NIODeadline
        /// The deadline of a header that has begun or may have begun.
        var headerDeadline: NIODeadline?
        /// Whether bytes arrived after the segment in which the last request ended.
        var hasBytes = false
    }

    /// The phases of a connection.
    enum Phase {
        /// Before the first complete header; handshake and header have one deadline.
        case opening(until: NIODeadline, isHandshaking: Bool, hasBytes: Bool)
        /// Between two requests, or in a header.
        case idle(Idle)
        /// The decoder is being asked whether it is in a header.
        case probing(Idle, isBetweenRequests: Bool)
        /// In the body of an accepted request.
        case receiving(Receiving)
        /// In a body that is skipped, after its answer.
        case skipping(until: NIODeadline)
        /// An answer is being made. While that can take long nothing is read; an answer of the same turn is not worth the two system calls
        /// to stop and resume reading.
        case answering(Request, holdsReads: Bool)
        /// After the last answer, until the client has read it and closes.
        case lingering(until: NIODeadline, byteCount: Int)
        /// Nothing more is done.
        case closed
    }

    /// How long each phase may take.
    private let timeouts: ConnectionTimeouts
    /// The bytes that are read and dropped after a request that was refused before its end.
    private let lingerByteLimit: Int

    /// The current phase.
    private(set) var phase: Phase
    /// Whether the next answer is the last.
    private(set) var isEnding = false
    /// Whether the client has ended its side.
    private(set) var isInputClosed = false
    /// When the request that is arriving in several reads began, as far as the reads show it; `nil` without one.
    private(set) var arrivalStart: NIODeadline?
    /// The answers that the client has not read yet, and when the connection is closed if it does not.
    private var unwritten: (count: Int, until: NIODeadline) = (0, .distantFuture)
    /// The result of the current read.
    private var read = (hasBytes: false, endsRequest: false)

    /// Starts before the first byte.
    ///
    /// - Parameters:
    ///   - timeouts: how long each phase may take.
    ///   - expectsHandshake: whether TLS comes first.
    ///   - lingerByteLimit: the bytes that are read and dropped after a request that was refused before its end.
    ///   - now: when the connection was accepted.
    init(timeouts: ConnectionTimeouts, expectsHandshake: Bool, lingerByteLimit: Int, at now: NIODeadline) {
        self.timeouts = timeouts
        self.lingerByteLimit = lingerByteLimit
        phase = .opening(until: now + timeouts.firstHeader, isHandshaking: expectsHandshake, hasBytes: false)
    }

    /// When ``expire(at:)`` is to be called.
    var deadline: NIODeadline {
        switch phase {
        case .opening(let until, _, _), .skipping(let until), .lingering(let until, _): min(until, unwritten.until)
        case .idle(let idle): min(idle.headerDeadline ?? .distantFuture, idle.end, unwritten.until)
        case .receiving(let receiving): min(receiving.deadline, unwritten.until)
        case .answering, .probing: unwritten.until
        case .closed: .distantFuture
        }
    }

    /// Whether bytes may be read; `isWritable` tells whether the client reads its answers.
    func mayRead(isWritable: Bool) -> Bool {
        switch phase {
        case .answering(_, holdsReads: true): false
        case .lingering: true
        default: isWritable && unwritten.until == .distantFuture
        }
    }

    /// Whether the decoder's output has to wait for an answer that is being made.
    var holdsParts: Bool {
        if case .answering = phase { true } else { false }
    }

    /// Whether the next request may begin.
    var awaitsHeader: Bool {
        switch phase {
        case .opening, .idle: true
        default: false
        }
    }

    /// Whether the decoder is being asked whether it is in a header.
    var isProbing: Bool {
        if case .probing = phase { true } else { false }
    }

    /// The facts about the request whose body is being received; `nil` without one.
    var receivedFacts: RequestFacts? {
        if case .receiving(let receiving) = phase { receiving.request.facts } else { nil }
    }

    /// Whether no further request is served.
    var isClosing: Bool {
        switch phase {
        case .lingering, .closed: true
        default: false
        }
    }
}

/// Bytes and time.
extension ConnectionState {
    /// The treatment of bytes.
    enum Bytes: Equatable {
        case pass, drop, close
    }

    /// The action when the deadline has come.
    enum Expiry: Equatable {
        case nothing
        /// Ask the decoder whether it is in a header: give it ``ConnectionHandler/probe`` between ``ConnectionState/beginProbe()`` and
        /// ``ConnectionState/endProbe()``.
        case probe
        /// Answer 408 and close.
        case refuse(Stall)
        /// Close once the client has read its answers.
        case closeGently
        /// Close with a TLS close_notify.
        case close
        /// Close without waiting for the client to read.
        case abort
    }

    /// The part of a request that arrived too late.
    enum Stall: Equatable {
        case header
        case body
        /// The body, and the client's timeout is over as well.
        case bodyPastTimeout
    }

    /// Notes decrypted bytes before the decoder gets them.
    mutating func receiveBytes(_ count: Int) -> Bytes {
        switch phase {
        case .lingering(let until, let byteCount):
            phase = .lingering(until: until, byteCount: byteCount + count)
            return byteCount + count > lingerByteLimit ? .close : .drop
        case .closed: return .drop
        default:
            read.hasBytes = true
            return .pass
        }
    }

    /// Notes that the decoder has had all bytes of a read.
    mutating func endRead(at now: @autoclosure () -> NIODeadline) {
        let read = read
        self.read = (false, false)
        switch phase {
        case .opening(let until, let isHandshaking, false) where read.hasBytes:
            phase = .opening(until: until, isHandshaking: isHandshaking, hasBytes: true)
        case .idle(var idle) where read.hasBytes && !read.endsRequest && !idle.hasBytes:
            let now = now()
            idle.hasBytes = true
            idle.headerDeadline = now + timeouts.header
            phase = .idle(idle)
            arrivalStart = now
        case .receiving where arrivalStart == nil: arrivalStart = now()
        default: break
        }
    }

    /// Notes that the handshake is complete.
    mutating func completeHandshake() {
        guard case .opening(let until, _, let hasBytes) = phase else { return }
        phase = .opening(until: until, isHandshaking: false, hasBytes: hasBytes)
    }

    /// Notes that the client sends nothing more; `true` if the connection must be closed at once.
    mutating func closeInput() -> Bool {
        isInputClosed = true
        if case .lingering = phase { return true }
        return false
    }

    /// Decides what to do now that the ``deadline`` has come.
    mutating func expire(at now: NIODeadline) -> Expiry {
        guard deadline <= now else { return .nothing }
        if unwritten.until <= now { return .abort }
        switch phase {
        case .opening(_, let isHandshaking, let hasBytes): return hasBytes && !isHandshaking ? .refuse(.header) : .close
        case .idle(let idle): return idle.headerDeadline.map { $0 <= now } ?? false ? .probe : .close
        case .receiving(let receiving):
            return .refuse(receiving.request.answerBy.map { $0 <= now } ?? false ? .bodyPastTimeout : .body)
        case .skipping: return .closeGently
        case .lingering: return .close
        case .answering, .probing, .closed: return .nothing
        }
    }

    /// Begins a probe: the decoder gets a whole request, and its output tells whether it was inside of a header.
    mutating func beginProbe() {
        guard case .idle(let idle) = phase else { return }
        phase = .probing(idle, isBetweenRequests: false)
    }

    /// Notes that the decoder delivered exactly the request of the probe.
    mutating func receiveProbe() {
        guard case .probing(let idle, _) = phase else { return }
        phase = .probing(idle, isBetweenRequests: true)
    }

    /// Ends the probe; `false` if the decoder is inside of a header, which is too late then.
    mutating func endProbe() -> Bool {
        guard case .probing(var idle, let isBetweenRequests) = phase else { return true }
        read = (false, false)
        arrivalStart = nil
        idle.headerDeadline = nil
        idle.hasBytes = false
        phase = .idle(idle)
        return isBetweenRequests
    }
}

/// Requests and answers.
extension ConnectionState {
    /// The meaning of the end of a message.
    enum End {
        case nothing
        /// The refused request has ended, and the connection ends with it.
        case closeGently
        /// A request is complete.
        case complete(Request, RequestBody.Bytes)
    }

    /// The action when the server ends.
    enum Drain: Equatable {
        case nothing
        case closeGently
    }

    /// Begins a body that is wanted.
    mutating func receive(_ request: Request, body: RequestBody, at now: NIODeadline) {
        let deadline = min(now + timeouts.body, request.answerBy ?? .distantFuture)
        phase = .receiving(Receiving(request: request, start: now, deadline: deadline, body: body))
    }

    /// Begins a body that is skipped.
    mutating func skip(at now: NIODeadline) {
        arrivalStart = nil
        phase = .skipping(until: now + timeouts.body)
    }

    /// Adds a piece to the body; returns why the rest is refused.
    mutating func append(_ part: ByteBuffer, isCrowded: Bool) -> RequestBody.Problem? {
        guard case .receiving(var receiving) = phase else { return nil }
        // Without this the body would have two owners, and each piece would copy it.
        phase = .closed
        let problem = receiving.body.append(part, isCrowded: isCrowded)
        phase = .receiving(receiving)
        return problem
    }

    /// Moves an unfinished body out of the read buffer; returns its length and when it began, `nil` without such a body.
    mutating func detachBody(isCrowded: Bool) -> (byteCount: Int, start: NIODeadline)? {
        guard case .receiving(var receiving) = phase else { return nil }
        phase = .closed
        receiving.body.detach(isCrowded: isCrowded)
        phase = .receiving(receiving)
        return (receiving.body.count, receiving.start)
    }

    /// Ends a message; reads are held back behind a body of more than `largeByteCount` bytes.
    mutating func endMessage(largeByteCount: Int, at now: @autoclosure () -> NIODeadline) -> End {
        arrivalStart = nil
        switch phase {
        case .receiving(var receiving):
            phase = .closed
            let bytes = receiving.body.takeBytes()
            phase = .answering(receiving.request, holdsReads: bytes.count > largeByteCount)
            return .complete(receiving.request, bytes)
        case .skipping:
            wait(at: now())
            return isEnding ? .closeGently : .nothing
        default: return .nothing
        }
    }

    /// Ends a request that is answered; the next one may begin.
    mutating func finishAnswer(at now: NIODeadline) {
        guard case .answering = phase else { return }
        wait(at: now)
    }

    /// Holds reads back, because the answer that is being made takes longer than the turn.
    mutating func holdReads() {
        guard case .answering(let request, _) = phase else { return }
        phase = .answering(request, holdsReads: true)
    }

    /// Forgets what the read has brought, because it was answered.
    mutating func settle() {
        read = (false, false)
    }

    /// Waits for the next request.
    ///
    /// Only the decoder knows whether its header began in the segment that ended this one; a probe asks it when the time for a header is
    /// over.
    private mutating func wait(at now: NIODeadline) {
        read.endsRequest = true
        phase = .idle(Idle(end: now + timeouts.idle, headerDeadline: now + timeouts.header))
    }

    /// Begins the end: serves at most one more request, the one in progress or the first one of a new connection.
    mutating func drain(at now: NIODeadline) -> Drain {
        guard case .opening(let until, let isHandshaking, let hasBytes) = phase else { return end() }
        isEnding = true
        let isSilent = !isHandshaking && !hasBytes
        phase = .opening(until: isSilent ? min(until, now + timeouts.linger) : until, isHandshaking: isHandshaking, hasBytes: hasBytes)
        return .nothing
    }

    /// Ends the connection after the current request.
    mutating func end() -> Drain {
        isEnding = true
        switch phase {
        case .opening(_, _, hasBytes: false): return .closeGently
        case .idle(let idle) where !idle.hasBytes: return .closeGently
        default: return .nothing
        }
    }

    /// Waits for the client to read its answers, and drops what it still sends; `false` if that has already begun.
    mutating func linger(at now: NIODeadline) -> Bool {
        if isClosing { return false }
        phase = .lingering(until: now + timeouts.linger, byteCount: 0)
        return true
    }

    /// Notes that the connection is gone.
    mutating func close() {
        phase = .closed
    }

    /// Notes how many answers the client has not read; it has limited time to read them.
    mutating func awaitWriting(_ count: Int, at now: NIODeadline) {
        let until = unwritten.count == 0 ? now + timeouts.write : unwritten.until
        unwritten = count == 0 ? (0, .distantFuture) : (count, until)
    }
}
