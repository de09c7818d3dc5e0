import NIOCore
import NIOHTTP1

extension ConnectionHandler {
    /// Takes the next part of a request, or keeps it until the previous request is answered.
    func receive(_ part: HTTPServerRequestPart) {
        guard let context else { return }
        if mustWait {
            waiting.append(.part(part))
        } else {
            take(part, context: context)
        }
    }

    /// Answers malformed HTTP in its turn; closes the connection after any other error.
    func receive(_ error: any Error) {
        guard let context else { return }
        if mustWait {
            waiting.append(.failure(error))
        } else {
            fail(error, context: context)
        }
    }

    /// Whether parts have to wait for an answer that is being made, for answers that are to be sent first, or for a client that does not
    /// read them.
    private var mustWait: Bool {
        holdsRequests || (!waiting.isEmpty && !isResuming)
    }

    /// Whether no further request is served now.
    var holdsRequests: Bool {
        state.holdsParts || slowReader != nil || unflushedByteCount > Self.answerByteLimit
    }

    /// Handles the end of the client's bytes.
    func endInput() {
        guard let context else { return }
        perform(state.end(), context: context)
    }

    /// Takes a part while no answer is being made.
    ///
    /// The decoder delivers head, body and end in this order; after the last answer they are ignored. The phase is never copied here: a
    /// copy would share the body, and then each piece would copy the whole body.
    func take(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch part {
        case .head(let head):
            if state.isProbing {
                if Self.isProbe(head) { state.receiveProbe() }
            } else if state.awaitsHeader {
                begin(head, context: context)
            }
        case .body(let bytes):
            if let problem = state.append(bytes, isCrowded: shared.load.isCrowded) { refuse(problem, context: context) }
        case .end:
            switch state.endMessage(largeByteCount: shared.limits.largeBodyByteCount, at: context.eventLoop.now) {
            case .nothing: break
            case .closeGently: closeGently(context)
            case .complete(let request, let bytes): complete(request, bytes, context: context)
            }
        }
    }

    /// Refuses the rest of a body.
    private func refuse(_ problem: RequestBody.Problem, context: ChannelHandlerContext) {
        guard let facts = state.receivedFacts else { return }
        forgetBody()
        let answer: HTTPAnswer =
            switch problem {
            case .tooLarge: tooLarge
            case .fragmented: .refusing(.badRequest, "the chunks of the request's body are too small; send it with a Content-Length")
            }
        refuse(answer, facts, closes: true, context: context)
    }

    /// Answers malformed HTTP, and closes the connection.
    func fail(_ error: any Error, context: ChannelHandlerContext) {
        if case .probing = state.phase { return }
        guard let error = error as? HTTPParserError else {
            return state.isClosing ? () : context.close(promise: nil)
        }
        switch state.phase {
        case .lingering, .closed, .answering, .probing: return
        case .skipping: return closeGently(context)
        case .receiving: forgetBody()
        case .opening, .idle: break
        }
        let answer: HTTPAnswer
        switch error {
        case .headerOverflow: answer = .refusing(.headerFieldsTooLarge, "the request's header is too large")
        case .invalidEOFState: answer = .refusing(.badRequest, "the request ends too early")
        default: answer = .refusing(.badRequest, "malformed HTTP request")
        }
        write(answer, nil, keepsAlive: false, holdsPlace: false, context: context)
    }

    /// Refuses a request whose header or body came too late.
    func refuse(_ stall: ConnectionState.Stall, context: ChannelHandlerContext) {
        guard !state.isClosing else { return }
        let facts = state.receivedFacts
        forgetBody()
        let answer: HTTPAnswer =
            switch stall {
            case .header: .refusing(.requestTimeout, "the request's header did not arrive in time")
            case .body: .refusing(.requestTimeout, "the request's body did not arrive in time")
            case .bodyPastTimeout: .tooLate
            }
        write(answer, facts, keepsAlive: false, holdsPlace: false, context: context)
    }

