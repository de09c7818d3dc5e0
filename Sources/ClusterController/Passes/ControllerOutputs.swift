package import ClusterAudit
package import KubernetesAPI
package import Metrics

/// The writers of reports, status, Events and the floor; each is `nil` if it is turned off.
package struct ControllerOutputs: Sendable {
    /// Writes the reports of an audit; returns why some could not be written, or `nil`.
    ///
    /// It asks the pulse before each write. Only if the audit is complete it deletes reports.
    package typealias WriteReports = @Sendable (_ audit: Audit, _ decider: AuditDecider, _ pulse: PassPulse) async -> String?

    /// Looks at the reports that exist, before a pass reads anything else, so that no newer report is deleted by it.
    package var beginReports: (@Sendable () async -> WriteReports)?
    /// Writes the status of policies and waivers that has changed, for a day.
    package var writeStatus: (@Sendable (_ facts: PolicyFacts, _ today: CivilDate) async -> Void)?
    /// Writes the floor of the policies in force, for a day.
    package var writeFloor: (@Sendable (_ facts: PolicyFacts, _ today: CivilDate) async -> Void)?
    /// Follows denied Pods, and writes Events about them, until the task is cancelled.
    package var followDenials: (@Sendable () async -> Void)?

    /// Nothing is written.
    package init() {}
}

/// The outcome of a part of the controller's work, for the log.
package struct ControllerNote: Sendable {
    /// The part.
    package let subject: ControllerMetrics.WriteKind
    /// The writes, counted in one line; empty without a write.
    package let summary: String
    /// The present problems, one line each; those of earlier notes about the same part that are missing are over.
    package let problems: [String]
}
