/// What readiness, metrics and start-up messages say about the served certificate.
package struct TLSCertificateFacts: Equatable, Sendable {
    /// The first second of validity, since 1970-01-01 UTC.
    package let notBefore: Int64

    /// The last second of validity, since 1970-01-01 UTC.
    package let notAfter: Int64

    /// The last second at which the certificate and all that is served with it are valid, since 1970-01-01 UTC.
    package internal(set) var chainNotAfter: Int64

    /// The DNS names and IP addresses it was issued for, in its own order; other kinds of name are left out.
    package let subjectNames: [String]

    /// Whether the certificate is valid at a second since 1970-01-01 UTC.
    package func isValid(atUnixSeconds seconds: Int64) -> Bool {
        notBefore <= seconds && seconds <= notAfter
    }
}
