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
        /// The versions of the policies that are objects of a cluster, by name; others have none.
        package let policyVersions: [String: String]
        /// Whether policies read labels of Namespaces, as with a cluster.
        package let readsLabels: Bool
        /// The Namespaces of the cluster; `nil` without a cluster, and until they were listed.
        package let namespaces: NamespaceDirectory?
        /// Whether the Namespaces have all labels that the policies read; new policies can read further ones.
        let isComplete: Bool

        /// Puts together what belongs together.
        package init(
            policies: PolicySet,
            mode: EnforcementMode,
            policyVersions: [String: String] = [:],
            readsLabels: Bool = false,
            namespaces: NamespaceDirectory? = nil
        ) {
            self.policies = policies
            self.mode = mode
            self.policyVersions = policyVersions
            self.readsLabels = readsLabels
            self.namespaces = namespaces
            isComplete = namespaces?.isComplete(for: policies) ?? false
        }

        /// Returns what is known of the Namespace of a request, as far as it can matter; `nil` if the request should wait.
        package func knowledge(of namespace: String, pinned: ScorePolicy? = nil) -> NamespaceKnowledge? {
            readsLabels ? policies.knowledge(of: namespace, in: namespaces, isComplete: isComplete, pinned: pinned) : .nameAlone
        }

        /// The same policies with other Namespaces.
        fileprivate func with(_ namespaces: NamespaceDirectory) -> Snapshot {
            Snapshot(policies: policies, mode: mode, policyVersions: policyVersions, readsLabels: readsLabels, namespaces: namespaces)
        }
    }

    /// Where the policies come from, and what their author should know.
    struct Report: Sendable {
        /// Since when they are in force, and what was rejected since.
        var origin: Origin
        /// The files that hold them, in the order in which they were read.
        var files: [PolicyFile]
        /// The facts that the policies' author should know, one line each.
        var warnings: [String]
        /// The objects of a cluster; `nil` without a cluster, and before its first lists.
        var objects: JoinedObjects?

        /// Reports loaded policies that are in force since a time.
        init(_ loaded: LoadedPolicies, since time: UnixTime) {
            origin = Origin(since: time, sha256: loaded.sha256)
            (files, warnings, objects) = (loaded.files, loaded.warnings, loaded.objects)
        }
    }

    private struct Content {
        var snapshot: Snapshot
        var report: Report
        /// The latest policies all of whose labels are known, with the newest Namespaces that have them.
        var complete: Snapshot?
    }

    /// The requests that wait for a Namespace.
    let waiting = WaitingRequests()

    private let mode: EnforcementMode
    private let readsLabels: Bool
    private let current: Mutex<Content>

    /// Starts with the policies that a server reads at its start; `readsLabels` says that Namespaces will follow.
    package init(_ loaded: LoadedPolicies, mode: EnforcementMode, since time: UnixTime, readsLabels: Bool = false) {
        self.mode = mode
        self.readsLabels = readsLabels
        let snapshot = Snapshot(policies: loaded.policies, mode: mode, readsLabels: readsLabels)
        current = Mutex(Content(snapshot: snapshot, report: Report(loaded, since: time)))
    }

    /// The policies that decide now.
    package var snapshot: Snapshot { current.withLock { $0.snapshot } }

    /// The latest policies all of whose labels are known; `nil` before the first.
    ///
    /// They decide where a label that newer policies read does not come.
    var complete: Snapshot? { current.withLock { $0.complete } }

    /// Where the policies that decide now come from.
    package var origin: Origin { current.withLock { $0.report.origin } }

    /// The policies that decide now, and where they come from.
    var reported: (snapshot: Snapshot, report: Report) { current.withLock { ($0.snapshot, $0.report) } }

    /// Puts other policies in force for all requests that begin from now on.
    ///
    /// A rejection of files ends, unless `keepsRejection` says that the files are the same.
    func replace(with loaded: LoadedPolicies, at time: UnixTime, keepsRejection: Bool = false) {
        replace { content in
            let rejection = content.report.origin.rejection
            content.snapshot = Snapshot(
                policies: loaded.policies,
                mode: mode,
                policyVersions: loaded.objects?.versionsInForce[.policy] ?? [:],
                readsLabels: readsLabels,
                namespaces: content.snapshot.namespaces
            )
            content.report = Report(loaded, since: time)
            if keepsRejection { content.report.origin.rejection = rejection }
        }
    }

    /// Puts the labels of Namespaces in force for all requests that begin from now on, and for those that wait.
    ///
    /// The policies are not built again.
    package func replace(namespaces: NamespaceDirectory) {
        replace { content in
            content.snapshot = content.snapshot.with(namespaces)
            if !content.snapshot.isComplete, let complete = content.complete, namespaces.isComplete(for: complete.policies) {
                content.complete = complete.with(namespaces)
            }
        }
    }

    private func replace(_ change: (inout Content) -> Void) {
        let (old, snapshot) = current.withLock { content in
            let old = content
            change(&content)
            if content.snapshot.isComplete { content.complete = content.snapshot }
            return (old, content.snapshot)
        }
        // Thousands of Namespaces are freed here, and not while requests wait for the lock.
        withExtendedLifetime(old) { waiting.wake(by: snapshot) }
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
