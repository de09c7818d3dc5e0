import COpenSSL

/// Why a client's certificate is not accepted, and the names in it.
package struct ClientCertificateRejection: Equatable, Sendable {
    /// The most names that are kept, because the client decides how many there are.
    static let nameLimit = 8

    /// The reason in plain words, such as `no clientAuth in its extended key usage`.
    package let reason: String

    /// The first names in the certificate: common name and subject alternative names (DNS, email, URI, IP address).
    package let names: [String]

    /// The client sent no certificate.
    package static let missing = Self(reason: "the client sent none", names: [])

    /// Translates a result of libcrypto's verification.
    init(result: Int, names: [String]) {
        self.init(reason: Self.reason(for: Int32(truncatingIfNeeded: result)), names: names)
    }

    /// A reason and the names in the certificate.
    package init(reason: String, names: [String]) {
        self.reason = reason
        self.names = names
    }

    private static func reason(for result: Int32) -> String {
        switch result {
        case X509_V_ERR_APPLICATION_VERIFICATION: return "it has none of the accepted client names"
        case X509_V_ERR_INVALID_PURPOSE: return "no clientAuth in its extended key usage"
        case X509_V_ERR_CERT_HAS_EXPIRED: return "it, or a certificate of its chain, has expired"
        case X509_V_ERR_CERT_NOT_YET_VALID: return "it, or a certificate of its chain, is not valid yet"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            return "it is not issued by a client CA (\(VerificationResult.words(for: result)))"
        default: return VerificationResult.words(for: result)
        }
    }
}

/// Results of libcrypto's verification of a certificate.
enum VerificationResult {
    /// libcrypto's words for a result.
    static func words(for result: Int32) -> String {
        // Safety: the text is static.
        unsafe String(cString: X509_verify_cert_error_string(Int(result)))
    }
}

/// The kinds of failed handshakes, by which they are counted and logged.
package enum HandshakeFailure: String, CaseIterable, Sendable {
    /// The client sent no certificate, or one that is not accepted.
    case clientCertificate = "client_certificate"
    /// The client ended the handshake, for example because it does not trust the server's certificate.
    case clientAlert = "client_alert"
    /// The client does not speak TLS, or speaks none that is accepted.
    case `protocol`
    /// The client sent more than a handshake may take.
    case tooLong = "too_long"
    /// The client went away.
    case closed
}

extension TLSError {
    /// The kind of the failed handshake; `nil` if no handshake failed.
    package var handshakeFailure: HandshakeFailure? {
        switch self {
        case .clientCertificateRejected: .clientCertificate
        case .alertReceived: .clientAlert
        case .handshakeFailed: .protocol
        case .handshakeTooLong: .tooLong
        case .closedDuringHandshake: .closed
        // A server never sees the first.
        case .serverCertificateRejected, .sessionUnavailable, .receiveFailed, .tooManyKeyUpdates, .sendFailed: nil
        }
    }
}
