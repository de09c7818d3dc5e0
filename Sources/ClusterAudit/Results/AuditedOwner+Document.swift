import AdmissionPolicy
import KubernetesAPI
import PodScoring
package import Reports

extension AuditedOwner {
    /// The owner as reports show it, with the Pod or template that its worst result is about.
    package func document(decidedBy decider: AuditDecider) -> ScannedDocument {
        var document = ScannedDocument(fileName: summary.path, outcome: outcome(decidedBy: decider), objectName: objectName)
        document.running = summary
        return document
    }

    private func outcome(decidedBy decider: AuditDecider) -> ScannedDocument.Outcome {
        let example = worst.example
        guard let (object, decision) = try? decider.decided(example) else {
            return .invalid(problem: "\(summary.path): \(example.kind) \(example.name) cannot be read again")
        }
        // The policy that decided may have been chosen by labels; only the built-in default has no name to find it by.
        let policies = decider.policies
        let policy = decision.flatMap { policies.policy(named: $0.policy) } ?? policies.policy(for: identity.namespace ?? "")
        let report = decision?.evaluation?.report ?? Scorer(policy.ruleset).score(ScoringSubject(object, context: .admittedPod))
        guard report.isScorable else { return .skipped(object, why: "no rules for \(object.kindInWords)", decision) }
        return .scored(object, report, decision)
    }

    /// The name as a scan of the owner's manifest has it.
    private var objectName: String { identity.namespace.map { "\(identity.title).\($0)" } ?? identity.title }

    private var summary: RunningSummary {
        RunningSummary(
            namespace: identity.namespace ?? "",
            apiVersion: identity.apiVersion,
            kind: identity.kind,
            name: identity.name,
            uid: identity.uid,
            pods: podCounts.map { RunningSummary.Pods($0.outcome, count: $0.count) },
            example: worst.example.name
        )
    }
}

extension AuditGap {
    /// The gap as reports show it: something that could not be read.
    package var document: ScannedDocument {
        var document = ScannedDocument(fileName: "audit", outcome: .invalid(problem: text), objectName: "audit")
        document.isGap = true
        return document
    }
}
