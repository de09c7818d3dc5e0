import KubernetesAPI

/// Writes what the audit event records of a decision.
enum AuditAnnotations {
    /// The longest value, in bytes.
    static let valueByteLimit = 1_000

    /// The annotations, in a fixed order; what does not apply is left out.
    ///
    /// `recorded` is what the audit level found where a stronger level decided, whose violations then stand apart.
    static func list(for decision: Decision, recorded: [Violation] = []) -> [AdmissionResponse.AuditAnnotation] {
        var annotations: [AdmissionResponse.AuditAnnotation] = []
        annotations.reserveCapacity(10)
        func append(_ key: String, _ value: String) {
            annotations.append(AdmissionResponse.AuditAnnotation(key: key, value: DisplayText.oneLine(value, byteLimit: valueByteLimit)))
        }
        append("policy", decision.policy)
        append("ruleset", decision.ruleset)
        if let score = decision.score { append("score", String(score)) }
        append("decision", decision.outcome.rawValue)
        if let exemption = decision.exemption { append("exempt", exemption.description) }
        if !decision.violations.isEmpty { append("violations", ids(of: decision.violations)) }
        if !recorded.isEmpty { append("audit-violations", ids(of: recorded)) }
        if !decision.waivers.isEmpty { append("waivers", text(of: decision.waivers)) }
        if let day = decision.deniedFrom { append("denied-from", day.description) }
        if decision.wouldDeny { append("would-deny", "true") }
        return annotations
    }

    /// The ids with commas between them.
    private static func ids(of violations: [Violation]) -> String {
        if violations.count == 1, let violation = violations.first { return violation.id }
        let items = violations.enumerated().map { position, violation in
            BoundedList.Item(separator: position == 0 ? "" : ",", full: violation.id, short: violation.id)
        }
        return BoundedList.text(items, byteLimit: valueByteLimit)
    }

    /// The waivers with their last days and what they waive: `node-exporter until 2027-03-31: HostNetwork, HostPID; …`.
    private static func text(of waivers: [UsedWaiver]) -> String {
        let items = waivers.enumerated().map { position, waiver in
            BoundedList.Item(
                separator: position == 0 ? "" : "; ",
                full: "\(waiver.name) until \(waiver.expires): \(waiver.rules.joined(separator: ", "))",
                short: waiver.name
            )
        }
        return BoundedList.text(items, byteLimit: valueByteLimit)
    }
}
