package import Platform
import Synchronization
package import TLS

/// The certificate that new connections are served with, and where it comes from.
///
/// A class because ports and pages share the one that a reload replaces. A connection keeps the certificate with which it began.
package final class CertificateInForce: Replaceable {
    private struct Content {
        var tls: TLSContext
        var origin: Origin
    }

    private let current: Mutex<Content>

    /// Starts with the certificate that a server reads at its start.
    package init(_ loaded: LoadedCertificate, since time: UnixTime) {
        current = Mutex(Content(tls: loaded.tls, origin: Origin(since: time, sha256: loaded.sha256)))
    }

    /// The certificate, key and settings for the next connection.
    package var tls: TLSContext { current.withLock { $0.tls } }

    /// Where the certificate comes from.
    package var origin: Origin { current.withLock { $0.origin } }

    /// The certificate's own facts, and where it comes from.
    var reported: (facts: TLSCertificateFacts, origin: Origin) { current.withLock { ($0.tls.certificate, $0.origin) } }

    /// Serves all connections that begin from now on with another certificate.
    func replace(with loaded: LoadedCertificate, at time: UnixTime) {
        current.withLock { $0 = Content(tls: loaded.tls, origin: Origin(since: time, sha256: loaded.sha256)) }
    }

    /// Remembers files that were rejected; `nil` when they hold again what is in force.
    package func setRejection(_ rejection: Origin.Rejection?) {
        current.withLock { $0.origin.rejection = rejection }
    }
}
