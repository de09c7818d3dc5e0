import AdmissionPolicy
import KubernetesAPI

/// A report as workflow commands, which GitHub shows as annotations beside the lines of a pull request.
///
/// What does not fail the scan is never an error. The last line, no command, says what the documents come to. Texts from outside have all
/// their characters visible, so that none of them begins a line, which could be a command.
/// Source: <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>
package struct GitHubReport: ReportEncoder {
    /// Nothing stands before the annotations.
    package let head: [UInt8] = []
    /// Annotations are whole lines.
    package let separator: [UInt8] = []
    /// The name by which reports call standard input, of which there is no file to annotate.
    private let standardInputName: String

    /// A report; standard input is known by a name.
    package init(standardInputName: String) {
        self.standardInputName = standardInputName
    }

    /// Writes a line a finding; empty when nothing was found.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        Array(documents.flatMap { document in ReportFinding.list(of: document).map { line($0, in: document) } }.joined().utf8)
    }

    /// Writes what all documents come to.
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
        if case .broken = document.outcome { return "error" }
        return switch finding.level {
        case .error: document.isRefused && !document.isExcused ? "error" : "warning"
        case .warning: "warning"
        case .note: "notice"
        }
    }

    /// A message with what would end it escaped.
    static func message(_ text: String) -> String {
        escaped(text, also: [])
    }

    /// A property's value with what would end it escaped.
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

/// Paths as other programs look them up.
enum FilePath {
    /// A path without `./` before it.
    static func withoutDots(_ path: String) -> String {
        var rest = Substring(path)
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        return String(rest)
    }
}
