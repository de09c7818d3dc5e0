import COpenSSL

/// Why a server's certificate is not accepted, and the names in it.
package struct ServerCertificateRejection: Equatable, Sendable {
    /// The most names that are kept, because the server decides how many there are.
    static let nameLimit = 16

    /// The part of the set-up that must change.
    package enum Cause: Equatable, Sendable {
        /// The certificate was issued for other names.
        case name
        /// No trusted authority vouches for the certificate.
        case authority
        /// The certificate, or one of its chain, has expired or is not valid yet.
        case time
        /// Anything else, such as a weak key.
        case other
    }

    /// The part that must change.
    package let cause: Cause

    /// The reason in plain words, such as `it is for kubernetes, 10.96.0.1`.
    package let reason: String

    /// The first DNS names and IP addresses in the certificate.
    package let names: [String]

    /// Translates a result of libcrypto's verification.
    init(result: Int, names: [String]) {
        self.names = names
        let result = Int32(truncatingIfNeeded: result)
        let words = VerificationResult.words(for: result)
        switch result {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            cause = .name
            reason = names.isEmpty ? "it is for no name" : "it is for \(names.joined(separator: ", "))"
        case X509_V_ERR_CERT_HAS_EXPIRED:
            cause = .time
            reason = "it, or a certificate of its chain, has expired"
        case X509_V_ERR_CERT_NOT_YET_VALID:
            cause = .time
            reason = "it, or a certificate of its chain, is not valid yet"
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            cause = .authority
            reason = "it is not issued by a trusted CA (\(words))"
        default:
            cause = .other
            reason = words
        }
    }
}
