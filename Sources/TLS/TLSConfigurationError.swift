/// Why a certificate chain, a private key or authorities can't be used.
package enum TLSConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The PEM text of the certificate chain holds no certificate.
    case noCertificate(OpenSSLReason)

    /// The certificate at `index`, counted from 0 for the leaf, is damaged.
    case certificateUnreadable(index: Int, OpenSSLReason)

    /// The certificate at `index` is sound but must not be served: a weak key or signature.
    case certificateRefused(index: Int, OpenSSLReason)

    /// The PEM text of the private key holds no private key.
    case noPrivateKey

    /// The private key needs a password, which a server can't ask for.
    case privateKeyEncrypted(OpenSSLReason)

    /// The private key is damaged.
    case privateKeyUnreadable(OpenSSLReason)

    /// The private key is sound but must not be used.
    case privateKeyRefused(OpenSSLReason)

    /// The private key does not belong to the first certificate of the chain.
    case privateKeyMismatch(OpenSSLReason)

    /// The PEM text of the client authorities holds no certificate.
    case noClientAuthority(OpenSSLReason)

    /// The client authority at `index` is damaged.
    case clientAuthorityUnreadable(index: Int, OpenSSLReason)

    /// The PEM text of the server authorities holds no certificate.
    case noServerAuthority(OpenSSLReason)

    /// The server authority at `index` is damaged.
    case serverAuthorityUnreadable(index: Int, OpenSSLReason)

    /// libssl can't be set up: memory is short, or its configuration forbids what TLS needs.
    case libraryFailure(OpenSSLReason)

    /// The problem and the remedy, such as `the private key does not belong to the certificate (key values mismatch)`.
    package var description: String {
        switch self {
        case .noCertificate(let reason): "no certificate found in the PEM text (\(reason))"
        case .certificateUnreadable(let index, let reason): "\(Self.ordinal(index)) can't be read (\(reason))"
        case .certificateRefused(let index, let reason): "\(Self.ordinal(index)) is too weak to be used (\(reason))"
        case .noPrivateKey: "no private key found in the PEM text"
        case .privateKeyEncrypted: "the private key is encrypted; remove its password"
        case .privateKeyUnreadable(let reason): "the private key can't be read (\(reason))"
        case .privateKeyRefused(let reason): "the private key can't be used (\(reason))"
        case .privateKeyMismatch(let reason): "the private key does not belong to the certificate (\(reason))"
        case .noClientAuthority(let reason): "no certificate found in the PEM text of the client authorities (\(reason))"
        case .clientAuthorityUnreadable(let index, let reason): "client authority \(index + 1) can't be read (\(reason))"
        case .noServerAuthority(let reason): "no certificate found in the PEM text of the certificate authorities (\(reason))"
        case .serverAuthorityUnreadable(let index, let reason): "certificate authority \(index + 1) can't be read (\(reason))"
        case .libraryFailure(let reason): "libssl can't be set up (\(reason))"
        }
    }

    private static func ordinal(_ index: Int) -> String {
        index == 0 ? "the certificate" : "certificate \(index + 1) of the chain"
    }
}
