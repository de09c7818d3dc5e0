package import AdmissionPolicy
package import Metrics
package import Platform
package import PolicySources
import Synchronization
package import TLS

/// What requests are decided by and connections are served with at the moment.
///
/// A class because everybody shares the one that is swapped: a reload builds a new snapshot and puts it in whole. A request keeps the
/// snapshot with which it began, a connection the certificate.
package final class WebhookState: Sendable {
    /// The policies, the mode and the certificate that belong together; never changed once built.
    ///
    /// A class so that a request takes one reference, and not one of each part of the policies.
    package final class Snapshot: Sendable {
        /// The policies in force.
        package let policies: PolicySet
        /// The most that the server may do.
        package let mode: EnforcementMode
        /// `nil` serves plain HTTP, which only tests do.
        package let tls: TLSContext?

        /// Puts together what belongs together.
        package convenience init(policies: PolicySet, mode: EnforcementMode, tls: TLSContext) {
            self.init(policies: policies, mode: mode, plainOr: tls)
        }

        /// Also builds what serves plain HTTP, for tests.
        init(policies: PolicySet, mode: EnforcementMode, plainOr tls: TLSContext?) {
            self.policies = policies
            self.mode = mode
            self.tls = tls
        }
    }

    private struct Content {
        var snapshot: Snapshot
        var provenance: Provenance
    }

    private let current: Mutex<Content>

    /// Begins with a snapshot.
    package init(_ snapshot: Snapshot, provenance: Provenance) {
        current = Mutex(Content(snapshot: snapshot, provenance: provenance))
    }

    /// What is in force now.
    package var snapshot: Snapshot { current.withLock { $0.snapshot } }

    /// What is in force now, and where it comes from.
    package var report: (snapshot: Snapshot, provenance: Provenance) { current.withLock { ($0.snapshot, $0.provenance) } }

    /// Puts other policies in force for all requests that begin from now on.
    package func replacePolicies(with loaded: LoadedPolicies, at time: UnixTime) {
        current.withLock { content in
            content.snapshot = Snapshot(policies: loaded.policies, mode: content.snapshot.mode, plainOr: content.snapshot.tls)
            content.provenance.policyFiles = loaded.files
            content.provenance.policyWarnings = loaded.warnings
            content.provenance.policy = Provenance.Origin(since: time, sha256: loaded.sha256)
        }
    }

    /// Serves all connections that begin from now on with another certificate.
    package func replaceCertificate(with loaded: LoadedCertificate, at time: UnixTime) {
        current.withLock { content in
            content.snapshot = Snapshot(policies: content.snapshot.policies, mode: content.snapshot.mode, tls: loaded.tls)
            content.provenance.certificate = Provenance.Origin(since: time, sha256: loaded.sha256)
        }
    }

    /// Remembers what the policies' author has to know today.
    package func setPolicyWarnings(_ warnings: [String]) {
        current.withLock { $0.provenance.policyWarnings = warnings }
    }

    /// Remembers what was refused; `nil` that it is no longer there.
    package func setRefusal(_ refusal: Provenance.Refusal?, of subject: WebhookMetrics.ReloadSubject) {
        current.withLock { $0.provenance[subject].refusal = refusal }
    }
}
