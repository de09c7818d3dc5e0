import AdmissionPolicy
import KubernetesAPI
package import RegistrationChecks

/// What the doctor found, for people and for scripts.
package struct DoctorReport: Sendable {
    private let findings: [RegistrationFinding]
    private let webhookCount: Int
    private let sawCertificate: Bool

    /// Collects what was found.
    ///
    /// - Parameters:
    ///   - findings: In the order in which they are shown, errors before warnings.
    ///   - webhookCount: The number of Podscore's webhooks that were looked at.
    ///   - sawCertificate: Whether the serving certificate was looked at.
    package init(findings: [RegistrationFinding], webhookCount: Int, sawCertificate: Bool) {
        self.findings = findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
        self.webhookCount = webhookCount
        self.sawCertificate = sawCertificate
    }

    private var errorCount: Int { findings.count { $0.severity == .error } }

    /// Whether somebody has to act: on errors, and on warnings where those count, too.
    package func fails(strictly isStrict: Bool) -> Bool {
        errorCount > 0 || isStrict && !findings.isEmpty
    }

    /// Two lines a finding, what is wrong and what to do, then the sum.
    package var text: String {
        var lines: [String] = []
        for finding in findings {
            let webhook = finding.webhook.isEmpty ? "" : "\(DisplayText.oneLine(finding.webhook, byteLimit: 253)): "
            lines.append(
                "\(finding.severity.rawValue): \(webhook)\(DisplayText.oneLine(finding.problem, byteLimit: 1_000)) [\(finding.fault.rawValue)]"
            )
            lines.append("    fix: \(DisplayText.oneLine(finding.fix, byteLimit: 1_000))")
        }
        if !sawCertificate { lines.append("not checked: the serving certificate; give it with --tls-cert") }
        lines.append(summary)
        return lines.map { VisibleText.of($0) + "\n" }.joined()
    }

    private var summary: String {
        let looked = "\(webhookCount) \(webhookCount == 1 ? "webhook" : "webhooks") of Podscore"
        guard !findings.isEmpty else { return "\(looked): nothing wrong found" }
        let warningCount = findings.count - errorCount
        let errors = "\(errorCount) \(errorCount == 1 ? "error" : "errors")"
        return "\(looked): \(errors), \(warningCount) \(warningCount == 1 ? "warning" : "warnings")"
    }

    /// One object with the findings in the same order, ending with a line feed.
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
