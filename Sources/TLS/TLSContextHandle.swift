import COpenSSL
import CTLSShims

/// The only owner of an `SSL_CTX` reference.
// Safety: the context is changed by the methods that ``TLSContext/init`` and ``TLSClientContext/init`` call before anyone shares it, and only
// read after that; libssl counts references and locks its ticket keys itself.
@safe
struct TLSContextHandle: ~Copyable, @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Makes a context with the fixed settings for connections to a peer.
    init(peer: TLSPeer) throws(TLSConfigurationError) {
        OpenSSLReason.clearQueue()
        let isServer = peer == .client
        guard let made = unsafe SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method()) else {
            throw .libraryFailure(.drainingQueue())
        }
        guard unsafe (isServer ? ctls_configure_server(made) : ctls_configure_client(made)) == 1 else {
            unsafe SSL_CTX_free(made)
            throw .libraryFailure(.drainingQueue())
        }
        unsafe pointer = made
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// Lends the context for one call.
    func withPointer<Result: ~Copyable, Failure>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(pointer)
    }

    /// Sets the chain and its key.
    func use(chainPEM: [UInt8], privateKeyPEM: [UInt8]) throws(TLSConfigurationError) -> TLSCertificateFacts {
        let document = try Self.open(chainPEM)
        switch document.nextCertificate() {
        case .end(let reason): throw .noCertificate(reason)
        case .unreadable(let reason): throw .certificateUnreadable(index: 0, reason)
        case .certificate(let leaf):
            guard var facts = leaf.facts() else { throw .certificateUnreadable(index: 0, .drainingQueue()) }
            try use(leaf: leaf)
            facts.chainNotAfter = min(facts.notAfter, try addIntermediates(of: document))
            try use(keyPEM: privateKeyPEM, of: leaf)
            return facts
        }
    }

    private func use(leaf: borrowing X509Certificate) throws(TLSConfigurationError) {
        OpenSSLReason.clearQueue()
        // Safety: libssl takes its own reference of the certificate.
        guard unsafe leaf.withPointer({ unsafe SSL_CTX_use_certificate(pointer, $0) }) == 1 else {
            throw .certificateRefused(index: 0, .drainingQueue())
        }
    }

    /// Adds the intermediates; returns the earliest end of their validity.
    private func addIntermediates(of document: borrowing PEMDocument) throws(TLSConfigurationError) -> Int64 {
        try document.forEachIntermediate { (intermediate, index) throws(TLSConfigurationError) in
            OpenSSLReason.clearQueue()
            // Safety: libssl takes its own reference of the certificate.
            guard unsafe intermediate.withPointer({ unsafe ctls_add_chain_certificate(pointer, $0) }) == 1 else {
                throw .certificateRefused(index: index, .drainingQueue())
            }
        }
    }

    private func use(keyPEM: [UInt8], of leaf: borrowing X509Certificate) throws(TLSConfigurationError) {
        // libssl tries other formats before it fails, so its reason does not tell that there is no key.
        guard String(decoding: keyPEM, as: UTF8.self).contains("PRIVATE KEY-----") else { throw .noPrivateKey }
        switch try Self.open(keyPEM).privateKey() {
        case .encrypted(let reason): throw .privateKeyEncrypted(reason)
        case .unreadable(let reason): throw .privateKeyUnreadable(reason)
        case .key(let key):
            OpenSSLReason.clearQueue()
            // Safety: the check borrows both, and libssl takes its own reference of the key.
            guard unsafe leaf.withPointer({ leaf in unsafe key.withPointer { unsafe X509_check_private_key(leaf, $0) } }) == 1 else {
                throw .privateKeyMismatch(.drainingQueue())
            }
            guard unsafe key.withPointer({ unsafe SSL_CTX_use_PrivateKey(pointer, $0) }) == 1 else {
                throw .privateKeyRefused(.drainingQueue())
            }
        }
    }

    /// Requires a client certificate from one of the authorities, with one of the names if there are any.
    func requireClientCertificates(authoritiesPEM: [UInt8], names: [String]) throws(TLSConfigurationError) {
        // Safety: libssl takes its own references of the certificate.
        try unsafe addAuthorities(
            authoritiesPEM,
            using: { unsafe ctls_add_client_authority($0, $1) },
            orNone: { .noClientAuthority($0) },
            orUnreadable: { .clientAuthorityUnreadable(index: $0, $1) }
        )
        for name in names {
            OpenSSLReason.clearQueue()
            // Safety: the name is copied.
            guard unsafe ctls_add_client_name(pointer, name) == 1 else { throw .libraryFailure(.drainingQueue()) }
        }
        unsafe ctls_require_client_certificate(pointer)
    }

    /// Requires a server certificate from one of the authorities; `nil` stands for those of the system.
    func requireServerCertificates(authoritiesPEM: [UInt8]?) throws(TLSConfigurationError) {
        if let authoritiesPEM {
            // Safety: libssl takes its own reference of the certificate.
            try unsafe addAuthorities(
                authoritiesPEM,
                using: { unsafe ctls_add_server_authority($0, $1) },
                orNone: { .noServerAuthority($0) },
                orUnreadable: { .serverAuthorityUnreadable(index: $0, $1) }
            )
        } else {
            OpenSSLReason.clearQueue()
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else { throw .libraryFailure(.drainingQueue()) }
        }
        unsafe ctls_require_server_certificate(pointer)
    }

    /// Adds each certificate of a text, which must have one at least.
    private func addAuthorities(
        _ text: [UInt8],
        using add: (OpaquePointer, OpaquePointer) -> Int32,
        orNone none: (OpenSSLReason) -> TLSConfigurationError,
        orUnreadable unreadable: (Int, OpenSSLReason) -> TLSConfigurationError
    ) throws(TLSConfigurationError) {
        let document = try Self.open(text)
        var index = 0
        while true {
            switch document.nextCertificate() {
            case .end(let reason):
                guard index > 0 else { throw none(reason) }
                return
            case .unreadable(let reason): throw unreadable(index, reason)
            case .certificate(let authority):
                OpenSSLReason.clearQueue()
                // Safety: both pointers live during the call.
                guard unsafe authority.withPointer({ unsafe add(pointer, $0) }) == 1 else {
                    throw .libraryFailure(.drainingQueue())
                }
            }
            index += 1
        }
    }

    private static func open(_ text: [UInt8]) throws(TLSConfigurationError) -> PEMDocument {
        do {
            return try PEMDocument(text)
        } catch {
            throw .libraryFailure(error)
        }
    }
}
