package import ClusterAudit
import Reports

/// The result of an audit as texts, as `podscore audit` prints it.
///
/// The texts are made once, so that a page costs nothing and the result need not be kept.
package struct AuditPage: Sendable {
    /// The largest text, in bytes; a larger one is replaced by a summary.
    package static let byteLimit = 8 << 20

    /// The result as JSON, as with `--format json`; if it is too large, an object with `omitted` and `summary`.
    package let json: [UInt8]
    /// The result as a table.
    package let table: [UInt8]
    /// The result as a page for a browser.
    package let html: AuditHTML
    /// When the audit had been read.
    package let readAt: ContinuousClock.Instant

    /// Writes the texts of a result.
    package init(
        _ audit: Audit,
        decidedBy decider: AuditDecider,
        readAt: ContinuousClock.Instant,
        version: String = "",
        byteLimit: Int = Self.byteLimit
    ) {
        self.readAt = readAt
        html = AuditHTML(audit, decidedBy: decider, version: version, byteLimit: byteLimit)
        let reason = "the result has more than \(byteLimit) bytes; podscore audit shows all of it"
        json =
            Self.text(of: audit, decider, by: KubesecJSONReport(), byteLimit)
            ?? Array(#"{"omitted":"\#(reason)","summary":"#.utf8) + Self.summary(of: audit, decider, .json) + Array("}\n".utf8)
        table =
            Self.text(of: audit, decider, by: TableReport(), byteLimit)
            ?? Array("Only a summary: \(reason).\n\n".utf8) + Self.summary(of: audit, decider, .table(TableStyle()))
    }

    /// The text is larger than the limit.
    private struct TooLarge: Error {}

    /// Writes a report; `nil` if it is larger than the limit.
    static func text(of audit: Audit, _ decider: AuditDecider, by encoder: any ReportEncoder, _ byteLimit: Int) -> [UInt8]? {
        var text: [UInt8] = []
        do {
            _ = try audit.write(by: encoder, decidedBy: decider) { bytes in
                guard text.count + bytes.count <= byteLimit else { throw TooLarge() }
                text += bytes
            }
            return text
        } catch {
            return nil
        }
    }

    private static func summary(of audit: Audit, _ decider: AuditDecider, _ form: SummaryReport.Form) -> [UInt8] {
        // The counts of a summary are bounded by the Namespaces and rules.
        text(of: audit, decider, by: SummaryReport(form), .max) ?? []
    }
}
