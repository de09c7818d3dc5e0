import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// A report as JUnit XML, which build servers show as test results: a suite for each file, a case for each document.
///
/// A case is a failure if its document fails the scan, an error if the document is invalid or its warnings fail the scan, and skipped if no
/// rule applies to it. A file with more than 1 MiB of documents becomes several suites, so that memory is bounded.
package struct JUnitReport: ReportEncoder {
    /// The start of the element around all suites.
    package let head = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"podscore\">\n".utf8)
    /// `true`, because each piece is a suite.
    package let dependsOnPieces = true
    /// Empty.
    package let separator: [UInt8] = []

    /// Creates a report.
    package init() {}

    /// Writes one suite.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        guard let first = documents.first else { return [] }
        var tally = ScanTally()
        for document in documents { tally.count(document) }
        var text = "  <testsuite name=\"\(XMLText.attribute(first.suiteName))\" tests=\"\(documents.count)\""
        let errors = tally.invalid + documents.count { $0.failsForWarnings && !$0.failsScan }
        text += " failures=\"\(tally.failed)\" errors=\"\(errors)\" skipped=\"\(Self.skippedCount(documents))\">\n"
        for document in documents { text += testCase(document) }
        return Array((text + "  </testsuite>\n").utf8)
    }

    /// Writes the end of the element around all suites.
    package func tail(of tally: ScanTally) -> [UInt8] {
        Array("</testsuites>\n".utf8)
    }

    private static func skippedCount(_ documents: [ScannedDocument]) -> Int {
        documents.count { document in
            guard case .skipped = document.outcome else { return false }
            return !document.failsScan && !document.failsForWarnings
        }
    }

    private func testCase(_ document: ScannedDocument) -> String {
        let file = XMLText.attribute(document.fileName)
        let line = document.position.map { " line=\"\($0.line)\"" } ?? ""
        let name = XMLText.attribute(document.objectName)
        return "    <testcase name=\"\(name)\" classname=\"\(file)\" file=\"\(file)\"\(line)>\n\(result(of: document))    </testcase>\n"
    }

    private func result(of document: ScannedDocument) -> String {
        if case .invalid(let problem) = document.outcome {
            let message = XMLText.attribute(document.errorMessage ?? problem)
            return "      <error message=\"\(message)\">\(XMLText.content(VisibleText.of(problem)))</error>\n"
        }
        let findings = ReportFinding.list(of: document)
        let lines = findings.map { Self.line($0, in: document) }.joined(separator: "\n")
        if document.failsScan {
            let message = XMLText.attribute(Self.verdict(of: document, findings))
            return "      <failure message=\"\(message)\" type=\"refused\">\(XMLText.content(lines))</failure>\n"
        }
        if document.failsForWarnings {
            let message = XMLText.attribute(document.warnings.listed.first?.message ?? "")
            return "      <error message=\"\(message)\" type=\"warning\">\(XMLText.content(lines))</error>\n"
        }
        if case .skipped(_, let why, _) = document.outcome {
            let output = document.warnings.isEmpty ? "" : "      <system-out>\(XMLText.content(lines))</system-out>\n"
            return "      <skipped message=\"\(XMLText.attribute(why))\"/>\n" + output
        }
        return lines.isEmpty ? "" : "      <system-out>\(XMLText.content(lines))</system-out>\n"
    }

    /// Returns why a document fails the scan.
    private static func verdict(of document: ScannedDocument, _ findings: [ReportFinding]) -> String {
        if let denial = document.outcome.decision?.response.denial { return denial.message }
        return findings.first { $0.level == .error }?.message ?? "failed"
    }

    /// Returns the line of a finding with its position, rule, points and fix.
    private static func line(_ finding: ReportFinding, in document: ScannedDocument) -> String {
        let place = finding.position.map { "\(document.fileName):\($0)" } ?? document.fileName
        let points = finding.points.map { " (\(RuleFacts.signed($0)))" } ?? ""
        return VisibleText.line("\(place): \(finding.rule)\(points): \(finding.message)")
    }
}

extension ScannedDocument {
    /// The suite of the document: its file, or in an audit its Namespace.
    fileprivate var suiteName: String {
        guard let running else { return fileName }
        return running.namespace.isEmpty ? "(no Namespace)" : running.namespace
    }
}

/// Escapes texts for XML 1.0.
///
/// Source: <https://www.w3.org/TR/xml/#charsets>
enum XMLText {
    /// Escapes the value of an attribute; hidden characters are shown by number.
    static func attribute(_ text: String) -> String {
        escaped(VisibleText.of(text), isAttribute: true)
    }

    /// Escapes the content of an element; hidden characters but line feeds are shown by number.
    static func content(_ text: String) -> String {
        escaped(text, isAttribute: false)
    }

    private static func escaped(_ text: String, isAttribute: Bool) -> String {
        guard text.utf8.contains(where: mayMatter) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\n" where !isAttribute: escaped += "\n"
            case _ where VisibleText.isHidden(scalar): escaped += VisibleText.number(of: scalar)
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Returns whether a byte may belong to a character that must be escaped or shown by number; most texts have no such byte.
    private static func mayMatter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""): true
        // The characters that XML forbids are hidden ones.
        default: byte < 0x20 || byte >= 0x7F
        }
    }
}
