package import AdmissionPolicy
package import KubernetesAPI

/// Writes a decision for people.
package enum DecisionText {
    /// What is exempt or waived, a line each.
    static func exceptions(in decision: Decision) -> [String] {
        if let exemption = decision.exemption { return ["exempt: \(exemption)"] }
        return decision.waivers.map { waiver in
            "waived until \(waiver.expires) by \(waiver.name): \(waiver.rules.joined(separator: ", "))"
        }
    }

    /// A line that says what was decided, then what the client would see, indented.
    package static func lines(_ decision: Decision, of request: AdmissionRequest, in file: String) -> String {
        let name =
            request.object.object.map { $0.metadata.name.isEmpty ? $0.metadata.generateName + "*" : $0.metadata.name } ?? request.name
        let resource = request.kind.kind + (request.subResource.isEmpty ? "" : "/" + request.subResource)
        let title = DisplayText.oneLine("\(resource) \(request.namespace)/\(name)", byteLimit: 400)
        var line = "\(file): \(decision.outcome.rawValue): \(request.operation.rawValue) \(title)"
        if let score = decision.score, let best = decision.bestPossibleScore { line += ", scores \(score) of \(best)" }
        line += ", policy \(decision.policy)"
        if decision.wouldDeny && decision.outcome != .deny { line += ", would be denied without the server's mode" }
        var lines = [line] + exceptions(in: decision).map { "    \($0)" }
        if let denial = decision.response.denial { lines.append("    \(denial.message)") }
        lines += decision.response.warnings.map { "    Warning: \($0)" }
        if decision.outcome == .audit { lines += decision.violations.map { "    recorded: \($0.id)" } }
        return lines.map { VisibleText.of($0) + "\n" }.joined()
    }
}
