import KubernetesAPI
import PodScoring

extension ScannedDocument {
    /// Whether the document has warnings and they fail the scan.
    package var failsForWarnings: Bool { isStrict && !warnings.isEmpty }

    /// The warnings as lines that begin with the file and the position, as for invalid documents.
    package var warningLines: [String] {
        let lines = warnings.listed.map { "\(fileName):\($0.position): \($0.path): \($0.message)" }
        return lines + [moreWarnings.map { "\(fileName): \($0)" }].compactMap { $0 }
    }

    /// The sentence that counts the warnings that are not listed; `nil` if all are.
    var moreWarnings: String? {
        switch warnings.unlistedCount {
        case 0: nil
        case 1: "and 1 more warning"
        case let count: "and \(count) more warnings"
        }
    }

    /// Returns the mistakes that may be why a rule fails; none for a negative rule, which fails because of what is there.
    func causes(of rule: Rule, findings: [Finding], below specificationPath: String) -> String {
        rule.polarity == .positive ? causes(of: findings, below: specificationPath) : ""
    }

    /// Returns the mistakes that may be why a check fails, as an addition to its fix; empty if there are none.
    ///
    /// Such as ` (line 12 has the unknown field "runAsNonroot")`.
    func causes(of findings: [Finding], below specificationPath: String) -> String {
        guard !warnings.isEmpty else { return "" }
        var causes: [String] = []
        for finding in findings.prefix(Self.explainedLimit) {
            for warning in warnings.explaining(finding.path(below: specificationPath)) where !causes.contains(warning.cause) {
                causes.append(warning.cause)
            }
        }
        return causes.isEmpty ? "" : " (\(causes.joined(separator: ", ")))"
    }

    /// The maximum number of places of a rule for which causes are looked up.
    private static let explainedLimit = 100
}
