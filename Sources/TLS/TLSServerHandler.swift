package import NIOCore

/// The server's end of TLS in a channel's pipeline: decrypts what is read, encrypts what is written.
///
/// A class because NIO's handlers are; it owns one connection's session and stays on its event loop.
///
/// Inbound it fires ``TLSUserEvent``, then the decrypted bytes: short reads before a `channelReadComplete` as one buffer, long ones as they
/// come. When the client sends close_notify or ends the TCP stream, it fires `ChannelEvent.inputClosed` if the channel allows remote half
/// closure (the handlers after it answer what they owe and close), and closes the channel otherwise. A failure sends its alert, is caught
/// as ``TLSError``, and closes the channel.
///
/// Outbound, all that was written before a flush goes out in as few records as it fits, in one write. `close` sends close_notify after
/// what was flushed and waits for the socket to take it, a few seconds at most; a second `close` does not wait.
/// While the channel is not writable it does not read, so a client that never reads can't make it hold more and more.
package final class TLSServerHandler: ChannelDuplexHandler {
    /// Records as they come from the network.
    package typealias InboundIn = ByteBuffer
    /// Decrypted bytes.
    package typealias InboundOut = ByteBuffer
    /// Bytes to be encrypted.
    package typealias OutboundIn = ByteBuffer
    /// Records as they go to the network.
    package typealias OutboundOut = ByteBuffer

    /// How far the connection is.
    enum Phase {
        /// Nothing but the handshake is carried yet.
        case handshaking

        /// Bytes are carried.
        case established

        /// Nothing is carried any more, though the channel may still be closing.
        case closed
    }

    /// What a client may send until its handshake is complete, in bytes.
    ///
    /// Clients of today need less than 20 KiB. libssl bounds each message, but a message may come in records of one byte each.
    static let handshakeByteLimit = 1 << 16

    /// The size up to which decrypted bytes wait for those of the next read, and their buffer is kept, in bytes: an AdmissionReview of usual
    /// size fits.
    static let keptPlaintextByteCount = 1 << 14

    /// The size up to which a buffer is kept for the next write, in bytes: an answer of usual size fits.
    static let keptCiphertextByteCount = 1 << 12

    /// How long a close waits for a client to take what was sent, when nobody says otherwise.
    package static let defaultCloseTimeout = TimeAmount.seconds(5)

    /// How long a close waits for the client to take what was sent.
    let closeTimeout: TimeAmount
    /// The close that waits.
    var pendingClose: PendingClose?
    /// The connection's state in libssl.
    let session: TLSSession
    /// How far the connection is.
    var phase = Phase.handshaking
    /// Whether close_notify was sent.
    var isOutputClosed = false
    /// Whether a flush waits for the handshake.
    var isFlushAwaitingHandshake = false
    /// What was written since the last flush.
    var pendingWrites = PendingWrites()
    /// The buffer of the last write, for the next one.
    var ciphertext = ByteBuffer()

    private var isInputClosed = false
    private var plaintext = ByteBuffer()
    private var handshakeByteCount = 0
    /// Looks at the handshake's messages in clear; `nil` when no more come.
    private var scanner: HandshakeScanner? = HandshakeScanner()
    /// A read was asked for and nothing decrypted was delivered since.
    private var isReadUnanswered = false
    /// A read was asked for and waits for the channel to be writable.
    private var isReadHeld = false

    /// Starts a connection with the given certificate and settings.
    package init(context: TLSContext, closeTimeout: TimeAmount = TLSServerHandler.defaultCloseTimeout) throws(TLSError) {
        self.closeTimeout = closeTimeout
        session = try context.makeSession()
    }

    /// Decrypts what came, and goes on with the handshake while there is one.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .closed, !isInputClosed else { return }
        let records = unwrapInboundIn(data)
        if phase == .handshaking, !acceptsHandshake(records) { return limitHandshake(context: context) }
        let received = session.receive(records, into: &plaintext)
        if session.outputByteCount > 0 {
            writeOutput(context: context, promise: nil)
            context.flush()
        }
        if received.completesHandshake { completeHandshake(context: context) }
        switch received.input {
        case .open:
            if plaintext.readableBytes >= Self.keptPlaintextByteCount { deliver(context: context) }
        case .closed:
            deliver(context: context)
            receiveEnd(context: context)
        case .failed(let error):
            deliver(context: context)
            fail(context: context, error: error)
        }
    }

    /// Passes on what the reads since the last one decrypted.
    package func channelReadComplete(context: ChannelHandlerContext) {
        deliver(context: context)
        context.fireChannelReadComplete()
        // Half a record, or a step of the handshake, does not answer who asked for a read.
        if isReadUnanswered, phase != .closed { requestRead(context: context) }
    }

    /// Notices the end of the TCP stream, with or without close_notify before it.
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case ChannelEvent.inputClosed = event else {
            context.fireUserInboundEventTriggered(event)
            return
        }
        switch phase {
        case .handshaking: abandonHandshake(context: context)
        case .established where isInputClosed: break
        case .established:
            isInputClosed = true
            deliver(context: context)
            context.fireUserInboundEventTriggered(event)
        case .closed: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Lets go of what waits for a connection that is gone.
    package func channelInactive(context: ChannelHandlerContext) {
        deliver(context: context)
        if phase == .handshaking, handshakeByteCount > 0 { context.fireErrorCaught(TLSError.closedDuringHandshake) }
        phase = .closed
        pendingWrites.failAll(ChannelError.ioOnClosedChannel)
        abandonPendingClose()
        context.fireChannelInactive()
    }

    /// Lets go of what waits for a handler that is gone.
    package func handlerRemoved(context: ChannelHandlerContext) {
        phase = .closed
        pendingWrites.failAll(ChannelError.ioOnClosedChannel)
        abandonPendingClose()
    }

    /// Reads on, unless the client has to take what was sent before.
    package func read(context: ChannelHandlerContext) {
        isReadUnanswered = true
        requestRead(context: context)
    }

    /// Makes up for a read that was held.
    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isReadHeld { requestRead(context: context) }
        context.fireChannelWritabilityChanged()
    }

    /// Ends a connection that can't go on; the alert was sent before.
    func fail(context: ChannelHandlerContext, error: TLSError) {
        guard phase != .closed else { return }
        phase = .closed
        pendingWrites.failAll(error)
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    private func requestRead(context: ChannelHandlerContext) {
        isReadHeld = !context.channel.isWritable
        if !isReadHeld { context.read() }
    }

    private func completeHandshake(context: ChannelHandlerContext) {
        phase = .established
        context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: session.negotiatedProtocol))
        guard isFlushAwaitingHandshake else { return }
        isFlushAwaitingHandshake = false
        flush(context: context)
    }

    /// Whether the handshake is short enough so far.
    private func acceptsHandshake(_ records: ByteBuffer) -> Bool {
        handshakeByteCount += records.readableBytes
        // In TLS 1.2 the client's second flight may be encrypted without saying so, and libssl allows its messages far less.
        if session.hasNegotiatedTLS12 { scanner = nil }
        return handshakeByteCount <= Self.handshakeByteLimit && scanner?.accepts(records.readableBytesUInt8Span) ?? true
    }

    private func limitHandshake(context: ChannelHandlerContext) {
        fail(context: context, error: .handshakeTooLong(byteLimit: Self.handshakeByteLimit))
    }

    /// A client that left before it said anything was a probe, not a failure.
    private func abandonHandshake(context: ChannelHandlerContext) {
        guard handshakeByteCount == 0 else { return fail(context: context, error: .closedDuringHandshake) }
        close(context: context, mode: .all, promise: nil)
    }

    private func receiveEnd(context: ChannelHandlerContext) {
        guard phase == .established else { return }
        isInputClosed = true
        guard (try? context.channel.syncOptions?.getOption(.allowRemoteHalfClosure)) == true else {
            return close(context: context, mode: .all, promise: nil)
        }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    private func deliver(context: ChannelHandlerContext) {
        guard phase == .established, plaintext.readableBytes > 0 else { return }
        isReadUnanswered = false
        let bytes = plaintext
        // What is delivered counts as read; the next record reuses the memory if nobody else kept it.
        plaintext.moveReaderIndex(to: plaintext.writerIndex)
        if plaintext.capacity > Self.keptPlaintextByteCount { plaintext = ByteBuffer() }
        context.fireChannelRead(wrapInboundOut(bytes))
    }
}

/// What a ``TLSServerHandler`` tells the handlers after it, as a user inbound event.
package enum TLSUserEvent: Equatable, Sendable {
    /// The handshake is complete: what is read from here on was decrypted, what is written is encrypted.
    ///
    /// `negotiatedProtocol` is `http/1.1`, or `nil` when the client named no protocol.
    case handshakeCompleted(negotiatedProtocol: String?)
}

/// What a ``TLSServerHandler`` is asked by the handlers after it, as a user outbound event.
package enum TLSRequest: Equatable, Sendable {
    /// Encrypt what was written and not flushed yet, so that a later flush has only to send it.
    ///
    /// Whoever has written on several connections so encrypts for all of them before the first of them sends. During the handshake it
    /// does nothing; the flush encrypts.
    case encrypt
}
