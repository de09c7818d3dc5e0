import NIOCore

/// A request whose answer waits for what another thread brings.
struct AnswerWait {
    /// The request.
    let request: ConnectionState.Request
    /// The answer.
    let answer: any WaitingAnswer
    /// Ends the wait when its time is over.
    let timer: Scheduled<Void>
}

/// Waits that hold no thread.
///
/// A request that waits keeps its place and its memory, and nothing more is read behind it.
extension ConnectionHandler {
    /// Sends an answer that was made elsewhere, or begins to wait for it.
    func take(_ answer: FinishedAnswer, to request: ConnectionState.Request, context: ChannelHandlerContext) {
        switch answer {
        case .answer(let answer): prepare(answer, to: request, context: context)
        case .wait(let answer): wait(for: answer, to: request, context: context)
        }
        resume(context: context)
    }

    /// Waits until the answer is woken, but not longer than its client.
    func wait(for answer: any WaitingAnswer, to request: ConnectionState.Request, context: ChannelHandlerContext) {
        guard context.channel.isActive else { return release(request) }
        state.holdReads()
        let eventLoop = context.eventLoop
        let deadline = min(eventLoop.now + answer.limit, request.answerBy ?? .distantFuture)
        let timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.goOn(with: answer, mayWait: false) }
        currentWait = AnswerWait(request: request, answer: answer, timer: timer)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let hasRoom = answer.begin { eventLoop.execute { bound.value.goOn(with: answer, mayWait: true) } }
        // Not in this turn, in which the handler may be serving what waits behind an earlier request.
        if !hasRoom { eventLoop.assumeIsolated().execute { self.goOn(with: answer, mayWait: false) } }
    }

    /// Gives up the wait of a client that is gone.
    func endWait() {
        guard let wait = currentWait else { return }
        currentWait = nil
        wait.timer.cancel()
        wait.answer.cancel()
        release(wait.request)
    }

    private func goOn(with answer: any WaitingAnswer, mayWait: Bool) {
        // Woken and out of time in one turn, or the connection was lost.
        guard let wait = currentWait, wait.answer === answer, let context else { return }
        currentWait = nil
        wait.timer.cancel()
        take(answer.resume(mayWait: mayWait).finish(), to: wait.request, context: context)
    }
}
