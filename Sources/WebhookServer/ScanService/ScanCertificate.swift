package import Metrics
import Platform
import TLS

/// The certificate that a scan service shows, read again while it serves.
package struct ScanCertificate: Sendable {
    /// Holds the certificate in force; its policies are never asked.
    let state: WebhookState
    /// Counts what becomes of reading it.
    let reloads: WebhookMetrics

    /// A certificate that has been read for the first time.
    package init(state: WebhookState, reloads: WebhookMetrics) {
        self.state = state
        self.reloads = reloads
    }

    /// What new connections are served with.
    var context: TLSContext? { state.snapshot.tls }

    /// Writes until when the certificate is valid, and what became of reading it.
    func append(to text: inout MetricsText) {
        if let expiry = context?.certificate.chainNotAfter {
            text.begin(.certificateExpiry)
            text.sample(.certificateExpiry, expiry)
        }
        reloads.appendReloads(to: &text)
    }
}
