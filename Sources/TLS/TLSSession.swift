import COpenSSL
import CTLSShims
import NIOCore

/// One side of a TLS connection, without input or output; the only owner of an `SSL`.
///
/// It stays on its connection's event loop. No call may suspend, because the error queue belongs to the thread.
// Safety: the session is private, used on its event loop only, and freed once.
@safe
struct TLSSession: ~Copyable {
    /// The state of the connection after ``receive(_:into:)``.
    enum Input: Equatable {
        /// More can come.
        case open

        /// The peer sent close_notify.
        case closed

        /// The connection failed; only the alert in the output can still be sent.
        case failed(TLSError)
    }

    /// The result of ``receive(_:into:)``.
    struct Received: Equatable {
        /// Whether these bytes completed the handshake.
        var completesHandshake = false

        /// Whether more can come.
        var input = Input.open
    }

    /// The other end.
    let peer: TLSPeer

    // Safety: both live until `deinit`; `session` owns `transport`. Both are used on one event loop.
    private let session: OpaquePointer
    private let transport: OpaquePointer

    /// Starts the server's side of a session with a borrowed `SSL_CTX`, of which it keeps a reference.
    // Safety: the context lives during the call; libssl takes a reference of its own.
    @unsafe
    init(serving context: OpaquePointer) throws(TLSError) {
        try unsafe self.init(context, peer: .client) { session in
            unsafe SSL_set_accept_state(session)
            return true
        }
    }

    /// Starts the client's side of a session with a borrowed `SSL_CTX`, of which it keeps a reference.
    ///
    /// `verifies` tells whether the server's certificate has to have the name.
    // Safety: as above; libssl copies the name.
    @unsafe
    init(connectingWith context: OpaquePointer, to name: TLSServerName, verifies: Bool) throws(TLSError) {
        try unsafe self.init(context, peer: .server) { session in
            unsafe SSL_set_connect_state(session)
            return switch name {
            case .host(let host): unsafe ctls_expect_host(session, host, verifies ? 1 : 0) == 1
            case .address(let address): unsafe ctls_expect_address(session, address, verifies ? 1 : 0) == 1
            }
        }
    }

    /// Starts a session that a closure prepares.
    // Safety: as above; the closure does not keep the session.
    @unsafe
    private init(_ context: OpaquePointer, peer: TLSPeer, prepare: (OpaquePointer) -> Bool) throws(TLSError) {
        OpenSSLReason.clearQueue()
        guard let made = unsafe SSL_new(context) else { throw .sessionUnavailable(.drainingQueue()) }
        guard let bio = unsafe ctls_transport_new() else {
            unsafe SSL_free(made)
            throw .sessionUnavailable(.drainingQueue())
        }
        // `SSL_set_bio` takes over one reference if both BIOs are the same; a second would never be released.
        unsafe SSL_set_bio(made, bio, bio)
        guard unsafe prepare(made) else {
            unsafe SSL_free(made)
            throw .sessionUnavailable(.drainingQueue())
        }
        self.peer = peer
        unsafe session = made
        unsafe transport = bio
    }

    deinit {
        unsafe SSL_free(session)
    }

    /// The number of bytes waiting to be sent to the peer.
    var outputByteCount: Int {
        unsafe ctls_transport_written_count(transport)
    }

    /// Whether the handshake is one of TLS 1.2.
    var hasNegotiatedTLS12: Bool {
        unsafe SSL_version(session) == TLS1_2_VERSION
    }

    /// The protocol chosen by ALPN; `nil` if the client named none, or the server chose none.
    var negotiatedProtocol: String? {
        var bytes: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        // Safety: the name is borrowed from the session and copied at once.
        unsafe SSL_get0_alpn_selected(session, &bytes, &count)
        guard count > 0 else { return nil }
        return unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
    }

    /// Decrypts bytes of the peer into `plaintext`; may leave output to send.
    ///
    /// No bytes start the handshake of a client.
    func receive(_ ciphertext: ByteBuffer, into plaintext: inout ByteBuffer) -> Received {
        // Safety: libssl reads the lent bytes inside this call, and they are taken back before it returns.
        unsafe ciphertext.withUnsafeReadableBytes { bytes in
            unsafe ctls_transport_lend(transport, bytes.baseAddress, bytes.count)
            defer { unsafe ctls_transport_lend(transport, nil, 0) }
            var received = Received()
            if unsafe SSL_is_init_finished(session) == 0 {
                received.input = handshake()
                guard received.input == .open, unsafe SSL_is_init_finished(session) == 1 else { return received }
                received.completesHandshake = true
            }
            received.input = decrypt(into: &plaintext)
            return received
        }
    }