    /// Refuses a request whose body gave way to others; if it is not stalled, so that an API server tries again.
    func giveWay(isStalled: Bool, context: ChannelHandlerContext) {
        // A body that became complete in the meantime was refused when it was counted.
        guard !state.isClosing, let facts = state.receivedFacts else { return }
        forgetBody()
        write(isStalled ? .stalledBody : .bodiesFull, facts, keepsAlive: false, holdsPlace: false, context: context)
    }

    /// Counts the bytes of an unfinished body among those of all connections.
    func countBody(_ context: ChannelHandlerContext) {
        guard let (byteCount, start) = state.detachBody(isCrowded: shared.load.isCrowded), case .receiving(let receiving) = state.phase
        else { return }
        let id = bodyID ?? shared.load.begin(from: PeerAddress(context.channel.remoteAddress), since: start, on: context.channel)
        bodyID = id
        switch shared.load.grow(id, to: byteCount, at: context.eventLoop.now) {
        case .fits(let isExclusive): if isExclusive { entry.beginUse() }
        case .gone: giveWay(isStalled: false, context: context)
        case .full: refuse(.bodiesFull, receiving.request.facts, closes: true, context: context)
        case .exclusiveTaken: refuse(.exclusiveTaken, receiving.request.facts, closes: true, context: context)
        }
    }

    /// Releases the memory of an unfinished body.
    func forgetBody() {
        guard let id = bodyID else { return }
        bodyID = nil
        shared.load.forget(id)
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let facts = RequestFacts(head)
        let (now, limits) = (context.eventLoop.now, shared.limits)
        if let ambiguity = facts.ambiguity {
            return refuse(.refusing(.badRequest, ambiguity), facts, closes: true, context: context)
        }
        // A port without bodies refuses a body first, because it skips none; other ports refuse a wrong path or method first.
        if limits.bodyByteLimit == 0, facts.hasBody { return refuse(tooLarge, facts, closes: true, context: context) }
        switch responder.begin(head, from: { PeerAddress(context.channel.remoteAddress) }, at: now) {
        case .refuse(let answer): refuse(answer, facts, context: context)
        case .accept(_, let answerBy?, _) where answerBy <= now: refuse(.tooLate, facts, context: context)
        case .accept(let bodyReader, let answerBy, let takesPlace):
            if let announced = facts.announcedByteCount, announced > limits.bodyByteLimit {
                return refuse(tooLarge, facts, closes: true, context: context)
            }
            let request = ConnectionState.Request(bodyReader: bodyReader, facts: facts, answerBy: answerBy, takesPlace: takesPlace)
            let body = RequestBody(announcedByteCount: facts.announcedByteCount, byteLimit: limits.bodyByteLimit)
            state.receive(request, body: body, at: now)
            if facts.expectsContinue, facts.hasBody { sendContinue(context) }
        }
    }

    /// Answers before the body is read; skips a short body, closes the connection instead of a long one.
    private func refuse(_ answer: HTTPAnswer, _ facts: RequestFacts, closes: Bool = false, context: ChannelHandlerContext) {
        state.skip(at: context.eventLoop.now)
        bodyID = nil
        let keepsAlive = !closes && facts.keepsAlive && facts.canBeReadPast
        write(answer, facts, keepsAlive: keepsAlive, holdsPlace: false, context: context)
    }

    private func sendContinue(_ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 32)
        buffer.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private var tooLarge: HTTPAnswer {
        .refusing(.contentTooLarge, "the request's body is larger than \(shared.limits.bodyByteLimit) bytes")
    }
}

extension HTTPAnswer {
    /// The client's timeout is over.
    static var tooLate: Self { .overloaded("no answer was possible within the request's timeout") }
    /// Other bodies leave no room.
    static var bodiesFull: Self { .overloaded("too many request bodies in memory") }
    /// Another body of this size is received or decided.
    static var exclusiveTaken: Self { .overloaded("another large request is received or decided") }
    /// Nothing of the body arrives, and other bodies need its memory.
    static var stalledBody: Self {
        .refusing(.requestTimeout, "the request's body arrived too slowly, and its memory was needed for others")
    }
}
