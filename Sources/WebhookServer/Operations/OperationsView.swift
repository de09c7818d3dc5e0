import AdmissionPolicy
import KubernetesAPI
import Metrics
import Platform
import PolicySources

/// The content of the port for probes and metrics at the time of a request.
struct OperationsView: Sendable {
    /// The most policies, or facts about the cluster, in a line.
    private static let lineLimit = 20

    /// The policies in force.
    let policies: PoliciesInForce
    /// The certificate in force; `nil` for plain HTTP.
    let certificate: CertificateInForce?
    /// The cluster whose policies are followed; `nil` without one.
    let cluster: ClusterPolicies?
    /// The counters.
    let metrics: WebhookMetrics
    /// The decision log, for the number of dropped lines.
    let log: LineLog?
    /// The server's own log, for the number of dropped lines.
    let messages: LineLog?
    /// Keeps a sample of the requests; `nil` if none is kept.
    let recorder: RequestRecorder?
    /// The resources that the connections of the webhook's port share.
    let shared: SharedResources
    /// The connections of the webhook's port.
    let connections: ConnectionRegistry
    /// The program's version.
    let version: String
    /// Tells the time at which the certificate has to be valid.
    let wallClock: @Sendable () -> UnixTime

    /// The conditions for readiness, in a fixed order.
    ///
    /// A rejected policy does not make the server unready, because the previous one is still in force. Without `namesUsers`, the texts of
    /// its errors are left out, since they can quote a user.
    func checks(namesUsers: Bool) -> [ReadinessCheck] {
        let (snapshot, report) = policies.reported
        let origin = namesUsers ? report.origin : report.origin.withoutErrorTexts
        return [policyCheck(snapshot, origin)] + clusterChecks(report, namesUsers: namesUsers) + [
            .certificate(certificate, at: wallClock()), .serving(isDraining: shared.isDraining),
        ]
    }

    /// The page about the policies, with or without the names of users, groups and service accounts.
    func policyPage(namesUsers: Bool) -> [UInt8] {
        let (snapshot, report) = policies.reported
        return PolicySummary(snapshot, report: report, cluster: cluster?.status, namesUsers: namesUsers).json
    }

    private func policyCheck(_ snapshot: PoliciesInForce.Snapshot, _ origin: Origin) -> ReadinessCheck {
        let policies = snapshot.policies.policies
        let names = policies.prefix(Self.lineLimit).map { policy in
            guard cluster != nil else { return policy.name }
            return "\(policy.name) (\(snapshot.policyVersions[policy.name].map { "resourceVersion \($0)" } ?? "file"))"
        }
        let more = policies.count > Self.lineLimit ? " and \(policies.count - Self.lineLimit) more on /policy" : ""
        let detail = names.isEmpty ? "the built-in default" : names.joined(separator: ", ") + more
        return ReadinessCheck(name: "policy", holds: true, detail: detail + origin.summary)
    }

    /// The state of the cluster as a source of policies; nothing without a cluster.
    ///
    /// Once its objects were in force, a lost API server does not make the server unready, because they still are.
    private func clusterChecks(_ report: PoliciesInForce.Report, namesUsers: Bool) -> [ReadinessCheck] {
        guard let status = cluster?.status else { return [] }
        var details = status.resources.map { resource in
            let state =
                resource.isAbsent
                ? "not installed"
                : resource.isSynced ? "\(resource.objectCount), heard from \(resource.age.components.seconds) s ago" : "not listed yet"
            return "\(resource.name): \(state)" + (resource.problem.map { " (\($0))" } ?? "")
        }
        for rejection in report.objects?.rejections ?? [] {
            details.append("\(rejection.identity) rejected: \(rejection.lines(namesUsers: namesUsers).first ?? "")")
        }
        for loser in report.objects?.losers ?? [] { details.append("\(loser.object.identity) is not in force: \(loser.conflict)") }
        let (shown, rest) = (details.prefix(Self.lineLimit), details.count - Self.lineLimit)
        let detail = shown.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more on /policy" : "")
        return [ReadinessCheck(name: "cluster", holds: status.isSettled, detail: detail)]
    }
}
