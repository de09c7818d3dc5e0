/// A problem of the webhook's registration or certificate, with the fix.
package struct RegistrationFinding: Sendable, Equatable {
    /// The severity of a finding.
    package enum Severity: String, Sendable {
        /// Pods are admitted unchecked, or the cluster can stop working.
        case error
        /// It works now, but can fail later or needs care.
        case warning
    }

    /// The kind of problem, one ID for each check.
    package enum Fault: String, Sendable, CaseIterable {
        case notRegistered
        case endpointMissing
        case pathUnknown
        case resourceNotAsked
        case ownNamespaceNotExcluded
        case systemNamespaceNotExcluded
        case divisionUnknown
        case namespaceNotAsked
        case namespaceAskedTwice
        case failuresIgnored
        case failuresUnneeded
        case objectSelector
        case namespaceLabel
        case matchCondition
        case matchPolicyExact
        case sideEffects
        case timeoutTooLong
        case reviewVersion
        case caBundleMissing
        case caBundleUnreadable
        case chainNotVerified
        case nameNotInCertificate
        case certificateExpired
        case certificateNotYetValid
        case certificateExpiresSoon
        case serverNotReady
        case objectRejected
        case exportOutdated
        case exportUnbound
    }

    /// The kind of problem.
    package let fault: Fault
    /// The severity.
    package let severity: Severity
    /// The webhook's name; empty if the finding is not about one webhook.
    package let webhook: String
    /// The problem, a sentence without a full stop.
    package let problem: String
    /// The fix, in the imperative.
    package let fix: String

    /// A finding with these values.
    package init(_ fault: Fault, _ severity: Severity = .error, webhook: String = "", problem: String, fix: String) {
        self.fault = fault
        self.severity = severity
        self.webhook = webhook
        self.problem = problem
        self.fix = fix
    }
}
