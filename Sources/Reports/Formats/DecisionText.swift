package import AdmissionPolicy
package import KubernetesAPI
import PodScoring

/// The text of a decision.
package enum DecisionText {
    /// Returns a line for the exemption or for each waiver.
    static func exceptions(in decision: Decision) -> [String] {
        if let exemption = decision.exemption { return ["exempt: \(exemption)"] }
        return decision.waivers.map { waiver in
            "waived by \(waiver.name) through \(waiver.expires): \(waiver.exceptions)"
        }
    }

    /// Returns a line with the decision, and indented lines with the message and the warnings for the client.
    package static func lines(_ decision: Decision, of request: AdmissionRequest, in file: String) -> String {
        let name =
            request.object.object.map { $0.metadata.name.isEmpty ? $0.metadata.generateName + "*" : $0.metadata.name } ?? request.name
        let resource = request.kind.kind + (request.subResource.isEmpty ? "" : "/" + request.subResource)
        let title = DisplayText.oneLine("\(resource) \(request.namespace)/\(name)", byteLimit: 400)
        var line = "\(file): \(decision.outcome.rawValue): \(request.operation.rawValue) \(title)"
        if let score = decision.score, let best = decision.bestPossibleScore { line += ", score \(score) of \(best)" }
        line += ", policy \(decision.policy)"
        if decision.wouldDeny && decision.outcome != .deny { line += ", would be denied in enforce mode" }
        var lines = [line] + exceptions(in: decision).map { "    \($0)" }
        if let denial = decision.response.denial { lines.append("    \(denial.message)") }
        lines += decision.response.warnings.map { "    Warning: \($0)" }
        if decision.outcome == .audit { lines += decision.violations.map { "    recorded: \($0.id)" } }
        return VisibleText.lines(lines)
    }

    /// Returns the violated demands of the level that decided: the minimum score, required and forbidden rules, and the standard's checks.
    static func violatedDemands(of decision: Decision) -> [String] {
        minimums(of: decision) + demands(of: decision) + standards(of: decision)
    }

    /// Returns the violated minimum with its origin: `score 4 is below --minimum-score 9`, or `below the minimum 9` of a policy.
    private static func minimums(of decision: Decision) -> [String] {
        decision.violations.compactMap { violation in
            guard case .minimumScore(let score, let minimum) = violation else { return nil }
            let origin = decision.policy == ScannedDocument.commandLinePolicy ? "--minimum-score" : "the minimum"
            return "score \(score) is below \(origin) \(minimum)"
        }
    }

    /// Returns the violated required and forbidden rules: `required: RunAsNonRoot, CapDropAll`.
    private static func demands(of decision: Decision) -> [String] {
        var required: [String] = []
        var forbidden: [String] = []
        for violation in decision.violations {
            switch violation {
            case .required(let rule): required.append(rule)
            case .forbidden(let rule): forbidden.append(rule)
            case .minimumScore, .podSecurityStandard, .undecodable: break
            }
        }
        return [("required", required), ("forbidden", forbidden)].filter { !$0.1.isEmpty }.map {
            "\($0.0): \($0.1.joined(separator: ", "))"
        }
    }

    /// Returns the violated checks of the policy's standard: `violates baseline@v1.31: baseline/hostNamespaces`.
    private static func standards(of decision: Decision) -> [String] {
        let checks = decision.violations.compactMap { violation -> (standard: String, check: String)? in
            guard case .podSecurityStandard(let standard, let check) = violation else { return nil }
            return (standard.description, check)
        }
        guard let standard = checks.first?.standard else { return [] }
        return ["violates \(standard): \(checks.map(\.check).joined(separator: ", "))"]
    }
}
