package import TLS

/// A certificate that can be served.
package struct LoadedCertificate: Sendable {
    /// The TLS context of connections.
    package let tls: TLSContext
    /// The digest of the files that it was read from, one after the other.
    package let sha256: String

    /// Puts together what was read.
    package init(tls: TLSContext, sha256: String) {
        self.tls = tls
        self.sha256 = sha256
    }
}
