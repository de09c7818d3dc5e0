package import Reports

/// The counts of a pass over reports.
package struct ReportTally: Sendable {
    /// The fate of a report in a pass.
    package enum Event: String, Sendable, CaseIterable {
        /// A new one was written.
        case created
        /// It was written because its content had changed.
        case updated
        /// It was deleted because its owner is gone, or because another API has it now.
        case deleted
        /// It has the content already, so nothing was written.
        case unchanged
        /// Somebody else wrote it meanwhile; the next pass looks again.
        case left
        /// The server will not store it, for example in a Namespace that is being deleted.
        case refused
        /// The server did not answer usably.
        case failed
    }

    /// The most problems that are kept.
    private static let problemLimit = 5

    /// The API that was written; `nil` if the cluster has none.
    package let api: ReportAPI?
    /// Why the pass ended early, so that reports are missing or old; `nil` if it came to its end.
    package internal(set) var interruption: String?
    /// The first problems that differ, each on a line.
    package private(set) var problems: [String] = []
    /// The number of reports that were written with fewer results, because the server stores no larger ones.
    package internal(set) var shortened = 0
    private var counts: [Event: Int] = [:]

    /// Nothing was done yet.
    init(_ api: ReportAPI?) {
        self.api = api
    }

    /// The number of reports with a fate.
    package subscript(event: Event) -> Int { counts[event] ?? 0 }

    /// Counts a report; a problem is kept unless it is known.
    mutating func count(_ event: Event, problem: String? = nil) {
        counts[event, default: 0] += 1
        guard let problem, problems.count < Self.problemLimit, !problems.contains(problem) else { return }
        problems.append(problem)
    }
}
