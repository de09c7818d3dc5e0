package import NIOCore

/// TLS in a channel's pipeline, for a server or a client: decrypts reads and encrypts writes.
///
/// A class because NIO's handlers are; it owns one connection's session and stays on its event loop.
///
/// Inbound it fires ``TLSUserEvent``, then the decrypted bytes: short reads before a `channelReadComplete` as one buffer, long reads as
/// they arrive. If the peer sends close_notify or ends the TCP stream, it fires `ChannelEvent.inputClosed` if the channel allows remote
/// half closure (the later handlers answer and close), and closes the channel otherwise. A failure sends its alert, is fired as
/// ``TLSError``, and closes the channel. A client whose certificate is rejected gets time to read the alert: what it still sends is dropped
/// until it ends its side, for a limited time and number of bytes.
///
/// Outbound, all writes before a flush leave in one write with as few records as possible. `close` sends close_notify after the flushed
/// bytes and waits a few seconds at most for the socket to take it; a second `close` does not wait. While the channel is not writable
/// nothing is read, so that a peer that never reads can't fill the memory.
package final class TLSHandler: ChannelDuplexHandler {
    /// Records as they come from the network.
    package typealias InboundIn = ByteBuffer
    /// Decrypted bytes.
    package typealias InboundOut = ByteBuffer
    /// Bytes to be encrypted.
    package typealias OutboundIn = ByteBuffer
    /// Records as they go to the network.
    package typealias OutboundOut = ByteBuffer

    /// The phase of the connection.
    enum Phase {
        /// Only the handshake is carried.
        case handshaking

        /// Application bytes are carried.
        case established

        /// Nothing is carried any more; the channel may still be closing.
        case closed
    }

    /// The most bytes that a peer may send before the handshake is complete.
    ///
    /// Today's clients and servers need less than 20 KiB. libssl bounds each message, but a message can arrive in records of one byte.
    static let handshakeByteLimit = 1 << 16

    /// The size in bytes up to which decrypted bytes wait for the next read and their buffer is kept; an ordinary AdmissionReview fits.
    static let keptPlaintextByteCount = 1 << 14

    /// The size in bytes up to which a buffer is kept for the next write; an ordinary answer fits.
    static let keptCiphertextByteCount = 1 << 12

    /// The default of ``closeTimeout``.
    package static let defaultCloseTimeout = TimeAmount.seconds(5)

    /// How long a close waits for the peer to read.
    let closeTimeout: TimeAmount
    /// The waiting close.
    var pendingClose: PendingClose?
    /// Whether the next close waits for a client that was just rejected.
    var lingersAtClose = false
    /// The connection's state in libssl.
    let session: TLSSession
    /// The phase of the connection.
    var phase = Phase.handshaking
    /// Whether close_notify was sent.
    var isOutputClosed = false
    /// Whether a flush waits for the handshake.
    var isFlushAwaitingHandshake = false
    /// The writes since the last flush.
    var pendingWrites = PendingWrites()
    /// The buffer of the last write, kept for the next one.
    var ciphertext = ByteBuffer()

    private var isInputClosed = false
    private var plaintext = ByteBuffer()
    private var handshakeByteCount = 0
    /// Whether the first message of a client was sent.
    private var hasStarted = false
    /// Scans the plaintext messages of a client's handshake; `nil` after the last one, and for a server's messages.
    private var scanner: HandshakeScanner?
    /// Whether a read was requested and nothing decrypted was delivered since.
    private var isReadUnanswered = false
    /// Whether a requested read waits for the channel to be writable.
    private var isReadHeld = false

    /// Starts the server's side of a connection with the given certificate and settings.
    package init(context: TLSContext, closeTimeout: TimeAmount = TLSHandler.defaultCloseTimeout) throws(TLSError) {
        self.closeTimeout = closeTimeout
        session = try context.makeSession()
        scanner = HandshakeScanner()
    }

    /// Starts the client's side of a connection to a server with the given name.
    package init(
        connectingWith context: TLSClientContext,
        to name: TLSServerName,
        closeTimeout: TimeAmount = TLSHandler.defaultCloseTimeout
    ) throws(TLSError) {
        self.closeTimeout = closeTimeout
        session = try context.makeSession(for: name)
    }

    /// Starts the handshake of a client whose channel is already connected.
    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { startHandshake(context: context) }
    }

    /// Starts the handshake of a client.
    package func channelActive(context: ChannelHandlerContext) {
        startHandshake(context: context)
        context.fireChannelActive()
    }

    /// Decrypts received records, and continues the handshake.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let records = unwrapInboundIn(data)
        guard phase != .closed, !isInputClosed else { return drop(records, context: context) }
        if phase == .handshaking, !acceptsHandshake(records) { return limitHandshake(context: context) }
        process(records, context: context)
    }

    private func process(_ records: ByteBuffer, context: ChannelHandlerContext) {
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

    /// Delivers the bytes that were decrypted since the last time.
    package func channelReadComplete(context: ChannelHandlerContext) {
        deliver(context: context)
        context.fireChannelReadComplete()
        // Half a record or a step of the handshake does not satisfy a requested read.
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
        case .closed: if !endLinger(context: context) { context.fireUserInboundEventTriggered(event) }
        }
    }

    /// Fails everything that waits for a connection that is gone.
    package func channelInactive(context: ChannelHandlerContext) {
        deliver(context: context)
        if phase == .handshaking, !isProbe { context.fireErrorCaught(TLSError.closedDuringHandshake(by: session.peer)) }
        phase = .closed
        pendingWrites.failAll(ChannelError.ioOnClosedChannel)
        abandonPendingClose()
        context.fireChannelInactive()
    }

    /// Fails everything that waits for a handler that is gone.
    package func handlerRemoved(context: ChannelHandlerContext) {
        phase = .closed
        pendingWrites.failAll(ChannelError.ioOnClosedChannel)
        abandonPendingClose()
    }

    /// Reads, unless the peer has to read what was written first.
    package func read(context: ChannelHandlerContext) {
        isReadUnanswered = true
        requestRead(context: context)
    }

    /// Resumes a read that was held back.
    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isReadHeld { requestRead(context: context) }
        context.fireChannelWritabilityChanged()
    }

    /// Ends a failed connection; the alert has already been sent.
    func fail(context: ChannelHandlerContext, error: TLSError) {
        guard phase != .closed else { return }
        phase = .closed
        if case .clientCertificateRejected = error { lingersAtClose = true }
        pendingWrites.failAll(error)
        context.fireErrorCaught(error)
        closeFailed(context: context)
    }

    private func requestRead(context: ChannelHandlerContext) {
        isReadHeld = !context.channel.isWritable
        if !isReadHeld { context.read() }
    }

    /// Sends the first message of a client; a server waits for it.
    private func startHandshake(context: ChannelHandlerContext) {
        guard session.peer == .server, phase == .handshaking, !hasStarted else { return }
        hasStarted = true
        process(ByteBuffer(), context: context)
    }

    private func completeHandshake(context: ChannelHandlerContext) {
        phase = .established
        context.fireUserInboundEventTriggered(TLSUserEvent.handshakeCompleted(negotiatedProtocol: session.negotiatedProtocol))
        guard isFlushAwaitingHandshake else { return }
        isFlushAwaitingHandshake = false
        flush(context: context)
    }

    /// Tells whether the handshake is short enough so far.
    private func acceptsHandshake(_ records: ByteBuffer) -> Bool {
        handshakeByteCount += records.readableBytes
        // In TLS 1.2 the client's second flight can be encrypted without a sign of it, and libssl has small limits for its messages.
        if session.hasNegotiatedTLS12 { scanner = nil }
        return handshakeByteCount <= Self.handshakeByteLimit && scanner?.accepts(records.readableBytesUInt8Span) ?? true
    }

    private func limitHandshake(context: ChannelHandlerContext) {
        fail(context: context, error: .handshakeTooLong(byteLimit: Self.handshakeByteLimit))
    }

    /// Whether the peer is a client that has not sent a byte; if it leaves, it was a probe and not a failure.
    private var isProbe: Bool { session.peer == .client && handshakeByteCount == 0 }

    private func abandonHandshake(context: ChannelHandlerContext) {
        guard isProbe else { return fail(context: context, error: .closedDuringHandshake(by: session.peer)) }
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
        // Delivered bytes count as read; the next record reuses the memory if nobody else keeps it.
        plaintext.moveReaderIndex(to: plaintext.writerIndex)
        if plaintext.capacity > Self.keptPlaintextByteCount { plaintext = ByteBuffer() }
        context.fireChannelRead(wrapInboundOut(bytes))
    }
}

/// A user inbound event of ``TLSHandler`` for later handlers.
package enum TLSUserEvent: Equatable, Sendable {
    /// The handshake is complete: later reads are decrypted, later writes encrypted.
    ///
    /// `negotiatedProtocol` is `http/1.1`, or `nil` if the client named no protocol, or the server chose none.
    case handshakeCompleted(negotiatedProtocol: String?)
}

/// A user outbound event of later handlers for ``TLSHandler``.
package enum TLSRequest: Equatable, Sendable {
    /// Encrypt pending writes, so that a later flush only has to send them.
    ///
    /// With it, the answers of several connections are encrypted before the first is sent. During the handshake it does nothing; the flush
    /// encrypts.
    case encrypt
}
