import Synchronization

extension WebhookMetrics {
    /// What is read again when its files change.
    package enum ReloadSubject: String, Sendable, CaseIterable {
        /// The policies.
        case policy
        /// The certificate with its key, and the client authorities.
        case certificate
    }
}

/// What became of reading policies and certificates.
struct ReloadCounts: Sendable {
    /// Times that they were put in force.
    var succeeded = 0
    /// Times that they were refused.
    var failed = 0
    /// When they were put in force last, in seconds since 1970-01-01 UTC.
    var lastSuccess: Int64 = 0
    /// Whether nothing was refused since.
    var isLastSuccessful = true

    /// Adds one reading.
    mutating func record(succeeded: Bool, atUnixSeconds seconds: Int64) {
        isLastSuccessful = succeeded
        if succeeded {
            self.succeeded += 1
            lastSuccess = seconds
        } else {
            failed += 1
        }
    }
}

extension WebhookMetrics {
    /// Writes what became of reading policies and certificates; nothing about what was never read.
    package func appendReloads(to text: inout MetricsText) {
        let reloads = reloadCounts
        let read = ReloadSubject.allCases.compactMap { subject in reloads[subject].map { (label: subject.rawValue, counts: $0) } }
        text.begin(.reloads)
        for (label, counts) in read {
            text.sample(.reloads, counts.succeeded, labels: [label, "success"])
            text.sample(.reloads, counts.failed, labels: [label, "failure"])
        }
        text.begin(.lastReloadSuccessful)
        for (label, counts) in read { text.sample(.lastReloadSuccessful, counts.isLastSuccessful ? 1 : 0, labels: [label]) }
        text.begin(.lastReloadSuccess)
        for (label, counts) in read { text.sample(.lastReloadSuccess, counts.lastSuccess, labels: [label]) }
    }
}
