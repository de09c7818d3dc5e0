import NIOCore
import NIOPosix

extension RequestHandler {
    /// Answers a request that is complete: at the end of the event loop's turn with the others of it, on another thread if it is large.
    func finish(_ request: Request, context: ChannelHandlerContext) {
        guard let body else { return }
        if isResuming, !body.isLarge {
            return conclude(request, with: request.answer(body: body.bytes, at: context.eventLoop.now), context: context)
        }
        phase = .answering
        connection.awaitAnswer(holdingReads: body.isLarge)
        guard body.isLarge else { return batch.add(request, body: body.bytes, of: self, context: context) }
        // Held for the way to the other thread and back.
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let (eventLoop, bytes) = (context.eventLoop, body.bytes)
        shared.pool.submit { state in
            let answer: HTTPAnswer
            switch state {
            case .active: answer = request.answer(body: bytes, at: eventLoop.now)
            case .cancelled: answer = .overloaded("the server is ending")
            }
            eventLoop.execute { bound.value.handler.resume(request, with: answer, context: bound.value.context) }
        }
    }

    private func conclude(_ request: Request, with answer: HTTPAnswer, context: ChannelHandlerContext) {
        giveBackRequest()
        phase = .idle
        connection.awaitHeader()
        write(answer, request.facts, keepsAlive: request.facts.keepsAlive, context: context)
    }

    /// Goes on after an answer that was made elsewhere, with what the client sent meanwhile.
    func resume(_ request: Request, with answer: HTTPAnswer, context: ChannelHandlerContext) {
        guard context.channel.isActive else {
            giveBackRequest()
            phase = .closing
            return
        }
        conclude(request, with: answer, context: context)
        isResuming = true
        serveWaiting(context)
        isResuming = false
        flushIfNeeded(context)
        connection.resume(context: context)
    }

    private func serveWaiting(_ context: ChannelHandlerContext) {
        while let next = waiting.popFirst() {
            switch next {
            case .part(let part): receive(part, context: context)
            case .failure(let error): fail(error, context: context)
            }
            if case .answering = phase { return }
        }
    }
}

extension RequestHandler {
    /// Counts a large answer among what is held until the client has taken it; when there is no room, it is told to come again.
    ///
    /// Answers of the webhook are never that large.
    func reserveRoom(for answer: HTTPAnswer, context: ChannelHandlerContext) -> (HTTPAnswer, EventLoopPromise<Void>?) {
        let byteCount = answer.body.count
        guard byteCount > shared.limits.largeBodyByteCount else { return (answer, nil) }
        let load = shared.load
        guard load.reserve(byteCount, isLarge: true) else { return (.overloaded("too many large answers in memory"), nil) }
        let delivery = context.eventLoop.makePromise(of: Void.self)
        delivery.futureResult.whenComplete { _ in load.release(byteCount) }
        return (answer, delivery)
    }
}

extension RequestHandler.Request {
    /// Answers the body, unless the client would not have waited for the answer.
    func answer(body: ByteBuffer, at now: NIODeadline) -> HTTPAnswer {
        if let answerBy, answerBy <= now { return .tooLate }
        return bodyAnswer(body.readableBytesUInt8Span)
    }
}
