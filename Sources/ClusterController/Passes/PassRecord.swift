import AdmissionPolicy
import ClusterAudit
package import Metrics

/// The end of a pass, for the log, the metrics and the pages.
package struct PassRecord: Sendable {
    /// The numbers of an audit.
    package struct Findings: Sendable {
        /// The number of top owners.
        package let ownerCount: Int
        /// The number of owners of which a Pod would be denied.
        package let deniedOwnerCount: Int
        /// The number of Pods that run.
        package let podCount: Int
        /// The gaps of the audit, one line each.
        package let gaps: [String]

        /// Takes numbers and gaps.
        init(ownerCount: Int, deniedOwnerCount: Int, podCount: Int, gaps: [String]) {
            (self.ownerCount, self.deniedOwnerCount, self.podCount, self.gaps) = (ownerCount, deniedOwnerCount, podCount, gaps)
        }

        /// Counts the owners of an audit.
        init(_ audit: Audit) {
            ownerCount = audit.owners.count
            deniedOwnerCount = audit.owners.count { $0.worst.decision.outcome == .deny }
            podCount = audit.podCount
            gaps = audit.gaps.map(\.text)
        }
    }

    /// The result.
    package let result: ControllerMetrics.PassResult
    /// Why the pass failed, was cut, or is partial beyond the gaps of its findings; empty if there is no other reason.
    package let reason: String
    /// The numbers of the audit; `nil` if the pass failed.
    package let findings: Findings?
    /// The duration in seconds.
    package let seconds: Double
    /// The end, in seconds since 1970-01-01 UTC.
    package let unixSeconds: Int64
}

extension PassRecord: CustomStringConvertible {
    /// One line: what was found, or why nothing was.
    package var description: String {
        let found = findings.map { findings in
            let gaps = findings.gaps.isEmpty ? "" : ", \(findings.gaps.count) not read"
            return "\(findings.podCount) Pods of \(findings.ownerCount) owners, \(findings.deniedOwnerCount) would be denied\(gaps)"
        }
        let parts = [found, reason.isEmpty ? nil : reason].compactMap { $0 }
        return "audit \(result.rawValue)" + (parts.isEmpty ? "" : ": \(parts.joined(separator: "; "))")
    }
}

extension Audit {
    /// The owners and Pods by Namespace and outcome.
    var ownerCounts: [ControllerMetrics.OwnerCount] {
        var counts: [String: [Decision.Outcome: ControllerMetrics.OwnerCount]] = [:]
        func add(_ namespace: String, _ outcome: Decision.Outcome, owners: Int = 0, pods: Int = 0) {
            var count = counts[namespace]?[outcome] ?? ControllerMetrics.OwnerCount(namespace: namespace, outcome: outcome)
            count.owners += owners
            count.pods += pods
            counts[namespace, default: [:]][outcome] = count
        }
        for owner in owners {
            let namespace = owner.identity.namespace ?? ""
            add(namespace, owner.worst.decision.outcome, owners: 1)
            for pods in owner.podCounts { add(namespace, pods.outcome, pods: pods.count) }
        }
        return counts.values.flatMap(\.values)
    }
}
