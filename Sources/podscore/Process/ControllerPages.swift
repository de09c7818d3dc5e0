import ClusterController
import Metrics
import Platform
import PolicySources
import WebhookServer

/// The content of the controller's plain port.
struct ControllerPages: Sendable {
    /// Has the last audit.
    let loop: AuditLoop
    private let policies: ControllerPolicies
    private let metrics: ControllerMetrics
    private let reviews: PolicyReviewMetrics?

    /// The pages of a loop and of the policies by which it decides; `reviews` are the counts of a policy webhook.
    init(_ loop: AuditLoop, _ policies: ControllerPolicies, _ metrics: ControllerMetrics, reviews: PolicyReviewMetrics?) {
        (self.loop, self.policies, self.metrics, self.reviews) = (loop, policies, metrics, reviews)
    }

    /// The pages as the server asks for them.
    var pages: ControllerServer.Pages {
        ControllerServer.Pages(
            readiness: { [self] in checks },
            metrics: { [self] text in
                metrics.append(WebhookMetrics.Gauges(policies.inForce, cluster: policies.cluster), to: &text)
                reviews?.append(to: &text)
            },
            audit: { [self] form in audit(in: form) }
        )
    }

    /// The state of the controller; all conditions hold, since a controller without an API server works as far as it can.
    private var checks: [ReadinessCheck] {
        [
            ReadinessCheck(name: "audit", holds: true, detail: auditText),
            ReadinessCheck(name: "cluster", holds: true, detail: Self.text(of: policies.cluster.status)),
        ]
    }

    /// The state of the audits, and the end of the last one.
    var auditText: String {
        let waiting = policies.cluster.status.isSettled ? "waiting for the next one" : "waiting for the policies of the cluster"
        let state = loop.isAuditing ? "in progress" : waiting
        guard let record = loop.record else { return "\(state); none has ended yet" }
        return "\(state); last \(record), \(UnixTime.now.seconds - record.unixSeconds) s ago"
    }

    private static func text(of status: ClusterStatus) -> String {
        let resources = status.resources.map { resource in
            let state =
                resource.isAbsent
                ? "not installed"
                : resource.isSynced ? "\(resource.objectCount), heard from \(resource.age.components.seconds) s ago" : "not listed yet"
            return "\(resource.name): \(state)" + (resource.problem.map { " (\($0))" } ?? "")
        }
        return "\(status.server): " + resources.joined(separator: "; ")
    }
}