    /// Encrypts all bytes into the output, with as few records as possible.
    func send(_ plaintext: ByteBuffer) throws(TLSError) {
        guard plaintext.readableBytes > 0 else { return }
        OpenSSLReason.clearQueue()
        var written = 0
        // Safety: libssl reads the bytes inside this call. It takes all of them, for the transport never asks to wait.
        let result = unsafe plaintext.withUnsafeReadableBytes { bytes in
            unsafe SSL_write_ex(session, bytes.baseAddress, bytes.count, &written)
        }
        guard result == 1 else { throw .sendFailed(.drainingQueue()) }
    }

    /// Adds close_notify to the output.
    func sendCloseNotify() {
        OpenSSLReason.clearQueue()
        unsafe SSL_shutdown(session)
        OpenSSLReason.clearQueue()
    }

    /// Moves the output to the end of a buffer.
    ///
    /// `keptByteCount` is the size in bytes up to which the memory is kept for the next output.
    func drainOutput(into ciphertext: inout ByteBuffer, keptByteCount: Int) {
        // Safety: the output is borrowed from the transport, copied, and then forgotten there.
        unsafe ciphertext.writeBytes(UnsafeRawBufferPointer(start: ctls_transport_written(transport), count: outputByteCount))
        unsafe ctls_transport_discard_written(transport, keptByteCount)
    }

    private func handshake() -> Input {
        OpenSSLReason.clearQueue()
        let result = unsafe SSL_do_handshake(session)
        guard result != 1 else { return .open }
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ: return .open
        default: return .failed(handshakeError())
        }
    }

    private func handshakeError() -> TLSError {
        let reason = OpenSSLReason.drainingQueue()
        if ctls_is_missing_certificate(reason.code) == 1 { return .clientCertificateRejected(.missing) }
        if ctls_is_alert(reason.code) == 1 { return .alertReceived(reason, from: peer) }
        guard ctls_is_verification_failure(reason.code) == 1 else { return .handshakeFailed(reason) }
        let result = unsafe SSL_get_verify_result(session)
        return switch peer {
        case .client:
            .clientCertificateRejected(
                ClientCertificateRejection(result: result, names: rejectedNames(limit: ClientCertificateRejection.nameLimit))
            )
        case .server:
            .serverCertificateRejected(
                ServerCertificateRejection(result: result, names: rejectedNames(limit: ServerCertificateRejection.nameLimit))
            )
        }
    }

    /// The first names in the rejected certificate of the peer.
    private func rejectedNames(limit: Int) -> [String] {
        // Safety: the certificate is borrowed from the session; the `X509Certificate` owns a reference of its own.
        guard let certificate = unsafe ctls_rejected_certificate(session), unsafe X509_up_ref(certificate) == 1 else { return [] }
        let owned = unsafe X509Certificate(owning: certificate)
        return peer == .client ? owned.names(limit: limit) : Array(owned.subjectNames().prefix(limit))
    }

    /// Reads records until the lent bytes are used up; saves the read that would only report this.
    private func decrypt(into plaintext: inout ByteBuffer) -> Input {
        if plaintext.readableBytes == 0 {
            plaintext.clear(minimumCapacity: unsafe ctls_transport_unread(transport))
        }
        while unsafe ctls_transport_unread(transport) > 0 || SSL_has_pending(session) == 1 {
            OpenSSLReason.clearQueue()
            let room = unsafe max(Int(SSL_pending(session)), ctls_transport_unread(transport), 256)
            var result: Int32 = 0
            // Safety: libssl writes at most the room it is told of, and the buffer takes the count it reports.
            unsafe plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { bytes in
                var count = 0
                result = unsafe SSL_read_ex(session, bytes.baseAddress, bytes.count, &count)
                return result == 1 ? count : 0
            }
            guard result != 1 else { continue }
            switch unsafe SSL_get_error(session, result) {
            case SSL_ERROR_WANT_READ: return unsafe ctls_transport_has_ended(transport) == 0 ? .open : .failed(.tooManyKeyUpdates)
            case SSL_ERROR_ZERO_RETURN: return .closed
            default: return .failed(.receiveFailed(.drainingQueue()))
            }
        }
        return .open
    }
}
