package import NIOCore

extension TLSServerHandler {
    /// Keeps the bytes until the next flush.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase != .closed, !isOutputClosed else {
            promise?.fail(isOutputClosed ? ChannelError.outputClosed : ChannelError.ioOnClosedChannel)
            return
        }
        pendingWrites.append(unwrapOutboundIn(data), promise: promise)
    }

    /// Encrypts what was written, when it is asked to; passes on what is asked of others.
    package func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is TLSRequest else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if phase == .established { encryptPendingWrites(context: context) }
        promise?.succeed()
    }

    /// Encrypts what was written, or leaves it until the handshake is complete.
    package func flush(context: ChannelHandlerContext) {
        switch phase {
        case .handshaking: isFlushAwaitingHandshake = true
        case .established: encryptPendingWrites(context: context)
        case .closed: break
        }
        context.flush()
    }

    /// Hands the session's output to the network's next flush.
    func writeOutput(context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        ciphertext.clear(minimumCapacity: session.outputByteCount)
        session.drainOutput(into: &ciphertext, keptByteCount: Self.keptCiphertextByteCount)
        let records = ciphertext
        if ciphertext.capacity > Self.keptCiphertextByteCount { ciphertext = ByteBuffer() }
        context.write(wrapOutboundOut(records), promise: promise)
    }

    private func encryptPendingWrites(context: ChannelHandlerContext) {
        var promise: EventLoopPromise<Void>?
        // Each round asks again: keeping a promise may have closed the connection.
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
