import NIOCore
import NIOHTTP1

extension RequestHandler {
    /// Takes the next part of a request while no answer is being made.
    func receive(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch (part, phase) {
        case (.head(let head), .idle): begin(head, context: context)
        case (.body(let bytes), .body(let request)): extend(request, with: bytes, context: context)
        case (.end, .body(let request)): finish(request, context: context)
        case (.end, .readingPast):
            phase = .idle
            connection.awaitHeader()
            if closesAfterAnswer { end(context) }
        // The decoder delivers head, body, end in this order; after the last answer nothing counts.
        case (_, .idle), (_, .readingPast), (_, .body), (_, .answering), (_, .closing): break
        }
    }

    /// Refuses a request whose header or body did not come in time.
    func refuseStalled(_ context: ChannelHandlerContext) {
        switch phase {
        case .body(let request):
            let isLate = request.answerBy.map { $0 <= context.eventLoop.now } ?? false
            giveBackRequest()
            let answer: HTTPAnswer = isLate ? .tooLate : .refusing(.requestTimeout, "the request's body did not arrive in time")
            write(answer, request.facts, keepsAlive: false, context: context)
        case .idle:
            write(.refusing(.requestTimeout, "the request's header did not arrive in time"), nil, keepsAlive: false, context: context)
        case .readingPast:
            phase = .closing
            closeGently(context)
        case .answering, .closing: break
        }
    }

    /// Serves one request more at most: on a connection that had none yet, whose client may be about to send it, or that is in one.
    func drain(_ context: ChannelHandlerContext) {
        guard hasAnswered else {
            closesAfterAnswer = true
            return connection.shortenIdleTime()
        }
        end(context)
    }

    /// Serves no further request.
    func end(_ context: ChannelHandlerContext) {
        closesAfterAnswer = true
        guard case .idle = phase, !connection.hasBegunHeader else { return }
        phase = .closing
        closeGently(context)
    }

    /// Answers bytes that are no request, and closes.
    func fail(_ error: any Error, context: ChannelHandlerContext) {
        guard let error = error as? HTTPParserError else {
            if case .closing = phase { return }
            return context.close(promise: nil)
        }
        switch phase {
        case .closing, .answering: return
        case .readingPast:
            phase = .closing
            return closeGently(context)
        case .body: giveBackRequest()
        case .idle: break
        }
        let answer: HTTPAnswer
        switch error {
        case .headerOverflow: answer = .refusing(.headerFieldsTooLarge, "the request's header is too large")
        case .invalidEOFState: answer = .refusing(.badRequest, "the request ends too early")
        default: answer = .refusing(.badRequest, "malformed HTTP request")
        }
        write(answer, nil, keepsAlive: false, context: context)
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let facts = RequestFacts(head)
        let now = context.eventLoop.now
        switch responder.begin(head, at: now) {
        case .refuse(let answer): refuse(answer, facts, context: context)
        case .accept(_, let answerBy?) where answerBy <= now: refuse(.tooLate, facts, context: context)
        case .accept(let bodyReader, let answerBy):
            if let announced = facts.announcedByteCount, announced > shared.limits.bodyByteLimit {
                return refuse(tooLarge, facts, context: context)
            }
            guard shared.load.beginRequest() else { return refuse(.overloaded("too many requests in flight"), facts, context: context) }
            do throws(RequestBody.Refusal) {
                body = try RequestBody(announcedByteCount: facts.announcedByteCount, limits: shared.limits, gauge: shared.load)
                phase = .body(Request(bodyReader: bodyReader, facts: facts, answerBy: answerBy))
                connection.awaitBody(until: min(connection.bodyDeadline(at: now), answerBy ?? .distantFuture))
                if facts.expectsContinue, facts.hasBody { sendContinue(context) }
            } catch {
                shared.load.endRequest()
                refuse(answer(to: error), facts, context: context)
            }
        }
    }

    private func extend(_ request: Request, with bytes: ByteBuffer, context: ChannelHandlerContext) {
        do throws(RequestBody.Refusal) {
            try body?.append(bytes, gauge: shared.load)
        } catch {
            giveBackRequest()
            refuse(answer(to: error), request.facts, context: context)
        }
    }

    /// Answers before the body is read; reads past a short one, closes instead of a long one.
    private func refuse(_ answer: HTTPAnswer, _ facts: RequestFacts, context: ChannelHandlerContext) {
        phase = .readingPast
        connection.awaitBody(until: connection.bodyDeadline(at: context.eventLoop.now))
        write(answer, facts, keepsAlive: facts.keepsAlive && facts.canBeReadPast, context: context)
    }

    private func sendContinue(_ context: ChannelHandlerContext) {
        var buffer = context.channel.allocator.buffer(capacity: 32)
        buffer.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func answer(to refusal: RequestBody.Refusal) -> HTTPAnswer {
        switch refusal {
        case .tooLarge: tooLarge
        case .overBudget: .overloaded("too many request bodies in memory")
        case .fragmented: .refusing(.badRequest, "the chunks of the request's body are too small: send it with a Content-Length")
        }
    }

    private var tooLarge: HTTPAnswer {
        .refusing(.contentTooLarge, "the request's body is larger than \(shared.limits.bodyByteLimit) bytes")
    }
}

extension HTTPAnswer {
    /// Says that the client would not have waited for the answer.
    static var tooLate: Self { .overloaded("no answer could be given within the request's timeout") }
}
