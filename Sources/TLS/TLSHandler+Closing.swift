package import NIOCore

extension TLSHandler {
    /// A close that waits until close_notify has left, or until a rejected client has read its alert and ended its side.
    struct PendingClose {
        /// Kept when the channel is closed; `nil` if nobody waits for it.
        let promise: EventLoopPromise<Void>?

        /// The end of the wait.
        var deadline: Scheduled<Void>?

        /// The bytes that a rejected client may still send, which are dropped; `nil` for a wait for close_notify.
        var byteLimit: Int?
    }

    /// The bytes that are dropped behind a handshake whose client was rejected; an ordinary review fits.
    static let lingerByteLimit = 1 << 20

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

    /// Drops bytes behind the end of the session, and ends the wait for a rejected client that sends too many.
    func drop(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        guard let byteLimit = pendingClose?.byteLimit else { return }
        pendingClose?.byteLimit = byteLimit - bytes.readableBytes
        if byteLimit < bytes.readableBytes { finishClose(context: context) }
    }

    /// Ends the wait for a rejected client that has ended its side; `false` if there is no such wait.
    func endLinger(context: ChannelHandlerContext) -> Bool {
        guard pendingClose?.byteLimit != nil else { return false }
        finishClose(context: context)
        return true
    }

    /// Closes without a wait, except for a client that was just rejected.
    func closeFailed(context: ChannelHandlerContext) {
        // Later handlers may have closed already.
        if pendingClose == nil { closeWhole(context: context, promise: nil) }
    }

    private func closeWhole(context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if lingersAtClose { return linger(context: context, promise: promise) }
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

    /// Ends the output and waits for the client to end its side.
    ///
    /// A client of TLS 1.3 sends its request before it knows that its certificate was rejected. A close with unread bytes would reset the
    /// connection, and the client would lose the alert.
    private func linger(context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        lingersAtClose = false
        let deadline = context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) { self.finishClose(context: context) }
        pendingClose = PendingClose(promise: promise, deadline: deadline, byteLimit: Self.lingerByteLimit)
        context.close(mode: .output, promise: nil)
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
