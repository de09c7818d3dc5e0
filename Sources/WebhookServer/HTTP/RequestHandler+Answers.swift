import NIOCore
import NIOPosix
import TLS

extension RequestHandler {
    /// Answers a request that is complete: at the end of the event loop's turn with the others of it, on another thread if it is large.
    func finish(_ request: Request, context: ChannelHandlerContext) {
        guard let isLarge = body?.isLarge, let bytes = body?.takeBytes() else { return }
        if isResuming, !isLarge {
            return conclude(request, with: request.read(bytes, at: context.eventLoop.now).finish(), context: context)
        }
        phase = .answering
        connection.awaitAnswer(holdingReads: isLarge)
        guard isLarge else { return batch.add(request, body: bytes, of: self, context: context) }
        // Held for the way to the other thread and back.
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        shared.pool.submit { state in
            let answer: HTTPAnswer
            switch state {
            case .active: answer = request.read(bytes, at: eventLoop.now).finish()
            case .cancelled: answer = .overloaded("the server is ending")
            }
            eventLoop.execute {
                let (handler, context) = bound.value
                handler.prepare(answer, to: request, context: context)
                handler.resume(context: context)
            }
        }
    }

    private func conclude(_ request: Request, with answer: HTTPAnswer, context: ChannelHandlerContext) {
        giveBackRequest()
        phase = .idle
        connection.awaitHeader()
        write(answer, request.facts, keepsAlive: request.facts.keepsAlive, context: context)
    }

    /// Writes an answer that was made elsewhere, encrypted already unless more may be written before it is sent.
    func prepare(_ answer: HTTPAnswer, to request: Request, context: ChannelHandlerContext) {
        guard context.channel.isActive else {
            giveBackRequest()
            phase = .closing
            return
        }
        conclude(request, with: answer, context: context)
        if waiting.isEmpty { context.triggerUserOutboundEvent(TLSRequest.encrypt, promise: nil) }
    }

    /// Sends an answer that was made elsewhere, and goes on with what the client sent meanwhile.
    func resume(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        isResuming = true
        serveWaiting(context)
        isResuming = false
        flushIfNeeded(context)
        connection.resume()
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
    /// Reads the body, unless the client would not have waited for the answer.
    func read(_ body: RequestBody.Bytes, at now: NIODeadline) -> AnswerStep {
        if let answerBy, answerBy <= now { return .answer(.tooLate) }
        return switch body {
        case .piece(let buffer): bodyReader(buffer.readableBytesUInt8Span)
        case .gathered(let array): bodyReader(array.span)
        }
    }
}
