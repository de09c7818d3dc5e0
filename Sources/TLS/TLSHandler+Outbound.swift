package import NIOCore

extension TLSHandler {
    /// Keeps bytes until the next flush.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase != .closed, !isOutputClosed else {
            promise?.fail(isOutputClosed ? ChannelError.outputClosed : ChannelError.ioOnClosedChannel)
            return
        }
        pendingWrites.append(unwrapOutboundIn(data), promise: promise)
    }

    /// Encrypts pending writes on ``TLSRequest/encrypt``; passes other events on.
    package func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is TLSRequest else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if phase == .established { encryptPendingWrites(context: context) }
        promise?.succeed()
    }

    /// Encrypts pending writes, or keeps them until the handshake is complete.
    package func flush(context: ChannelHandlerContext) {
        switch phase {
        case .handshaking: isFlushAwaitingHandshake = true
        case .established: encryptPendingWrites(context: context)
        case .closed: break
        }
        context.flush()
    }

    /// Writes the session's output, which leaves with the next flush.
    func writeOutput(context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        ciphertext.clear(minimumCapacity: session.outputByteCount)
        session.drainOutput(into: &ciphertext, keptByteCount: Self.keptCiphertextByteCount)
        let records = ciphertext
        if ciphertext.capacity > Self.keptCiphertextByteCount { ciphertext = ByteBuffer() }
        context.write(wrapOutboundOut(records), promise: promise)
    }

    private func encryptPendingWrites(context: ChannelHandlerContext) {
        var promise: EventLoopPromise<Void>?
        // Check the phase in each round: keeping a promise may have closed the connection.
        while phase == .established, let chunk = pendingWrites.next() {
            promise = PendingWrites.joining(promise, chunk.promise)
            do {
                try session.send(chunk.bytes)
            } catch {
                promise?.fail(error)
                fail(context: context, error: error)
                return
            }
            if session.outputByteCount >= PendingWrites.chunkByteLimit {
                writeOutput(context: context, promise: promise)
                promise = nil
            }
        }
        if session.outputByteCount > 0 || promise != nil { writeOutput(context: context, promise: promise) }
    }
}
