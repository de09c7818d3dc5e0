import Logging
import Metrics
import Platform
import WebhookServer

/// The certificate in force, and the watcher that reloads it when its files change.
struct ServedCertificate {
    /// The certificate in force.
    let current: CertificateInForce
    /// The counts of its reloads.
    let reloads: ReloadMetrics
    /// The watcher, not yet started.
    let watcher: FileWatcher

    /// Loads the certificate for the first time.
    init(_ tls: TLSFiles, reloads: ReloadMetrics = ReloadMetrics(), logger: Logger) throws {
        self.reloads = reloads
        let files = ServedFiles(policy: nil, ownNamespace: "", tls: tls)
        let certificate = try tls.load()
        let now = UnixTime.now
        current = CertificateInForce(certificate, since: now)
        reloads.record(.certificate, succeeded: true, atUnixSeconds: now.seconds)
        watcher = files.watcher(certificate: CertificateReloader(current, metrics: reloads, logger: logger))
    }
}
