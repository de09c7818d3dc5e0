import NIOCore
import NIOHTTP1

/// Where one connection is and how it goes on: which bytes are read, by when the next ones have to come, when it is closed.
///
/// A value without a channel, a clock or a lock: it is told what has happened and when, and says what to do, which ``ConnectionHandler``
/// does.
struct ConnectionState {
    /// A request whose header is complete.
    struct Request {
        /// What reads the body.
        let bodyReader: AnyResponder.BodyReader
        /// What the header says.
        let facts: RequestFacts
        /// When an answer comes too late; `nil` when the client did not say.
        let answerBy: NIODeadline?
        /// Whether it counts among the requests in flight once it is complete.
        let takesPlace: Bool
    }

    /// A request whose body is being received.
    struct Receiving {
        /// The request.
        let request: Request
        /// When its header was complete.
        let start: NIODeadline
        /// By when the body has to be complete.
        let deadline: NIODeadline
        /// What has arrived.
        var body: RequestBody
    }

    /// A connection that has had an answer and waits for the next request.
    struct Idle {
        /// When it is closed if nothing comes.
        var end: NIODeadline
        /// By when a header must be complete that was begun or may have been.
        var headerDeadline: NIODeadline?
        /// Whether bytes came since the last request ended that were not part of its last segment.
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
        /// In a body that nobody wants, after its answer.
        case skipping(until: NIODeadline)
        /// An answer is made. While it may take long nothing is read; for one that is made in this turn of the event loop, it is not
        /// worth two system calls to stop reading.
        case answering(Request, holdsReads: Bool)
        /// After the last answer, until the client has taken it and closes.
        case lingering(until: NIODeadline, byteCount: Int)
        /// Nothing more is done.
        case closed
    }

    /// How long each phase may take.
    private let timeouts: ConnectionTimeouts
    /// How many bytes are read after the answer to a request that was refused half-way.
    private let lingerByteLimit: Int

    /// Where the connection is.
    private(set) var phase: Phase
    /// Whether the next answer is the last.
    private(set) var isEnding = false
    /// Whether the client has said that nothing more comes.
    private(set) var isInputClosed = false
    /// Answers that hold a place and that the client has not taken yet, and when it is closed if it does not.
    private var unwritten: (count: Int, until: NIODeadline) = (0, .distantFuture)
    /// What the read that is going on has brought.
    private var read = (hasBytes: false, endsRequest: false)

    /// Begins before the first byte.
    ///
    /// - Parameters:
    ///   - timeouts: how long each phase may take.
    ///   - expectsHandshake: whether TLS comes first.
    ///   - lingerByteLimit: how many bytes are read after the answer to a request that was refused half-way.
    ///   - now: when it was accepted.
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

    /// Whether bytes may be read; `isWritable` is whether the client takes what it is sent.
    func mayRead(isWritable: Bool) -> Bool {
        switch phase {
        case .answering(_, holdsReads: true): false
        case .lingering: true
        default: isWritable && unwritten.until == .distantFuture
        }
    }

    /// Whether what the decoder delivers has to wait for an answer that is being made.
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

    /// What the header says of the request whose body is received; `nil` when none is.
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
    /// What becomes of bytes.
    enum Bytes: Equatable {
        case pass, drop, close
    }

    /// What has to be done when the time is over.
    enum Expiry: Equatable {
        case nothing
        /// Ask the decoder whether it is in a header: give it ``ConnectionHandler/probe`` between ``ConnectionState/beginProbe()`` and
        /// ``ConnectionState/endProbe()``.
        case probe
        /// Answer 408 and close.
        case refuse(Stall)
        /// Close once the client has taken its answers.
        case closeGently
        /// Close, saying so.
        case close
        /// Close, whatever the client has not taken.
        case abort
    }

    /// What did not come in time.
    enum Stall: Equatable {
        case header
        case body
        /// The body, and an answer would come too late for the client, too.
        case bodyPastTimeout
        /// The body, whose memory was needed for others.
        case bodyThatGaveWay
    }

    /// Takes note of decrypted bytes, before the decoder gets them.
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

    /// Takes note that the decoder has had all bytes of a read.
    mutating func endRead(at now: @autoclosure () -> NIODeadline) {
        let read = read
        self.read = (false, false)
        switch phase {
        case .opening(let until, let isHandshaking, false) where read.hasBytes:
            phase = .opening(until: until, isHandshaking: isHandshaking, hasBytes: true)
        case .idle(var idle) where read.hasBytes && !read.endsRequest && !idle.hasBytes:
            idle.hasBytes = true
            idle.headerDeadline = now() + timeouts.header
            phase = .idle(idle)
        default: break
        }
    }

    /// The handshake is complete.
    mutating func completeHandshake() {
        guard case .opening(let until, _, let hasBytes) = phase else { return }
        phase = .opening(until: until, isHandshaking: false, hasBytes: hasBytes)
    }

