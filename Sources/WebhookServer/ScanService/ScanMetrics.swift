import Metrics
import Synchronization
import TLS

/// The counters of the scan server.
///
/// A class because all event loops count into it.
final class ScanMetrics: Sendable {
    private let reloads: ReloadMetrics
    private let documents = Mutex(ManifestAnswer.Counts())

    /// Starts with zeros; the page also shows `reloads` if a certificate is served.
    init(reloads: ReloadMetrics) {
        self.reloads = reloads
    }

    /// Counts the documents of a body.
    func record(_ counts: ManifestAnswer.Counts) {
        documents.withLock { documents in
            documents.scored += counts.scored
            documents.skipped += counts.skipped
            documents.invalid += counts.invalid
        }
    }

    /// Writes the page; the same counts give the same bytes.
    func text(of shared: SharedResources, _ certificate: CertificateInForce?, _ messages: LineLog?, version: String) -> [UInt8] {
        let documents = documents.withLock { $0 }
        var text = MetricsText()
        text.begin(.responses)
        for (code, count) in shared.answers.samples { text.sample(.responses, count, labels: ["\(code)"]) }
        text.begin(.scanDocuments)
        text.sample(.scanDocuments, documents.scored, labels: ["scored"])
        text.sample(.scanDocuments, documents.skipped, labels: ["not-scorable"])
        text.sample(.scanDocuments, documents.invalid, labels: ["broken"])
        text.begin(.inFlight)
        text.sample(.inFlight, shared.load.inFlight)
        text.begin(.bufferedBytes)
        text.sample(.bufferedBytes, shared.load.bufferedBytes)
        text.begin(.closedConnections)
        for (reason, count) in shared.closures.samples { text.sample(.closedConnections, count, labels: [reason]) }
        text.begin(.droppedMessageLines)
        text.sample(.droppedMessageLines, messages?.droppedLineCount ?? 0)
        if let certificate {
            text.begin(.certificateExpiry)
            text.sample(.certificateExpiry, certificate.tls.certificate.chainNotAfter)
            reloads.append(to: &text)
            text.begin(.handshakeFailures)
            for (reason, count) in shared.handshakes.samples { text.sample(.handshakeFailures, count, labels: [reason]) }
        }
        text.begin(.buildInfo)
        text.sample(.buildInfo, 1, labels: [version])
        return text.bytes
    }
}
