package import NIOCore

extension TLSHandler {
    /// A close that waits until close_notify has left.
    struct PendingClose {
        /// Kept when the channel is closed; `nil` if nobody waits for it.
        let promise: EventLoopPromise<Void>?

        /// The end of the wait.
        var deadline: Scheduled<Void>?
    }

    /// Sends close_notify, then closes.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        switch mode {
        case .input: context.close(mode: .input, promise: promise)
        case .output where phase == .established:
            sendCloseNotify(context: context, promise: nil)
            pendingWrites.failAll(ChannelError.outputClosed)
            context.close(mode: .output, promise: promise)
        case .output, .all: closeWhole(context: context, promise: promise)
        }
    }

    /// Completes a waiting close of a channel that is gone.
    func abandonPendingClose() {
        guard let pendingClose else { return }
        self.pendingClose = nil
        pendingClose.deadline?.cancel()
        pendingClose.promise?.succeed()
    }

    private func closeWhole(context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        let saysGoodbye = phase == .established && !isOutputClosed
        phase = .closed
        pendingWrites.failAll(ChannelError.ioOnClosedChannel)
        guard saysGoodbye else {
            // The first close waits for the client to read; the second does not.
            context.close(mode: .all, promise: promise)
            return
        }
        pendingClose = PendingClose(promise: promise)
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { _ in self.finishClose(context: context) }
        sendCloseNotify(context: context, promise: sent)
        guard pendingClose != nil else { return }
        pendingClose?.deadline = context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) { self.finishClose(context: context) }
    }

    private func finishClose(context: ChannelHandlerContext) {
        guard let pendingClose else { return }
        self.pendingClose = nil
        pendingClose.deadline?.cancel()
        context.close(mode: .all, promise: pendingClose.promise)
    }

    private func sendCloseNotify(context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard !isOutputClosed else { return }
        isOutputClosed = true
        session.sendCloseNotify()
        writeOutput(context: context, promise: promise)
        context.flush()
    }
}
