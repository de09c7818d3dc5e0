import COpenSSL
import CTLSShims

/// The client side of a TLS connection in memory, for control over every byte.
///
/// A class because it owns C handles.
@safe
final class TestClient {
    /// What a client offers and trusts.
    struct Configuration {
        var minimumVersion = TLS1_2_VERSION
        var maximumVersion = TLS1_3_VERSION
        var protocols: [String] = []
        var trustedPEM: [UInt8] = []
        var certificatePEM: [UInt8] = []
        var keyPEM: [UInt8] = []
        /// In libssl's notation; empty for libssl's default.
        var groups = ""
    }

    /// A call of libssl failed.
    struct Failure: Error {
        let reason: String
    }

    // Safety: made in `init`, freed in `deinit`, used by one test only.
    private let context: OpaquePointer
    private let session: OpaquePointer
    private let transport: OpaquePointer

    init(_ configuration: Configuration = Configuration(), resuming saved: SavedSession? = nil) throws {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()), let transport = unsafe ctls_transport_new() else {
            throw Self.failure()
        }
        unsafe self.context = context
        unsafe self.transport = transport
        unsafe SSL_CTX_set_security_level(context, 0)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(configuration.minimumVersion), nil)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(configuration.maximumVersion), nil)
        try unsafe Self.load(configuration, into: context)
        guard let session = unsafe SSL_new(context) else { throw Self.failure() }
        unsafe self.session = session
        unsafe SSL_set_bio(session, transport, transport)
        unsafe SSL_set_connect_state(session)
        if !configuration.groups.isEmpty {
            // Safety: libssl reads the text during the call.
            unsafe configuration.groups.withCString { text in
                _ = unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, UnsafeMutableRawPointer(mutating: text))
            }
        }
        let names = configuration.protocols.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
        if !names.isEmpty { unsafe SSL_set_alpn_protos(session, names, UInt32(names.count)) }
        if let saved { unsafe SSL_set_session(session, saved.session) }
    }

    deinit {
        unsafe SSL_free(session)
        unsafe SSL_CTX_free(context)
    }

    /// Whether the handshake is complete on this side.
    var isEstablished: Bool { unsafe SSL_is_init_finished(session) == 1 }

    /// Whether the session was resumed.
    var isResumed: Bool { unsafe SSL_session_reused(session) == 1 }

    /// Whether the server sent close_notify.
    var hasReceivedCloseNotify: Bool { unsafe SSL_get_shutdown(session) & SSL_RECEIVED_SHUTDOWN != 0 }

    /// The protocol version, such as `TLSv1.3`.
    var version: String { unsafe String(cString: SSL_get_version(session)) }

    /// The chosen cipher.
    var cipher: String { unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(session))) }

    /// The failure that ended the connection.
    private(set) var failure: String?
    private var failureReasonCode = 0

    /// What was decrypted so far.
    var received: [UInt8] = []

    /// Takes bytes of the server, or starts the handshake.
    func receive(_ bytes: [UInt8] = []) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe ctls_transport_lend(transport, bytes.baseAddress, bytes.count)
            ERR_clear_error()
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while true {
                // Also carries out the handshake.
                let count = unsafe SSL_read(session, &buffer, Int32(buffer.count))
                guard count > 0 else { return unsafe note(SSL_get_error(session, count)) }
                received += buffer.prefix(Int(count))
            }
        }
        unsafe ctls_transport_lend(transport, nil, 0)
    }

    /// Encrypts bytes; returns an empty array for none.
    func send(_ bytes: [UInt8]) {
        ERR_clear_error()
        let count = unsafe SSL_write(session, bytes, Int32(bytes.count))
        if count <= 0 { unsafe note(SSL_get_error(session, count)) }
    }

    /// Sends close_notify.
    func sendCloseNotify() {
        unsafe SSL_shutdown(session)
    }

    /// Changes the key and asks the server to do the same.
    func updateKey() {
        unsafe SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED)
        send([0x20])
    }

    /// Asks for another handshake on the connection (TLS 1.2).
    func renegotiate() {
        unsafe SSL_renegotiate(session)
        unsafe SSL_do_handshake(session)
    }

    /// The number of the fatal alert that the server sent.
    var receivedAlert: UInt8? {
        // libssl gives the reason as 1000 and the number of the alert.
        failureReasonCode > 1_000 ? UInt8(truncatingIfNeeded: failureReasonCode - 1_000) : nil
    }

    /// Takes what is to be sent to the server.
    func takeOutput() -> [UInt8] {
        let count = unsafe ctls_transport_written_count(transport)
        let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: ctls_transport_written(transport), count: count))
        unsafe ctls_transport_discard_written(transport, 0)
        return bytes
    }

    /// The session for a later connection.
    func save() throws -> SavedSession {
        guard let saved = unsafe SSL_get1_session(session), unsafe SSL_SESSION_is_resumable(saved) == 1 else { throw Self.failure() }
        return unsafe SavedSession(owning: saved)
    }

    /// The subjects of the certificates that the server sent.
    func serverChain() -> [String] {
        guard let chain = unsafe SSL_get_peer_cert_chain(session) else { return [] }
        return unsafe (0..<OPENSSL_sk_num(chain)).map { index in
            let subject = unsafe X509_get_subject_name(OpaquePointer(OPENSSL_sk_value(chain, index)))
            guard let text = unsafe X509_NAME_oneline(subject, nil, 0) else { return "" }
            defer { unsafe CRYPTO_free(text, #file, #line) }
            return unsafe String(cString: text)
        }
    }

    private func note(_ error: Int32) {
        guard error != SSL_ERROR_WANT_READ, error != SSL_ERROR_ZERO_RETURN else { return }
        failureReasonCode = Int(ERR_peek_error() & 0x7f_ffff)
        failure = Self.failure().reason
    }

    private static func load(_ configuration: Configuration, into context: OpaquePointer) throws {
        if !configuration.trustedPEM.isEmpty {
            let root = try unsafe certificate(configuration.trustedPEM)
            unsafe X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root)
            unsafe X509_free(root)
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        }
        guard !configuration.certificatePEM.isEmpty else { return }
        let own = try unsafe certificate(configuration.certificatePEM)
        unsafe SSL_CTX_use_certificate(context, own)
        unsafe X509_free(own)
        var isEncrypted: Int32 = 0
        let pem = unsafe BIO_new_mem_buf(configuration.keyPEM, Int32(configuration.keyPEM.count))
        defer { unsafe BIO_free_all(pem) }
        guard let pem = unsafe pem, let key = unsafe ctls_read_private_key(pem, &isEncrypted) else { throw failure() }
        unsafe SSL_CTX_use_PrivateKey(context, key)
        unsafe EVP_PKEY_free(key)
    }

    private static func certificate(_ text: [UInt8]) throws -> OpaquePointer {
        let pem = unsafe BIO_new(BIO_s_mem())
        defer { unsafe BIO_free_all(pem) }
        unsafe BIO_write(pem, text, Int32(text.count))
        guard let pem = unsafe pem, let certificate = unsafe ctls_read_certificate(pem) else { throw failure() }
        return unsafe certificate
    }

    private static func failure() -> Failure {
        let code = ERR_get_error()
        ERR_clear_error()
        guard let text = unsafe ERR_reason_error_string(code) else { return Failure(reason: "no reason") }
        return unsafe Failure(reason: String(cString: text))
    }
}

/// A session that a later connection can resume; a class because it owns a C handle.
@safe
final class SavedSession {
    // Safety: freed in `deinit` only.
    fileprivate let session: OpaquePointer

    fileprivate init(owning session: OpaquePointer) {
        unsafe self.session = session
    }

    deinit {
        unsafe SSL_SESSION_free(session)
    }
}
