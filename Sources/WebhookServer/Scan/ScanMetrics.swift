import Metrics
import Synchronization

/// What the scan port counted since it started.
///
/// A class because all event loops count into it.
final class ScanMetrics: Sendable {
    private struct Counts {
        var responses: [HTTPAnswer.Status: Int] = [:]
        var documents = ManifestAnswer.Counts()
    }

    private let counts = Mutex(Counts())

    /// Begins with nothing counted.
    init() {}

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
    func text(of shared: SharedResources, version: String) -> [UInt8] {
        let counts = counts.withLock { $0 }
        var text = MetricsText()
        text.family("podscore_http_responses_total", .counter, help: "Answers of the scan port by HTTP status code.")
        for status in HTTPAnswer.Status.allCases {
            text.sample("podscore_http_responses_total", [("code", "\(status.rawValue)")], counts.responses[status] ?? 0)
        }
        text.family("podscore_scan_documents_total", .counter, help: "Posted documents by what became of them.")
        text.sample("podscore_scan_documents_total", [("outcome", "scored")], counts.documents.scored)
        text.sample("podscore_scan_documents_total", [("outcome", "not-scorable")], counts.documents.notScorable)
        text.sample("podscore_scan_documents_total", [("outcome", "broken")], counts.documents.broken)
        text.family("podscore_in_flight_requests", .gauge, help: "Requests begun and not yet answered.")
        text.sample("podscore_in_flight_requests", [], shared.load.inFlight)
        text.family("podscore_buffered_body_bytes", .gauge, help: "Bytes of request bodies and large answers held in memory.")
        text.sample("podscore_buffered_body_bytes", [], shared.load.bufferedBytes)
        text.family("podscore_build_info", .gauge, help: "Always 1; the labels say what runs.")
        text.sample("podscore_build_info", [("version", version)], 1)
        return text.bytes
    }
}
