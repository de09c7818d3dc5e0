/// The certificate, the key and the settings that connections are served with.
///
/// A class because every connection and event loop shares it: a reload builds a new one and swaps it in whole, while connections go on
/// with the one they began with. TLS 1.2 and 1.3, `http/1.1`, tickets of its own for resumption, no renegotiation.
package final class TLSContext: Sendable {
    /// What the leaf certificate says.
    package let certificate: TLSCertificateFacts

    /// Whether clients must show a certificate.
    package let requiresClientCertificate: Bool

    private let handle: TLSContextHandle

    /// Reads and checks everything that connections will need.
    ///
    /// - Parameters:
    ///   - certificateChainPEM: the leaf first, then what leads to a root that clients trust.
    ///   - privateKeyPEM: the leaf's key, not encrypted.
    ///   - clientCertificateAuthoritiesPEM: authorities, one of which must have issued each client's certificate, for client
    ///     authentication by its extended key usage; `nil` asks for none.
    ///   - clientNames: what a client's certificate must name, any one of them, as common name or subject alternative name (DNS, email, URI
    ///     or IP address); empty accepts every certificate of the authorities.
    /// - Throws: ``TLSConfigurationError``, which names what is wrong with which of the texts.
    package init(
        certificateChainPEM: [UInt8],
        privateKeyPEM: [UInt8],
        clientCertificateAuthoritiesPEM: [UInt8]? = nil,
        clientNames: [String] = []
    ) throws(TLSConfigurationError) {
        let handle = try TLSContextHandle()
        certificate = try handle.use(chainPEM: certificateChainPEM, privateKeyPEM: privateKeyPEM)
        if let clientCertificateAuthoritiesPEM {
            try handle.requireClientCertificates(authoritiesPEM: clientCertificateAuthoritiesPEM, names: clientNames)
        }
        requiresClientCertificate = clientCertificateAuthoritiesPEM != nil
        self.handle = handle
    }

    /// Starts the state of a connection, which keeps what it needs of the context alive.
    func makeSession() throws(TLSError) -> TLSSession {
        // Safety: the session takes its own reference of the context.
        try unsafe handle.withPointer { pointer throws(TLSError) in try unsafe TLSSession(serving: pointer) }
    }
}
