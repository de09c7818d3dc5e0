/// One thing that is wrong with how Podscore is registered or certified, with what to do about it.
package struct RegistrationFinding: Sendable, Equatable {
    /// How bad it is.
    package enum Severity: String, Sendable {
        /// Pods are let in unchecked, or the cluster can come to a halt.
        case error
        /// Works today, or only as long as somebody is careful.
        case warning
    }

    /// What is wrong, one id a check.
    package enum Fault: String, Sendable, CaseIterable {
        case notRegistered
        case endpointMissing
        case pathUnknown
        case resourceNotAsked
        case ownNamespaceNotExcluded
        case systemNamespaceNotExcluded
        case failuresIgnored
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
    }

    /// What is wrong.
    package let fault: Fault
    /// How bad it is.
    package let severity: Severity
    /// The webhook's name; empty for what is about none.
    package let webhook: String
    /// What was found, a sentence without its full stop.
    package let problem: String
    /// What to do, in the imperative.
    package let fix: String

    /// What was found.
    package init(_ fault: Fault, _ severity: Severity = .error, webhook: String = "", problem: String, fix: String) {
        self.fault = fault
        self.severity = severity
        self.webhook = webhook
        self.problem = problem
        self.fix = fix
    }
}