    /// The client sends nothing more; `true` if the connection is to be closed at once.
    mutating func closeInput() -> Bool {
        isInputClosed = true
        if case .lingering = phase { return true }
        return false
    }

    /// Tells what to do now that the ``deadline`` has come.
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

    /// Begins to ask the decoder: it gets a whole request, and what it makes of it tells whether it was in a header.
    mutating func beginProbe() {
        guard case .idle(let idle) = phase else { return }
        phase = .probing(idle, isBetweenRequests: false)
    }

    /// The decoder made exactly the request of the probe from it.
    mutating func receiveProbe() {
        guard case .probing(let idle, _) = phase else { return }
        phase = .probing(idle, isBetweenRequests: true)
    }

    /// Ends the asking; `false` if the decoder is in a header, which has not come in time then.
    mutating func endProbe() -> Bool {
        guard case .probing(var idle, let isBetweenRequests) = phase else { return true }
        read = (false, false)
        idle.headerDeadline = nil
        idle.hasBytes = false
        phase = .idle(idle)
        return isBetweenRequests
    }
}

/// Requests and answers.
extension ConnectionState {
    /// What the end of a message means.
    enum End {
        case nothing
        /// The refused request is over, and the connection with it.
        case closeGently
        /// A request is complete.
        case complete(Request, RequestBody.Bytes)
    }

    /// What is to be done when the server ends.
    enum Drain: Equatable {
        case nothing
        case closeGently
    }

    /// A header is complete whose body is wanted.
    mutating func receive(_ request: Request, body: RequestBody, at now: NIODeadline) {
        let deadline = min(now + timeouts.body, request.answerBy ?? .distantFuture)
        phase = .receiving(Receiving(request: request, start: now, deadline: deadline, body: body))
    }

    /// A header is complete whose body is not wanted.
    mutating func skip(at now: NIODeadline) {
        phase = .skipping(until: now + timeouts.body)
    }

    /// Takes a piece of the body; returns why it is not taken further.
    mutating func append(_ part: ByteBuffer) -> RequestBody.Problem? {
        guard case .receiving(var receiving) = phase else { return nil }
        // The body has one owner meanwhile, so that it grows in place.
        phase = .closed
        let problem = receiving.body.append(part)
        phase = .receiving(receiving)
        return problem
    }

    /// Moves an unfinished body out of the buffer of the read; returns its bytes and when it began, `nil` where there is no such body.
    mutating func detachBody() -> (byteCount: Int, start: NIODeadline)? {
        guard case .receiving(var receiving) = phase else { return nil }
        phase = .closed
        receiving.body.detach()
        phase = .receiving(receiving)
        return (receiving.body.count, receiving.start)
    }

    /// A message is complete; reads are held behind one of more than `largeByteCount` bytes.
    mutating func endMessage(largeByteCount: Int, at now: @autoclosure () -> NIODeadline) -> End {
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

    /// A request is answered; the next one may come.
    mutating func finishAnswer(at now: NIODeadline) {
        guard case .answering = phase else { return }
        wait(at: now)
    }

    /// Forgets what the read has brought, since an answer was made of it.
    mutating func settle() {
        read = (false, false)
    }

    /// Waits for the next request.
    ///
    /// Whether its header came in the segment in which this one ended, only the decoder knows; it is asked
    /// when the time for a header is over.
    private mutating func wait(at now: NIODeadline) {
        read.endsRequest = true
        phase = .idle(Idle(end: now + timeouts.idle, headerDeadline: now + timeouts.header))
    }

    /// Serves one request more at most: on a connection that had none yet, whose client may be about to send it, or that is in one.
    mutating func drain(at now: NIODeadline) -> Drain {
        guard case .opening(let until, let isHandshaking, let hasBytes) = phase else { return end() }
        isEnding = true
        let isSilent = !isHandshaking && !hasBytes
        phase = .opening(until: isSilent ? min(until, now + timeouts.linger) : until, isHandshaking: isHandshaking, hasBytes: hasBytes)
        return .nothing
    }

    /// Serves no further request.
    mutating func end() -> Drain {
        isEnding = true
        switch phase {
        case .opening(_, _, hasBytes: false): return .closeGently
        case .idle(let idle) where !idle.hasBytes: return .closeGently
        default: return .nothing
        }
    }

    /// Begins the end: the client may take its answers, and what it still sends is dropped; `false` if it has begun already.
    mutating func linger(at now: NIODeadline) -> Bool {
        if isClosing { return false }
        phase = .lingering(until: now + timeouts.linger, byteCount: 0)
        return true
    }

    /// The connection is gone, or nothing more is done for it.
    mutating func close() {
        phase = .closed
    }

    /// An answer that holds a place was handed to the socket and not taken yet; the client has until then.
    mutating func awaitWriting(_ count: Int, at now: NIODeadline) {
        let until = unwritten.count == 0 ? now + timeouts.write : unwritten.until
        unwritten = count == 0 ? (0, .distantFuture) : (count, until)
    }
}
