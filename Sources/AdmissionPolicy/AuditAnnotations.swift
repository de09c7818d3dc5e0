import KubernetesAPI

/// Writes what the audit event records of a decision.
enum AuditAnnotations {
    /// The longest value, in bytes.
    static let valueByteLimit = 1_000

    /// The annotations, in a fixed order; what does not apply is left out.
    ///
    /// `recorded` is what the audit level found where a stronger level decided, whose violations then stand apart.
    static func list(for decision: Decision, recorded: [Decision.Violation] = []) -> [AdmissionResponse.AuditAnnotation] {
        var pairs: [(key: String, value: String)] = [
            ("policy", decision.policy),
            ("ruleset", decision.ruleset),
        ]
        if let score = decision.score { pairs.append(("score", String(score))) }
        pairs.append(("decision", decision.outcome.rawValue))
        if !decision.violations.isEmpty { pairs.append(("violations", ids(of: decision.violations))) }
        if !recorded.isEmpty { pairs.append(("audit-violations", ids(of: recorded))) }
        if decision.wouldDeny { pairs.append(("would-deny", "true")) }
        return pairs.map { pair in
            AdmissionResponse.AuditAnnotation(key: pair.key, value: DisplayText.oneLine(pair.value, byteLimit: valueByteLimit))
        }
    }

    /// The ids with commas between them.
    private static func ids(of violations: [Decision.Violation]) -> String {
        let items = violations.enumerated().map { position, violation in
            FittedList.Item(separator: position == 0 ? "" : ",", full: violation.id, short: violation.id)
        }
        return FittedList.text(items, byteLimit: valueByteLimit)
    }
}
