import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// Writes scans for people: what each object scores, what to change for how many points, and what the cluster would say.
package enum ScoreTable {
    /// Writes all documents, and what they come to when there are several.
    package static func text(_ documents: [ScannedDocument]) -> String {
        var lines: [String] = []
        for document in documents {
            if !lines.isEmpty { lines.append("") }
            lines += Self.lines(of: document)
        }
        if documents.count > 1 { lines += ["", totals(of: documents)] }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Writes one document.
    private static func lines(of document: ScannedDocument) -> [String] {
        switch document.outcome {
        case .broken(let problem):
            return ["broken: \(problem)"]
        case .notScorable(let object, let why):
            return ["\(document.fileName): \(object.kubesecName) is not scored: \(why)"] + Self.lines(of: document.standard, in: object)
        case .scored(let object, let report, let decision):
            let head = "\(document.fileName): \(object.kubesecName) scores \(report.score) of \(report.bestPossibleScore)"
            var lines = ["\(head) (\(report.ruleset.label))"]
            lines += faults(in: report, of: object)
            lines.append(kept(in: report))
            if let decision { lines += Self.lines(of: decision) + way(decision, of: report, in: object) }
            return lines + Self.lines(of: document.standard, in: object)
        }
    }

    /// Writes what to change, in the report's order.
    private static func faults(in report: ScoreReport, of object: KubernetesObject) -> [String] {
        let failures = report.results.filter { $0.outcome.fails }
        guard !failures.isEmpty else { return [] }
        let width = failures.map { report.entry(of: $0).rule.id.count }.max() ?? 0
        let places = FixText(pod: object.podSpec ?? PodSpec())
        return [""]
            + failures.map { failure in
                let entry = report.entry(of: failure)
                guard case .fails(let findings) = failure.outcome else { return "" }
                let fix = places.text(of: entry.rule, findings: findings)
                return "  \(RuleText.signed(entry.points))  \(RuleText.padded(entry.rule.id, to: width))  \(fix)"
            } + [""]
    }

    /// Writes which rules earned points.
    private static func kept(in report: ScoreReport) -> String {
        let earned = report.results.map { (entry: report.entry(of: $0), fails: $0.outcome.fails) }
            .filter { $0.entry.rule.polarity == .positive && !$0.fails && $0.entry.points > 0 }
        guard !earned.isEmpty else { return "  no points earned" }
        let points = earned.reduce(0) { $0 + $1.entry.points }
        return "  +\(points) earned by \(earned.map(\.entry.rule.id).joined(separator: ", "))"
    }

    /// Writes what the cluster would say.
    private static func lines(of decision: Decision) -> [String] {
        if let denial = decision.response.denial { return ["  denied by policy \(decision.policy): \(denial.message)"] }
        let verdict = decision.response.warnings.isEmpty ? "allowed" : "allowed with warnings"
        return ["  \(verdict) by policy \(decision.policy)"] + decision.response.warnings.map { "  Warning: \($0)" }
    }

    /// Counts the documents.
    private static func totals(of documents: [ScannedDocument]) -> String {
        var scored = 0
        var notScorable = 0
        var broken = 0
        for document in documents {
            switch document.outcome {
            case .scored: scored += 1
            case .notScorable: notScorable += 1
            case .broken: broken += 1
            }
        }
        return "\(documents.count) documents: \(scored) scored, \(notScorable) not scorable, \(broken) broken"
    }
}
