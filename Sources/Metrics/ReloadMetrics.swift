import Synchronization

/// Counts reloads of policies and certificates.
///
/// A class because reloaders count into the one that a page shows.
package final class ReloadMetrics: Sendable {
    /// The kinds of files that are reloaded when they change.
    package enum Subject: String, Sendable, CaseIterable {
        /// The policies.
        case policy
        /// The certificate with its key, and the client authorities.
        case certificate
    }

    private struct Counts {
        /// Times that files were put in force.
        var succeeded = 0
        /// Times that files were rejected.
        var failed = 0
        /// When files were last put in force, in seconds since 1970-01-01 UTC.
        var lastSuccess: Int64 = 0
        /// Whether no file was rejected since.
        var isLastSuccessful = true
    }

    private let counts = Mutex<[Subject: Counts]>([:])

    /// Starts with nothing counted.
    package init() {}

    /// Counts that files were read: put in force, or rejected.
    package func record(_ subject: Subject, succeeded: Bool, atUnixSeconds seconds: Int64) {
        counts.withLock { counts in
            var count = counts[subject] ?? Counts()
            count.isLastSuccessful = succeeded
            if succeeded {
                count.succeeded += 1
                count.lastSuccess = seconds
            } else {
                count.failed += 1
            }
            counts[subject] = count
        }
    }

    /// Appends the counts of each subject that was read at least once.
    package func append(to text: inout MetricsText) {
        let counts = counts.withLock { $0 }
        let read = Subject.allCases.compactMap { subject in counts[subject].map { (label: subject.rawValue, counts: $0) } }
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
