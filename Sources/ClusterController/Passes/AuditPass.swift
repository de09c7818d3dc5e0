import Cluster
import ClusterAudit
import KubernetesAPI
import Metrics

/// One audit of a cluster, and the reports about it.
///
/// The reports that exist are listed first: what is newer than the list was written by a controller that has seen a newer cluster, and is
/// left alone. A pass that was ended early or paused, or that has not read all Pods, writes no report; one that lacks anything deletes none.
struct AuditPass: Sendable {
    /// The end of a pass.
    struct Ending: Sendable {
        /// The result.
        let result: ControllerMetrics.PassResult
        /// Why the pass failed, was cut, or is partial beyond the gaps of its findings; empty if there is no other reason.
        var reason = ""
        /// The numbers of the audit; `nil` if not all Pods were read.
        var findings: PassRecord.Findings?
    }

    /// Reads the cluster.
    let client: APIClient
    /// Decides what runs.
    let decider: AuditDecider
    /// Notices that the pass was paused.
    let pulse: PassPulse
    /// Looks at the reports that exist; `nil` if none are written.
    let beginReports: (@Sendable () async -> ControllerOutputs.WriteReports)?
    /// Takes a result of which all Pods were read, before reports are written.
    let found: @Sendable (Audit) -> Void

    /// Carries the pass out.
    func run() async -> Ending {
        let writeReports = await beginReports?()
        let audit: Audit
        do throws(APIError) {
            let pulse = pulse
            let reading = ClusterReading(client, ClusterReading.Scope()) { _ in _ = pulse.beat() }
            audit = try await reading.audit(by: decider, gaps: [])
        } catch {
            return Task.isCancelled ? cut : Ending(result: .failed, reason: "\(error)")
        }
        guard pulse.beat() else { return cut }
        guard audit.hasAllPods else { return Ending(result: .failed, reason: audit.gaps.map(\.text).joined(separator: "; ")) }
        found(audit)
        var ending = Ending(result: audit.isComplete ? .complete : .partial, findings: PassRecord.Findings(audit))
        if let problem = await writeReports?(audit, decider, pulse) {
            ending = Ending(result: .partial, reason: problem, findings: ending.findings)
        }
        return pulse.beat() ? ending : Ending(result: .cut, reason: cut.reason, findings: ending.findings)
    }

    private var cut: Ending {
        Ending(result: .cut, reason: Task.isCancelled ? "the controller ends" : "it was paused, so its results may be outdated")
    }
}
