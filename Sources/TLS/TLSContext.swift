/// The certificate, the key and the settings that connections are served with.
///
/// A class because all connections and event loops share it: a reload builds a new one and puts it in place whole, while connections keep
/// the one they began with. TLS 1.2 and 1.3, `http/1.1`, session tickets, no renegotiation.
package final class TLSContext: Sendable {
    /// The facts in the leaf certificate.
    package let certificate: TLSCertificateFacts

    /// Whether clients must send a certificate.
    package let requiresClientCertificate: Bool

    private let handle: TLSContextHandle

    /// Reads and checks everything that connections need.
    ///
    /// - Parameters:
    ///   - certificateChainPEM: the leaf first, then the intermediates up to a root that clients trust.
    ///   - privateKeyPEM: the leaf's key, not encrypted.
    ///   - clientCertificateAuthoritiesPEM: the authorities of client certificates, which also need `clientAuth` in their extended key
    ///     usage; `nil` requires no client certificate.
    ///   - clientNames: the names of which a client's certificate must have one, as common name or subject alternative name (DNS, email,
    ///     URI or IP address); empty accepts every certificate of the authorities.
    /// - Throws: ``TLSConfigurationError``, which says what is wrong with which of the texts.
    package init(
        certificateChainPEM: [UInt8],
        privateKeyPEM: [UInt8],
        clientCertificateAuthoritiesPEM: [UInt8]? = nil,
        clientNames: [String] = []
    ) throws(TLSConfigurationError) {
        let handle = try TLSContextHandle(peer: .client)
        certificate = try handle.use(chainPEM: certificateChainPEM, privateKeyPEM: privateKeyPEM)
        if let clientCertificateAuthoritiesPEM {
            try handle.requireClientCertificates(authoritiesPEM: clientCertificateAuthoritiesPEM, names: clientNames)
        }
        requiresClientCertificate = clientCertificateAuthoritiesPEM != nil
        self.handle = handle
    }

    /// Starts the session of a connection, which keeps the context alive.
    func makeSession() throws(TLSError) -> TLSSession {
        // Safety: the session takes its own reference of the context.
        try unsafe handle.withPointer { pointer throws(TLSError) in try unsafe TLSSession(serving: pointer) }
    }
}
