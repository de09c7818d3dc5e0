package import AdmissionPolicy
package import KubernetesAPI

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
        return lines.map { VisibleText.of($0) + "\n" }.joined()
    }
}
