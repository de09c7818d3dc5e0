import AdmissionPolicy
import KubernetesAPI

/// The results of a scan by Namespace and by rule, as a table or as JSON, without the objects.
package struct SummaryReport: ReportEncoder {
    /// The form of the summary.
    package enum Form: Sendable {
        case table(TableStyle)
        case json
    }

    /// Empty: the summary is all that is written.
    package let head: [UInt8] = []
    /// Empty.
    package let separator: [UInt8] = []
    /// `true`, to count by Namespace and rule.
    package let needsDetails = true
    private let form: Form

    /// Creates a summary in a form.
    package init(_ form: Form) {
        self.form = form
    }

    /// Writes nothing about single documents.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] { [] }

    /// Writes the summary.
    package func tail(of tally: ScanTally) -> [UInt8] {
        switch form {
        case .table(let style): Array(Self.text(of: tally, style).utf8)
        case .json: Self.json(of: tally)
        }
    }

    // MARK: Table

    private static func text(of tally: ScanTally, _ style: TableStyle) -> String {
        let tone: TableStyle.Tone = tally.failed + tally.invalid > 0 ? .bad : .good
        let tables = [namespaceTable(tally.details), ruleTable(tally.details)].filter { $0.count > 1 }
        let rows = tables.flatMap { [""] + lines(of: $0, style) }
        // A row begins with the name of a Namespace.
        return (style.paragraph("", tally.sentence, tone) + rows).map { VisibleText.withoutCommands($0) + "\n" }.joined()
    }

    /// A row for each Namespace below the titles; the last row has the sums of several.
    private static func namespaceTable(_ details: ScanDetails) -> [[String]] {
        let total = details.total
        let hasBaseline = total.inBaseline > 0
        func row(_ name: String, _ results: ScanDetails.Results) -> [String] {
            let baseline = hasBaseline ? [results.inBaseline] : []
            let counts = [results.judged, results.passed, results.failed] + baseline + [results.skipped, results.invalid]
            return [name] + counts.map(String.init)
        }
        let titles = ["namespace", "judged", "passed", "failed"] + (hasBaseline ? ["in baseline"] : []) + ["skipped", "invalid"]
        let rows = details.namespaces.map { row($0.name.isEmpty ? "(unknown)" : DisplayText.oneLine($0.name, byteLimit: 63), $0.results) }
        return [titles] + rows + (rows.count > 1 ? [row("(all)", total)] : [])
    }

    /// A row for each rule below the titles.
    private static func ruleTable(_ details: ScanDetails) -> [[String]] {
        [["rule", "objects", "points"]]
            + details.rules.map { [$0.id, String($0.violations.objects), $0.violations.points.map { "+\($0)" } ?? "-"] }
    }

    /// Aligns the first column on the left and numbers on the right.
    private static func lines(of rows: [[String]], _ style: TableStyle) -> [String] {
        let widths = rows.first.map { $0.indices.map { column in rows.map { $0[column].count }.max() ?? 0 } } ?? []
        return rows.enumerated().map { number, row in
            let cells = zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
                return column == 0 ? cell.0 + space : space + cell.0
            }
            let line = cells.joined(separator: "  ")
            return number == 0 ? style.toned(line, .faint) : line
        }
    }

    // MARK: JSON

    private static func json(of tally: ScanTally) -> [UInt8] {
        let details = tally.details
        var json = JSONWriter(layout: .indented)
        json.beginObject()
        json.member("documents", tally.documents)
        write(details.total, to: &json)
        json.member("warnings", tally.warnings)
        json.key("namespaces")
        json.beginArray()
        for (name, results) in details.namespaces {
            json.beginObject()
            json.member("namespace", name)
            write(results, to: &json)
            json.endObject()
        }
        json.endArray()
        json.key("rules")
        json.beginArray()
        for (id, violations) in details.rules {
            json.beginObject()
            json.member("rule", id)
            json.member("objects", violations.objects)
            json.member("points", violations.points)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        return json.bytes
    }

    private static func write(_ results: ScanDetails.Results, to json: inout JSONWriter) {
        json.member("judged", results.judged)
        json.member("passed", results.passed)
        json.member("failed", results.failed)
        json.member("inBaseline", results.inBaseline)
        json.member("skipped", results.skipped)
        json.member("invalid", results.invalid)
    }
}
