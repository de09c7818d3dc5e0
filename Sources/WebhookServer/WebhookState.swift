package import AdmissionPolicy
import Synchronization
package import TLS

/// What requests are decided by and connections are served with at the moment.
///
/// A class because everybody shares the one that is swapped: a reload builds a new snapshot and puts it in whole. A request keeps the
/// snapshot with which it began, a connection the certificate.
package final class WebhookState: Sendable {
    /// The policies, the mode and the certificate that belong together; never changed once built.
    package struct Snapshot: Sendable {
        /// The policies in force.
        package let policies: PolicySet
        /// The most that the server may do.
        package let mode: EnforcementMode
        /// `nil` serves plain HTTP, which only tests do.
        package let tls: TLSContext?

        /// Puts together what belongs together.
        package init(policies: PolicySet, mode: EnforcementMode, tls: TLSContext) {
            self.init(policies: policies, mode: mode, plainOr: tls)
        }

        /// Also builds what serves plain HTTP, for tests.
        init(policies: PolicySet, mode: EnforcementMode, plainOr tls: TLSContext?) {
            self.policies = policies
            self.mode = mode
            self.tls = tls
        }
    }

    private let current: Mutex<Snapshot>

    /// Begins with a snapshot.
    package init(_ snapshot: Snapshot) {
        current = Mutex(snapshot)
    }

    /// What is in force now.
    package var snapshot: Snapshot { current.withLock { $0 } }

    /// Puts another snapshot in force for all requests and connections that begin from now on.
    package func replace(with snapshot: Snapshot) {
        current.withLock { $0 = snapshot }
    }
}
