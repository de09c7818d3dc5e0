import AdmissionPolicy
import KubernetesAPI
package import RegistrationChecks

/// The report of `podscore doctor`, as text and as JSON.
package struct DoctorReport: Sendable {
    private let findings: [RegistrationFinding]
    private let webhookCount: Int
    private let sawCertificate: Bool

    /// Creates a report of findings.
    ///
    /// - Parameters:
    ///   - findings: The problems, in the order of the report; errors are moved before warnings.
    ///   - webhookCount: The number of Podscore's webhooks that were checked.
    ///   - sawCertificate: Whether the serving certificate was checked.
    package init(findings: [RegistrationFinding], webhookCount: Int, sawCertificate: Bool) {
        self.findings = findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
        self.webhookCount = webhookCount
        self.sawCertificate = sawCertificate
    }

    private var errorCount: Int { findings.count { $0.severity == .error } }

    /// Returns whether the check fails: on any error, and in strict mode on any warning.
    package func fails(strictly isStrict: Bool) -> Bool {
        errorCount > 0 || isStrict && !findings.isEmpty
    }

    /// Two lines for each finding, with the problem and the fix, then a summary.
    package var text: String {
        var lines: [String] = []
        for finding in findings {
            let webhook = finding.webhook.isEmpty ? "" : "\(DisplayText.oneLine(finding.webhook, byteLimit: 253)): "
            lines.append(
                "\(finding.severity.rawValue): \(webhook)\(DisplayText.oneLine(finding.problem, byteLimit: 1_000)) [\(finding.fault.rawValue)]"
            )
            lines.append("    fix: \(DisplayText.oneLine(finding.fix, byteLimit: 1_000))")
        }
        if !sawCertificate { lines.append("not checked: the serving certificate (use --tls-cert)") }
        lines.append(summary)
        return lines.map { VisibleText.of($0) + "\n" }.joined()
    }

    private var summary: String {
        let checked = "\(webhookCount) Podscore \(webhookCount == 1 ? "webhook" : "webhooks")"
        guard !findings.isEmpty else { return "\(checked): no problems found" }
        let warningCount = findings.count - errorCount
        let errors = "\(errorCount) \(errorCount == 1 ? "error" : "errors")"
        return "\(checked): \(errors), \(warningCount) \(warningCount == 1 ? "warning" : "warnings")"
    }

    /// One JSON object with the findings in the same order, and a line feed at the end.
    package var json: [UInt8] {
        var json = JSONWriter(reservingCapacity: 1_024)
        json.beginObject()
        json.key("webhooks")
        json.write(webhookCount)
        json.key("certificateChecked")
        json.write(sawCertificate)
        json.key("findings")
        json.beginArray()
        for finding in findings {
            json.beginObject()
            for (key, value) in [
                ("severity", finding.severity.rawValue), ("id", finding.fault.rawValue), ("webhook", finding.webhook),
                ("problem", finding.problem), ("fix", finding.fix),
            ] {
                json.key(key)
                json.write(value)
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.bytes
    }
}
