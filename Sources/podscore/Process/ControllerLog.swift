import ClusterController
import Logging
import Metrics
import Synchronization

/// Logs what becomes of audits and writes: each problem once, until it is over.
///
/// A class because it remembers what was logged.
final class ControllerLog: Sendable {
    /// The most problems of one kind that are logged at once.
    private static let lineLimit = 20

    private struct Said {
        /// The reason of the last pass.
        var reason = ""
        /// The gaps of the last audit.
        var gaps: Set<String> = []
        /// The problems of the writes of each kind.
        var problems: [ControllerMetrics.WriteKind: Set<String>] = [:]
    }

    private let write: @Sendable (_ level: Logger.Level, _ text: String, _ subject: String) -> Void
    private let said = Mutex(Said())

    /// Logs to a logger.
    convenience init(_ logger: Logger) {
        self.init { level, text, subject in logger.log(level: level, "\(text)", metadata: ["subject": "\(subject)"]) }
    }

    /// Logs to a closure.
    init(write: @escaping @Sendable (_ level: Logger.Level, _ text: String, _ subject: String) -> Void) {
        self.write = write
    }

    /// Logs the end of a pass.
    func log(_ event: AuditLoop.Event) {
        let record = event.record
        let next = event.nextIn.map { "; next audit in \($0.components.seconds) s" } ?? ""
        let (isNew, gaps): (Bool, [String]) = said.withLock { said in
            let isNew = record.reason != said.reason
            said.reason = record.reason
            guard let found = record.findings?.gaps else { return (isNew, []) }
            let gaps = found.filter { !said.gaps.contains($0) }
            said.gaps = Set(found)
            return (isNew, gaps)
        }
        log(gaps, subject: "audit")
        let level: Logger.Level =
            switch record.result {
            case .complete: .info
            case .partial, .failed: isNew || !gaps.isEmpty ? .warning : .info
            case .cut: event.nextIn == nil ? .info : .warning
            }
        write(level, "\(record); \(Self.text(ofSeconds: record.seconds)) s\(next)", "audit")
    }

    /// Logs what was written.
    func log(_ note: ControllerNote) {
        let problems = said.withLock { said in
            let known = said.problems[note.subject] ?? []
            said.problems[note.subject] = Set(note.problems)
            return note.problems.filter { !known.contains($0) }
        }
        log(problems, subject: note.subject.rawValue)
        guard !note.summary.isEmpty else { return }
        write(.info, "\(note.subject.rawValue): \(note.summary)", note.subject.rawValue)
    }

    private func log(_ problems: [String], subject: String) {
        for problem in problems.prefix(Self.lineLimit) { write(.warning, problem, subject) }
        if problems.count > Self.lineLimit { write(.warning, "and \(problems.count - Self.lineLimit) more problems", subject) }
    }

    /// A time with one digit behind the point.
    private static func text(ofSeconds seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
