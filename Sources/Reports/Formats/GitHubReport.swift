import AdmissionPolicy
import KubernetesAPI

/// A report as GitHub workflow commands, which GitHub shows as annotations on the lines of a pull request.
///
/// Only findings that fail the scan are errors. The last line is a summary, not a command. Hidden characters in names are shown by number, so
/// that no name can begin a line, which could be a command.
/// Source: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>
package struct GitHubReport: ReportEncoder {
    /// Empty.
    package let head: [UInt8] = []
    /// Empty, because annotations are whole lines.
    package let separator: [UInt8] = []
    /// The name of standard input in reports, for which there is no file to annotate.
    private let standardInputName: String

    /// Creates a report with the name that stands for standard input.
    package init(standardInputName: String) {
        self.standardInputName = standardInputName
    }

    /// Writes a line for each finding.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        Array(documents.flatMap { document in ReportFinding.list(of: document).map { line($0, in: document) } }.joined().utf8)
    }

    /// Writes the summary.
    package func tail(of tally: ScanTally) -> [UInt8] {
        Array((tally.sentence + "\n").utf8)
    }

    private func line(_ finding: ReportFinding, in document: ScannedDocument) -> String {
        var properties: [String] = []
        if document.fileName != standardInputName {
            properties.append("file=" + Self.property(FilePath.withoutDots(document.fileName)))
            if let position = finding.position { properties += ["line=\(position.line)", "col=\(position.column)"] }
        }
        let object = DisplayText.oneLine(document.objectName, byteLimit: 400)
        properties.append("title=" + Self.property("\(finding.rule): \(object)"))
        let points = finding.points.map { " (\(RuleFacts.signed($0)))" } ?? ""
        return "::\(command(finding, in: document)) \(properties.joined(separator: ","))::\(Self.message(finding.message + points))\n"
    }

    private func command(_ finding: ReportFinding, in document: ScannedDocument) -> String {
        if case .invalid = document.outcome { return "error" }
        return switch finding.level {
        case .error: document.failsForWarnings || document.fails && !document.isInBaseline ? "error" : "warning"
        case .warning: "warning"
        case .note: "notice"
        }
    }

    /// Escapes a message.
    static func message(_ text: String) -> String {
        escaped(text, also: [])
    }

    /// Escapes the value of a property.
    static func property(_ text: String) -> String {
        escaped(text, also: [":", ","])
    }

    private static func escaped(_ text: String, also marks: [Unicode.Scalar]) -> String {
        let special = [UInt8(ascii: "%")] + marks.map { UInt8(truncatingIfNeeded: $0.value) }
        let text = VisibleText.of(text)
        guard text.utf8.contains(where: special.contains) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            if scalar == "%" || marks.contains(scalar) {
                escaped += "%" + String(scalar.value, radix: 16, uppercase: true)
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// Paths as GitHub looks them up.
enum FilePath {
    /// Returns a path without leading `./`.
    static func withoutDots(_ path: String) -> String {
        var rest = Substring(path)
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        return String(rest)
    }
}
