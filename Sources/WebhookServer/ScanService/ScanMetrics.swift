import Metrics
import Synchronization
import TLS

/// What the scan port counted since it started.
///
/// A class because all event loops count into it.
final class ScanMetrics: Sendable {
    private struct Counts {
        var responses: [HTTPAnswer.Status: Int] = [:]
        var documents = ManifestAnswer.Counts()
    }

    private let reloads: ReloadMetrics
    private let counts = Mutex(Counts())

    /// Starts with nothing counted; `reloads` are shown beside the counts where a certificate is served.
    init(reloads: ReloadMetrics) {
        self.reloads = reloads
    }

    /// Counts an answer.
    func record(_ status: HTTPAnswer.Status) {
        counts.withLock { $0.responses[status, default: 0] += 1 }
    }

    /// Counts the documents of a body.
    func record(_ documents: ManifestAnswer.Counts) {
        counts.withLock { counts in
            counts.documents.scored += documents.scored
            counts.documents.notScorable += documents.notScorable
            counts.documents.broken += documents.broken
        }
    }

    /// Writes the page; the same counts give the same bytes.
    func text(of shared: SharedResources, _ certificate: CertificateInForce?, _ messages: LineLog?, version: String) -> [UInt8] {
        let counts = counts.withLock { $0 }
        var text = MetricsText()
        text.begin(.responses)
        for status in HTTPAnswer.Status.allCases {
            text.sample(.responses, counts.responses[status] ?? 0, labels: ["\(status.rawValue)"])
        }
        text.begin(.scanDocuments)
        text.sample(.scanDocuments, counts.documents.scored, labels: ["scored"])
        text.sample(.scanDocuments, counts.documents.notScorable, labels: ["not-scorable"])
        text.sample(.scanDocuments, counts.documents.broken, labels: ["broken"])
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
        }
        text.begin(.buildInfo)
        text.sample(.buildInfo, 1, labels: [version])
        return text.bytes
    }
}
