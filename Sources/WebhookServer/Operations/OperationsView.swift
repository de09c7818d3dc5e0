import AdmissionPolicy
import FileSystem
import Metrics
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

    /// What is in force.
    let state: WebhookState
    /// What was counted.
    let metrics: WebhookMetrics
    /// The decision log, for what it dropped.
    let log: DecisionLog?
    /// What the connections of the webhook's port share.
    let shared: SharedResources
    /// The connections of the webhook's port.
    let connections: ConnectionRegistry
    /// The program's version.
    let version: String
    /// Tells the time against which the certificate is held.
    let wallClock: @Sendable () -> UnixTime

    /// The conditions of being ready, in a fixed order.
    var checks: [Check] {
        let policies = state.snapshot.policies.policies
        let names = policies.isEmpty ? "the built-in default" : policies.map(\.name).joined(separator: ", ")
        let isDraining = shared.isDraining
        return [
            Check(name: "policy", holds: true, detail: names),
            certificateCheck,
            Check(name: "serving", holds: !isDraining, detail: isDraining ? "the server is ending" : "accepting requests"),
        ]
    }

    private var certificateCheck: Check {
        guard let certificate = state.snapshot.tls?.certificate else {
            return Check(name: "certificate", holds: true, detail: "plain HTTP")
        }
        let from = UnixTime(seconds: certificate.notBefore).timestamp
        let until = UnixTime(seconds: certificate.notAfter).timestamp
        return Check(
            name: "certificate",
            holds: certificate.isValid(atUnixSeconds: wallClock().seconds),
            detail: "valid from \(from) to \(until)"
        )
    }
}
