package import AdmissionPolicy
package import Platform
package import PolicySources
import Synchronization

/// The policies that requests are decided by, and where they come from.
///
/// A class because all event loops share the one that a reload changes: a reload builds a new snapshot and puts it in place whole. A request
/// keeps the snapshot with which it began.
package final class PoliciesInForce: Replaceable {
    /// The policies and the mode that belong together; never changed once built.
    ///
    /// A class so that a request takes one reference, and not one of each part of the policies.
    package final class Snapshot: Sendable {
        /// The policies in force.
        package let policies: PolicySet
        /// The most that the server may do.
        package let mode: EnforcementMode

        /// Puts together what belongs together.
        package init(policies: PolicySet, mode: EnforcementMode) {
            self.policies = policies
            self.mode = mode
        }
    }

    /// Where the policies come from, and what their author should know.
    struct Report: Sendable {
        /// Since when they are in force, and what was rejected since.
        var origin: Origin
        /// The files that hold them, in the order in which they were read.
        var files: [PolicyFile]
        /// What the policies' author should know, one line each.
        var warnings: [String]
    }

    private struct Content {
        var snapshot: Snapshot
        var report: Report
    }

    private let current: Mutex<Content>

    /// Starts with the policies that a server reads at its start.
    package init(_ loaded: LoadedPolicies, mode: EnforcementMode, since time: UnixTime) {
        let report = Report(origin: Origin(since: time, sha256: loaded.sha256), files: loaded.files, warnings: loaded.warnings)
        current = Mutex(Content(snapshot: Snapshot(policies: loaded.policies, mode: mode), report: report))
    }

    /// The policies that decide now.
    package var snapshot: Snapshot { current.withLock { $0.snapshot } }

    /// Where the policies that decide now come from.
    package var origin: Origin { current.withLock { $0.report.origin } }

    /// The policies that decide now, and where they come from.
    var reported: (snapshot: Snapshot, report: Report) { current.withLock { ($0.snapshot, $0.report) } }

    /// Puts other policies in force for all requests that begin from now on.
    func replace(with loaded: LoadedPolicies, at time: UnixTime) {
        current.withLock { content in
            content.snapshot = Snapshot(policies: loaded.policies, mode: content.snapshot.mode)
            content.report = Report(origin: Origin(since: time, sha256: loaded.sha256), files: loaded.files, warnings: loaded.warnings)
        }
    }

    /// Remembers what the policies' author should know today.
    func setWarnings(_ warnings: [String]) {
        current.withLock { $0.report.warnings = warnings }
    }

    /// Remembers files that were rejected; `nil` when they hold again what is in force.
    package func setRejection(_ rejection: Origin.Rejection?) {
        current.withLock { $0.report.origin.rejection = rejection }
    }
}
