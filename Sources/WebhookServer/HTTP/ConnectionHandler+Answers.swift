import NIOCore
import NIOPosix
import TLS

extension ConnectionHandler {
    /// Answers a complete request: at the end of the event loop's turn together with others, or on another thread if it is large.
    func complete(_ request: ConnectionState.Request, _ bytes: RequestBody.Bytes, context: ChannelHandlerContext) {
        let id = bodyID
        bodyID = nil
        let admission = shared.load.admit(id, byteCount: bytes.count, takesPlace: request.takesPlace, at: context.eventLoop.now)
        guard case .admitted(let hold) = admission else { return turnAway(request, admission, context: context) }
        self.hold = hold
        entry.beginUse()
        let isLarge = bytes.count > shared.limits.largeBodyByteCount
        if isResuming, !isLarge {
            switch request.read(bytes, at: context.eventLoop.now).finish() {
            case .answer(let answer): return conclude(request, with: answer, context: context)
            case .wait(let answer): return wait(for: answer, to: request, context: context)
            }
        }
        guard isLarge else { return batch.add(request, body: bytes, of: self, context: context) }
        // Both are only used on the event loop, after the other thread is done.
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        shared.pool.submit { state in
            let answer: FinishedAnswer
            switch state {
            case .active: answer = request.read(bytes, at: eventLoop.now).finish()
            case .cancelled: answer = .answer(.overloaded("the server is shutting down"))
            }
            eventLoop.execute {
                let (handler, context) = bound.value
                handler.take(answer, to: request, context: context)
            }
        }
    }

    /// Answers a complete request that can't be decided now.
    private func turnAway(_ request: ConnectionState.Request, _ admission: LoadGauge.Admission, context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        entry.endUse(at: now)
        state.finishAnswer(at: now)
        switch admission {
        case .admitted: break
        case .tooMany: write(.overloaded("too many requests in flight"), for: request, context: context)
        case .full: write(.bodiesFull, for: request, context: context)
        case .exclusiveTaken: write(.exclusiveTaken, for: request, context: context)
        case .gone: write(.bodiesFull, request.facts, keepsAlive: false, holdsPlace: false, context: context)
        }
    }

    private func write(_ answer: HTTPAnswer, for request: ConnectionState.Request, context: ChannelHandlerContext) {
        write(answer, request.facts, keepsAlive: request.facts.keepsAlive, holdsPlace: false, context: context)
    }

    private func conclude(_ request: ConnectionState.Request, with answer: HTTPAnswer, context: ChannelHandlerContext) {
        releaseHold()
        let now = context.eventLoop.now
        entry.endUse(at: now)
        state.finishAnswer(at: now)
        write(answer, request.facts, keepsAlive: request.facts.keepsAlive, holdsPlace: request.takesPlace, context: context)
    }

    /// Releases the memory of the current request.
    func releaseHold() {
        guard let hold else { return }
        self.hold = nil
        shared.load.release(hold)
    }

    /// Writes an answer that was made elsewhere; encrypts it at once unless more may be written before it is sent.
    func prepare(_ answer: HTTPAnswer, to request: ConnectionState.Request, context: ChannelHandlerContext) {
        guard context.channel.isActive else { return release(request) }
        conclude(request, with: answer, context: context)
        if waiting.isEmpty { context.triggerUserOutboundEvent(TLSRequest.encrypt, promise: nil) }
    }

    /// Releases what a request holds whose answer nobody will read.
    func release(_ request: ConnectionState.Request) {
        releaseHold()
        if request.takesPlace { shared.load.releasePlaces(1) }
        state.close()
    }

    /// Sends an answer that was made elsewhere, and continues with what the client sent in the meantime.
    func resume(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        serveWaiting(context)
        flushIfNeeded(context)
        resumeLater(context)
        state.settle()
        setTimer(context)
        resumeReading(context)
    }

    /// Serves what waits only for answers to be sent, in another turn: a client with many requests must not keep others waiting.
    func resumeLater(_ context: ChannelHandlerContext) {
        guard !waiting.isEmpty, !holdsRequests else { return }
        context.eventLoop.assumeIsolated().execute { self.resume(context: context) }
    }

    private func serveWaiting(_ context: ChannelHandlerContext) {
        guard !waiting.isEmpty else { return }
        isResuming = true
        var next = 0
        // A client that does not read its answers gets no more of them.
        while next < waiting.count, !holdsRequests {
            let item = waiting[next]
            next += 1
            switch item {
            case .part(let part): take(part, context: context)
            case .failure(let error): fail(error, context: context)
            case .tooFarAhead: closeGently(context)
            }
        }
        waiting.removeFirst(next)
        isResuming = false
    }

