import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// A report as GitHub workflow commands, which GitHub shows as annotations on the lines of a pull request.
///
/// GitHub shows ten errors, ten warnings and ten notices of a step, so the findings of an object with the same command are one annotation,
/// and so are the warnings about its fields. Only findings that fail the scan are errors. The last line is a summary, not a command. Hidden
/// characters in names are shown by number, so that no name can begin a line, which could be a command.
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

    /// Writes a line for each annotation.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        Array(documents.flatMap(annotations).map(line).joined().utf8)
    }

    /// Writes the summary.
    package func tail(of tally: ScanTally) -> [UInt8] {
        Array((tally.sentence + "\n").utf8)
    }

    /// Returns the findings of a document by their commands, in the order of the first ones, and then the warnings about its fields.
    private func annotations(of document: ScannedDocument) -> [GitHubAnnotation] {
        var annotations: [GitHubAnnotation] = []
        for finding in ReportFinding.violations(in: document) {
            let command = GitHubAnnotation.command(finding, in: document)
            if let index = annotations.firstIndex(where: { $0.command == command }) {
                annotations[index].others.append(finding)
            } else {
                annotations.append(GitHubAnnotation(document: document, command: command, first: finding))
            }
        }
        let warnings = ReportFinding.warnings(about: document)
        if let first = warnings.first {
            let command = GitHubAnnotation.command(first, in: document)
            let others = Array(warnings.dropFirst())
            annotations.append(GitHubAnnotation(document: document, command: command, first: first, others: others, isAboutFields: true))
        }
        return annotations
    }

    private func line(of annotation: GitHubAnnotation) -> String {
        var properties: [String] = []
        if annotation.document.running == nil, annotation.document.fileName != standardInputName {
            properties.append("file=" + Self.property(FilePath.withoutDots(annotation.document.fileName)))
            if let position = annotation.first.position { properties += ["line=\(position.line)", "col=\(position.column)"] }
        }
        properties.append("title=" + Self.property(annotation.title))
        let message = annotation.lines.map(Self.message).joined(separator: Self.lineBreak)
        return "::\(annotation.command.rawValue) \(properties.joined(separator: ","))::\(message)\n"
    }

    /// An escaped line feed, which is a line break in the annotation.
    private static let lineBreak = "%0A"

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

/// Findings of one document that GitHub shows together, at the position of the first one.
private struct GitHubAnnotation {
    /// The command, which gives the annotation its colour.
    enum Command: String {
        case error, warning, notice
    }

    /// The number of characters up to which findings are listed; GitHub's runner cuts messages at 4096, and a last line counts the rest.
    /// Source: <https://github.com/actions/runner/blob/0001dcd9db8ad13e3a457d7c03912d568e446339/src/Runner.Worker/ExecutionContext.cs>
    private static let messageLimit = 4000

    let document: ScannedDocument
    let command: Command
    let first: ReportFinding
    var others: [ReportFinding] = []
    /// Whether the findings are warnings about fields.
    var isAboutFields = false

    /// Returns the command for a finding.
    static func command(_ finding: ReportFinding, in document: ScannedDocument) -> Command {
        if case .invalid = document.outcome { return .error }
        return switch finding.level {
        case .error: document.failsForWarnings || document.failsScan ? .error : .warning
        case .warning: .warning
        case .note: .notice
        }
    }

    /// The rule of a single finding and the object, or the object, its score and the number of findings.
    var title: String {
        let object = DisplayText.oneLine(document.objectName, byteLimit: 400)
        guard !others.isEmpty else { return "\(first.rule): \(object)" }
        if isAboutFields { return "\(object): \(others.count + 1) warnings" }
        guard case .scored(_, let report, _) = document.outcome else { return "\(object): \(others.count + 1) findings" }
        return "\(object): score \(report.score), \(others.count + 1) findings"
    }

    /// The message of a single finding, or a line for each finding with its line number and its rule.
    var lines: [String] {
        guard !others.isEmpty else { return [Self.text(of: first)] }
        let findings = [first] + others
        var lines: [String] = []
        var length = 0
        for finding in findings {
            let place = finding.position.map { "line \($0.line): " } ?? ""
            let line = VisibleText.of("\(place)\(finding.rule): \(Self.text(of: finding))")
            length += line.utf16.count + 1
            guard lines.isEmpty || length <= Self.messageLimit else { break }
            lines.append(line)
        }
        let rest = findings.count - lines.count
        return rest > 0 ? lines + ["and \(rest) more"] : lines
    }

    private static func text(of finding: ReportFinding) -> String {
        finding.message + (finding.points.map { " (\(RuleFacts.signed($0)))" } ?? "")
    }
}
