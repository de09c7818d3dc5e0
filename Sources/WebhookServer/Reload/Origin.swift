package import Platform
import Logging
import Metrics

/// Where something in force comes from, since when it is in force, and what was rejected since; for pages, not for decisions.
package struct Origin: Sendable, Equatable {
    /// Files that were rejected, and when.
    package struct Rejection: Sendable, Equatable {
        /// When they were rejected.
        package let time: UnixTime
        /// Why.
        package let files: RejectedFiles
    }

    /// When it was put in force.
    package var since: UnixTime
    /// The digest of the files that it was read from, one after the other; empty when there are none.
    package var sha256 = ""
    /// The latest rejection, unless something was put in force after it.
    package var rejection: Rejection?
}

/// Something in force that a reloader replaces.
protocol Replaceable: Sendable {
    /// Where it comes from.
    var origin: Origin { get }

    /// Remembers what was rejected; `nil` when the files hold again what is in force.
    func setRejection(_ rejection: Origin.Rejection?)
}

/// Counts and logs what becomes of files that are read again.
struct ReloadLog: Sendable {
    /// The most errors of one rejection that are logged, one line each.
    private static let lineLimit = 50

    /// The files or objects that are read.
    let subject: ReloadMetrics.Subject
    /// Where reloads are counted.
    let metrics: ReloadMetrics
    /// The log of reloads and rejections.
    let logger: Logger
    /// Tells the time that pages and metrics show.
    let wallClock: @Sendable () -> UnixTime

    /// Counts that files were put in force, and says so.
    func succeed(_ message: String, _ fields: Logger.Metadata) {
        metrics.record(subject, succeeded: true, atUnixSeconds: wallClock().seconds)
        log(.info, message, fields)
    }

    /// Logs a message about these files.
    func log(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata = [:]) {
        logger.log(level: level, "\(message)", metadata: fields.merging(["subject": "\(subject.rawValue)"]) { field, _ in field })
    }

    /// Tells whether files hold what is in force, byte for byte; an earlier rejection ends then.
    func isInForce(_ sha256: String, _ current: some Replaceable) -> Bool {
        let origin = current.origin
        guard origin.sha256 == sha256 else { return false }
        if origin.rejection != nil {
            current.setRejection(nil)
            succeed("\(subject.rawValue): the files match the one in force again; SHA-256 \(sha256)", ["sha256": "\(sha256)"])
        }
        return true
    }

    /// Counts and logs a rejection, once for each content.
    func reject(_ files: RejectedFiles, keeping current: some Replaceable) {
        let origin = current.origin
        guard origin.rejection?.files != files else { return }
        current.setRejection(Origin.Rejection(time: wallClock(), files: files))
        metrics.record(subject, succeeded: false, atUnixSeconds: wallClock().seconds)
        let inForceSince = origin.since.timestamp
        log(
            .error,
            "new \(subject.rawValue) rejected; still using the one loaded at \(inForceSince):",
            ["inForceSince": "\(inForceSince)", "problems": .stringConvertible(files.problems.count)]
        )
        for problem in files.problems.prefix(Self.lineLimit) { log(.error, problem.description) }
        if files.problems.count > Self.lineLimit { log(.error, "and \(files.problems.count - Self.lineLimit) more") }
    }
}
