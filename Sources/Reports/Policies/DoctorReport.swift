import AdmissionPolicy
import KubernetesAPI
package import RegistrationChecks

/// The report of `podscore doctor`, as text and as JSON.
package struct DoctorReport: Sendable {
    private let findings: [RegistrationFinding]
    private let splits: [NamespaceSplit]
    private let webhookCount: Int?
    private let sawCertificate: Bool
    private let sawServer: Bool

    /// Creates a report of findings.
    ///
    /// - Parameters:
    ///   - findings: The problems, in the order of the report; errors are moved before warnings.
    ///   - splits: Where each kind of object is denied or admitted when Podscore is unreachable.
    ///   - webhookCount: The number of Podscore's webhooks that were checked; `nil` if no registration was read.
    ///   - sawCertificate: Whether the serving certificate was checked.
    ///   - sawServer: Whether a running server was asked.
    package init(findings: [RegistrationFinding], splits: [NamespaceSplit], webhookCount: Int?, sawCertificate: Bool, sawServer: Bool) {
        self.findings = findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
        self.splits = splits
        self.webhookCount = webhookCount
        self.sawCertificate = sawCertificate
        self.sawServer = sawServer
    }

    private var errorCount: Int { findings.count { $0.severity == .error } }

    /// Returns whether the check fails: on any error, and in strict mode on any warning.
    package func fails(strictly isStrict: Bool) -> Bool {
        errorCount > 0 || isStrict && !findings.isEmpty
    }

    /// Two lines for each finding, with the problem and the fix, then how the namespaces are divided, and a summary.
    package var text: String {
        var lines: [String] = []
        for finding in findings {
            let webhook = finding.webhook.isEmpty ? "" : "\(DisplayText.oneLine(finding.webhook, byteLimit: 253)): "
            lines.append(
                "\(finding.severity.rawValue): \(webhook)\(DisplayText.oneLine(finding.problem, byteLimit: 1_000)) [\(finding.fault.rawValue)]"
            )
            lines.append("    fix: \(DisplayText.oneLine(finding.fix, byteLimit: 1_000))")
        }
        lines += splits.flatMap(Self.lines(of:))
        if !sawCertificate, webhookCount != nil { lines.append("not checked: the serving certificate (use --tls-cert)") }
        lines.append(summary)
        return VisibleText.lines(lines)
    }

    /// One line for each part of a division that has namespaces; "all other namespaces" come last.
    private static func lines(of split: NamespaceSplit) -> [String] {
        let parts = parts(of: split).filter { !$0.patterns.isEmpty }
        return (parts.filter { !$0.patterns.contains("*") } + parts.filter { $0.patterns.contains("*") }).map { name, patterns in
            let isWhole = split.failsClosed.count + split.failsOpen.count + split.notChecked.count == 1
            let shown = patterns.prefix(nameLimit).map { $0 == "*" ? isWhole ? "every namespace" : "all other namespaces" : $0 }
            let more = patterns.count > nameLimit ? ["and \(patterns.count - nameLimit) more"] : []
            return "\(split.kind): \(name.words) \(DisplayText.oneLine((shown + more).joined(separator: ", "), byteLimit: 4_000))"
        }
    }

    /// The most namespaces in a line.
    private static let nameLimit = 20

    /// The parts of a division, with their key in JSON and their words in text.
    private static func parts(of split: NamespaceSplit) -> [(name: (key: String, words: String), patterns: [String])] {
        [
            (("failsClosed", "denied when Podscore is unreachable in"), split.failsClosed),
            (("failsOpen", "admitted unchecked when Podscore is unreachable in"), split.failsOpen),
            (("notChecked", "never checked in"), split.notChecked),
        ]
    }

    private var summary: String {
        let webhooks = webhookCount.map { "\($0) Podscore \($0 == 1 ? "webhook" : "webhooks")" }
        let checked = ((webhooks.map { [$0] } ?? []) + (sawServer ? ["1 server"] : [])).joined(separator: ", ")
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
        json.write(webhookCount ?? 0)
        json.key("certificateChecked")
        json.write(sawCertificate)
        json.key("serverChecked")
        json.write(sawServer)
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
        json.key("namespaces")
        json.beginArray()
        for split in splits { Self.write(split, to: &json) }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// Writes a division; `*` stands for all other namespaces.
    private static func write(_ split: NamespaceSplit, to json: inout JSONWriter) {
        json.beginObject()
        json.member("kind", split.kind)
        for (name, patterns) in parts(of: split) { json.member(name.key, patterns) }
        json.endObject()
    }
}
