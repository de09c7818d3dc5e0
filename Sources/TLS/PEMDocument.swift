import COpenSSL
import CTLSShims

/// A PEM text that is read from its start; the only owner of a memory BIO.
// Safety: the BIO is private, used only while the value lives, and freed once.
@safe
struct PEMDocument: ~Copyable {
    /// The result of reading a certificate.
    enum Item: ~Copyable {
        /// The next certificate of the text.
        case certificate(X509Certificate)

        /// No more certificates.
        case end(OpenSSLReason)

        /// A block that is labeled as a certificate and is not one.
        case unreadable(OpenSSLReason)
    }

    /// The result of reading a private key.
    enum KeyItem: ~Copyable {
        /// The first private key of the text.
        case key(PrivateKey)

        /// A key that needs a password.
        case encrypted(OpenSSLReason)

        /// No key, or a block that is labeled as one and is not one.
        case unreadable(OpenSSLReason)
    }

    // Safety: made in `init`, freed in `deinit`, never handed out.
    private let bio: OpaquePointer

    /// Copies the text, so that the value does not depend on the caller's memory.
    init(_ text: [UInt8]) throws(OpenSSLReason) {
        OpenSSLReason.clearQueue()
        // Safety: `BIO_write_ex` reads the bytes of `text` during the call only.
        guard let made = unsafe BIO_new(BIO_s_mem()) else { throw OpenSSLReason.drainingQueue() }
        var written = 0
        guard unsafe text.isEmpty || BIO_write_ex(made, text, text.count, &written) == 1 else {
            unsafe BIO_free_all(made)
            throw OpenSSLReason.drainingQueue()
        }
        unsafe bio = made
    }

    deinit {
        unsafe BIO_free_all(bio)
    }

    /// Reads the next certificate; skips other blocks.
    func nextCertificate() -> Item {
        OpenSSLReason.clearQueue()
        // Safety: the certificate is owned by the `X509Certificate` from here on.
        if let certificate = unsafe ctls_read_certificate(bio) {
            return .certificate(unsafe X509Certificate(owning: certificate))
        }
        let isEnd = ctls_is_end_of_pem(ERR_peek_last_error()) == 1
        let reason = OpenSSLReason.drainingQueue()
        return isEnd ? .end(reason) : .unreadable(reason)
    }

    /// Calls a closure with each certificate after the first and its index; returns the last second at which all of them are valid, since
    /// 1970-01-01 UTC, or the largest number if there are none.
    func forEachIntermediate(
        _ use: (_ certificate: borrowing X509Certificate, _ index: Int) throws(TLSConfigurationError) -> Void
    ) throws(TLSConfigurationError) -> Int64 {
        var index = 1
        var end = Int64.max
        while true {
            switch nextCertificate() {
            case .end: return end
            case .unreadable(let reason): throw .certificateUnreadable(index: index, reason)
            case .certificate(let intermediate):
                guard let notAfter = intermediate.notAfter() else { throw .certificateUnreadable(index: index, .drainingQueue()) }
                end = min(end, notAfter)
                try use(intermediate, index)
            }
            index += 1
        }
    }

    /// Reads the first private key; skips other blocks.
    func privateKey() -> KeyItem {
        OpenSSLReason.clearQueue()
        var isEncrypted: Int32 = 0
        // Safety: the key is owned by the `PrivateKey` from here on.
        if let key = unsafe ctls_read_private_key(bio, &isEncrypted) {
            return .key(unsafe PrivateKey(owning: key))
        }
        let reason = OpenSSLReason.drainingQueue()
        return isEncrypted == 1 ? .encrypted(reason) : .unreadable(reason)
    }
}

/// The only owner of an `EVP_PKEY`.
// Safety: the key is private, handed out only inside calls, and freed once.
@safe
struct PrivateKey: ~Copyable {
    // Safety: freed in `deinit` only.
    private let key: OpaquePointer

    /// Takes over the caller's reference.
    // Safety: the caller gives up its reference and does not free it.
    @unsafe
    init(owning key: OpaquePointer) {
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// Lends the key for one call; to keep it, take another reference.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(key)
    }
}
