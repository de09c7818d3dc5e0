import AdmissionPolicy
import KubernetesAPI
import PodScoring

extension ScoreTable {
    /// Writes the changes that reach the minimum which the decision misses.
    ///
    /// Warnings name them already.
    static func way(_ decision: Decision, of report: ScoreReport, in object: KubernetesObject) -> [String] {
        guard decision.response.warnings.isEmpty, let way = MinimumWay(decision, of: report, in: object) else { return [] }
        guard !way.changes.isEmpty else { return ["  no changes reach the minimum \(way.minimum)"] }
        let width = way.changes.map(\.rule.count).max() ?? 0
        return ["  shortest way to \(way.minimum):"]
            + way.changes.map { change in
                "  \(RuleText.signed(change.points))  \(RuleText.padded(change.rule, to: width))  \(way.fix(of: change))"
            }
    }

    /// Writes what the Pod Security Standard forbids; nothing where none was asked for.
    static func lines(of findings: StandardFindings?, in object: KubernetesObject) -> [String] {
        guard let findings else { return [] }
        guard !findings.violations.isEmpty else { return ["  meets \(findings.standard)"] }
        let places = FixText(pod: object.podSpec ?? PodSpec())
        let width = findings.violations.map(\.name.count).max() ?? 0
        return ["  breaks \(findings.standard):"]
            + findings.violations.map { violation in
                let fix = places.text(of: violation.check, findings: violation.findings)
                return "    \(RuleText.padded(violation.name, to: width))  \(fix)"
            }
    }
}