    /// Writes an answer, and closes the connection after it unless it stays open.
    func write(_ answer: HTTPAnswer, _ facts: RequestFacts?, keepsAlive: Bool, holdsPlace: Bool, context: ChannelHandlerContext) {
        let (answer, room) = holdRoom(for: answer, context: context)
        shared.answers.count(answer.status)
        let keepsAlive = keepsAlive && !state.isEnding && !shared.isDraining
        let field: HTTPAnswer.ConnectionField = !keepsAlive ? .close : facts?.isHTTP10 == true ? .keepAlive : .unsaid
        var buffer = context.channel.allocator.buffer(capacity: 192 + answer.body.count)
        answer.encode(into: &buffer, connection: field, omitsBody: facts?.omitsBody ?? false)
        // A HEAD takes the work of the body that it leaves out.
        unflushedByteCount += max(buffer.readableBytes, answer.body.count)
        context.write(wrapOutboundOut(buffer), promise: delivery(holdsPlace: holdsPlace, room: room, context: context))
        if !keepsAlive { closeGently(context) }
    }

    /// The promise that is kept when the answer is in the socket or the connection is gone.
    private func delivery(holdsPlace: Bool, room: LoadGauge.Hold?, context: ChannelHandlerContext) -> EventLoopPromise<Void> {
        let delivery = context.eventLoop.makePromise(of: Void.self)
        unwritten.count += 1
        if holdsPlace { unwritten.placeCount += 1 }
        delivery.futureResult.assumeIsolated().whenComplete { _ in self.answerIsWritten(holdsPlace: holdsPlace) }
        if let room {
            let load = shared.load
            delivery.futureResult.whenComplete { _ in load.release(room) }
        }
        return delivery
    }

    /// Releases the places of all answers that the client will never read.
    func releaseUnwritten() {
        shared.load.releasePlaces(unwritten.placeCount - (slowReader?.placeCount ?? 0))
        if let slowReader { shared.load.endSlowReader(slowReader.id) }
        (unwritten, slowReader) = ((0, 0), nil)
    }

    private func answerIsWritten(holdsPlace: Bool) {
        // The connection may be gone, with all places released.
        guard unwritten.count > 0 else { return }
        unwritten.count -= 1
        if holdsPlace { unwritten.placeCount -= 1 }
        guard var reader = slowReader else { return holdsPlace ? shared.load.releasePlaces(1) : () }
        // Answers leave in order, so the first ones are those that made the client slow.
        if holdsPlace, reader.placeCount > 0 {
            shared.load.releasePlace(ofSlowReader: reader.id)
            reader.placeCount -= 1
        } else if holdsPlace {
            shared.load.releasePlaces(1)
        }
        reader.answerCount -= 1
        slowReader = reader.answerCount > 0 ? reader : nil
        guard slowReader == nil else { return }
        shared.load.endSlowReader(reader.id)
        guard let context, context.channel.isActive else { return }
        if unwritten.count > 0 { return noteUnwritten(context) }
        state.awaitWriting(0, at: .distantFuture)
        context.eventLoop.assumeIsolated().execute { self.resume(context: context) }
    }

    /// Notes that the socket did not take all answers: the client has limited time to read them, and reading from it waits.
    ///
    /// An answer to a request that came before can be written after that. If it is the first that holds a place, the place counts as held
    /// since the client became slow.
    func noteUnwritten(_ context: ChannelHandlerContext) {
        let places = unwritten.placeCount
        guard unwritten.count > 0, slowReader.map({ $0.placeCount == 0 && places > 0 }) ?? true else { return }
        // Places that others cannot take stay with the answers, and are released with them.
        if let slowReader, !shared.load.setPlaces(places, ofSlowReader: slowReader.id) { return }
        let now = context.eventLoop.now
        state.awaitWriting(unwritten.count, at: now)
        let id = slowReader?.id ?? shared.load.beginSlowReader(places: places, since: now, on: context.channel)
        slowReader = SlowReader(id: id, answerCount: unwritten.count, placeCount: places)
    }

    /// Counts a large answer as held until the client has read it; without room, the client gets a 503.
    ///
    /// Answers of the webhook are never that large.
    private func holdRoom(for answer: HTTPAnswer, context: ChannelHandlerContext) -> (HTTPAnswer, LoadGauge.Hold?) {
        let byteCount = answer.body.count
        guard byteCount > shared.limits.largeBodyByteCount else { return (answer, nil) }
        guard let room = shared.load.hold(byteCount, at: context.eventLoop.now) else {
            return (.overloaded("too many large answers in memory"), nil)
        }
        return (answer, room)
    }
}

extension ConnectionState.Request {
    /// Reads the body, unless the client's timeout is already over.
    func read(_ body: RequestBody.Bytes, at now: NIODeadline) -> AnswerStep {
        if let answerBy, answerBy <= now { return .answer(.tooLate) }
        return switch body {
        case .piece(let buffer): bodyReader(buffer.readableBytesUInt8Span)
        case .gathered(let array): bodyReader(array.span)
        }
    }
}
