import AdmissionPolicy
import KubernetesAPI
import Metrics
import Platform
import TLS

/// What the port for probes and metrics shows, as of the moment it is asked.
struct OperationsView: Sendable {
    /// One condition of being ready.
    struct Check: Sendable, Equatable {
        /// One word.
        let name: String
        /// Whether it is met.
        let holds: Bool
        /// What was found.
        let detail: String
    }

    /// The policies in force.
    let policies: PoliciesInForce
    /// The certificate in force; `nil` for plain HTTP.
    let certificate: CertificateInForce?
    /// What was counted.
    let metrics: WebhookMetrics
    /// The decision log, for what it dropped.
    let log: LineLog?
    /// What the server says about itself, for what was dropped of it.
    let messages: LineLog?
    /// What keeps a sample of the requests; `nil` where none is kept.
    let recorder: RequestRecorder?
    /// What the connections of the webhook's port share.
    let shared: SharedResources
    /// The connections of the webhook's port.
    let connections: ConnectionRegistry
    /// The program's version.
    let version: String
    /// Tells the time against which the certificate is held.
    let wallClock: @Sendable () -> UnixTime

    /// The conditions of being ready, in a fixed order.
    ///
    /// A policy that was refused is none: what was in force before still is.
    var checks: [Check] {
        let (snapshot, report) = policies.reported
        let isDraining = shared.isDraining
        return [
            policyCheck(snapshot.policies, report.origin),
            certificateCheck(),
            Check(name: "serving", holds: !isDraining, detail: isDraining ? "the server is ending" : "accepting requests"),
        ]
    }

    /// The page about the policies, with or without the names of users, groups and service accounts.
    func policyPage(namesUsers: Bool) -> [UInt8] {
        let (snapshot, report) = policies.reported
        return PolicySummary(snapshot, report: report, namesUsers: namesUsers).json
    }

    private func policyCheck(_ policies: PolicySet, _ origin: Origin) -> Check {
        let policies = policies.policies
        let names = policies.isEmpty ? "the built-in default" : policies.map(\.name).joined(separator: ", ")
        return Check(name: "policy", holds: true, detail: names + Self.text(of: origin))
    }

    private func certificateCheck() -> Check {
        guard let (certificate, origin) = certificate?.reported else {
            return Check(name: "certificate", holds: true, detail: "plain HTTP")
        }
        let now = wallClock().seconds
        let from = UnixTime(seconds: certificate.notBefore).timestamp
        let until = UnixTime(seconds: certificate.notAfter).timestamp
        let left = certificate.validity.remaining(atUnixSeconds: now).map { $0 + " left" } ?? "not now"
        // What stands beside the leaf need not be on the way to the API server's authority, so its end is told and no more.
        let chain =
            certificate.chainNotAfter == certificate.notAfter
            ? "" : "; an intermediate until \(UnixTime(seconds: certificate.chainNotAfter).timestamp)"
        return Check(
            name: "certificate",
            holds: certificate.isValid(atUnixSeconds: now),
            detail: "valid from \(from) to \(until), \(left)\(chain)" + Self.text(of: origin)
        )
    }

    /// Since when it is in force, and what was refused since.
    private static func text(of origin: Origin) -> String {
        let rejection = origin.rejection.map { "; what the files held at \($0.time.timestamp) was refused: \($0.files.summary)" } ?? ""
        return "; in force since \(origin.since.timestamp)" + rejection
    }
}
