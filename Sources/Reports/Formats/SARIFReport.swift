import AdmissionPolicy
import KubernetesAPI
package import PodScoring

/// A report in SARIF 2.1.0, which code scanning services read: a result for each finding, and each rule explained once.
///
/// Rules that hold have no result. Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>
package struct SARIFReport: ReportEncoder {
    /// A writer inside of the results.
    private let inside: JSONWriter
    private let rules: [SARIFRule]
    private let ruleIndexes: [[UInt8]: Int]
    /// Whether each result says if it is in the baseline.
    private let hasBaseline: Bool
    /// Everything before the results, including the rules.
    package let head: [UInt8]
    /// The comma between two results.
    package let separator = [UInt8(ascii: ",")]

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - version: The program's version.
    ///   - ruleset: The ruleset whose points decide the level of each rule.
    ///   - hasBaseline: Whether findings were compared with a baseline.
    package init(version: String, ruleset: Ruleset, hasBaseline: Bool = false) {
        let rules = SARIFRule.all(weighedBy: ruleset)
        var json = JSONWriter(layout: .indented, reservingCapacity: 64 * 1024)
        json.beginObject()
        json.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        json.member("version", "2.1.0")
        json.key("runs")
        json.beginArray()
        json.beginObject()
        json.key("tool")
        json.beginObject()
        json.key("driver")
        json.beginObject()
        json.member("name", "podscore")
        json.member("version", version)
        json.key("rules")
        json.beginArray()
        for rule in rules { rule.write(to: &json) }
        json.endArray()
        json.endObject()
        json.endObject()
        json.member("columnKind", "unicodeCodePoints")
        json.key("results")
        json.beginArray()
        head = json.drain()
        inside = json
        self.rules = rules
        self.hasBaseline = hasBaseline
        ruleIndexes = Dictionary(rules.enumerated().map { (Array($0.element.id.utf8), $0.offset) }) { first, _ in first }
    }

    /// The most results of a run that GitHub's code scanning takes.
    ///
    /// Source: <https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit>
    package var resultLimit: Int? { 25_000 }

    /// Writes a result for each finding.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] { countedPiece(of: documents).bytes }

    /// Writes a result for each finding, and counts them.
    package func countedPiece(of documents: [ScannedDocument]) -> (bytes: [UInt8], resultCount: Int) {
        var json = inside
        var count = 0
        for document in documents {
            let findings = ReportFinding.list(of: document)
            count += findings.count
            for finding in findings { write(finding, in: document, to: &json) }
        }
        return (json.bytes, count)
    }

    /// Writes the end of the results, and whether all documents were valid.
    package func tail(of tally: ScanTally) -> [UInt8] {
        var json = inside
        if tally.hasPieces { json.resumeBehindElement() }
        json.endArray()
        json.key("invocations")
        json.beginArray()
        json.beginObject()
        json.key("executionSuccessful")
        json.write(tally.invalid == 0)
        if tally.omittedResults > 0 { writeOmission(of: tally.omittedResults, to: &json) }
        json.endObject()
        json.endArray()
        json.endObject()
        json.endArray()
        json.endObject()
        json.endLine()
        return json.bytes
    }

    /// Writes that results were left out, as a notification of the tool.
    private func writeOmission(of count: Int, to json: inout JSONWriter) {
        json.key("toolExecutionNotifications")
        json.beginArray()
        json.beginObject()
        json.member("level", "warning")
        json.key("message")
        json.beginObject()
        json.member("text", "\(count) results are left out: code scanning takes at most 25000 of one run. Scan fewer files at once.")
        json.endObject()
        json.endObject()
        json.endArray()
    }

    /// Escapes what viewers show as a link: `[text](target)`.
    ///
    /// Source: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html>, section 3.11.6
    private static func withoutLinks(_ message: String) -> String {
        message.utf8.contains(UInt8(ascii: "]")) ? message.replacing("](", with: "\\](") : message
    }

    private func write(_ finding: ReportFinding, in document: ScannedDocument, to json: inout JSONWriter) {
        json.beginObject()
        json.member("ruleId", finding.rule)
        if let index = ruleIndexes[Array(finding.rule.utf8)] {
            json.key("ruleIndex")
            json.write(index)
        }
        json.member("level", finding.level.rawValue)
        json.key("message")
        json.beginObject()
        json.member("text", Self.withoutLinks("\(DisplayText.oneLine(document.objectName, byteLimit: 400)): \(finding.message)"))
        json.endObject()
        json.key("locations")
        json.beginArray()
        writeLocation(of: finding, in: document, to: &json)
        json.endArray()
        json.key("partialFingerprints")
        json.beginObject()
        json.member("podscoreFinding/v1", FindingIdentity(finding, in: document).fingerprint)
        json.endObject()
        if hasBaseline { json.member("baselineState", document.failsScan ? "new" : "unchanged") }
        if let points = finding.points {
            json.key("properties")
            json.beginObject()
            json.key("points")
            json.write(points)
            json.endObject()
        }
        json.endObject()
    }

    private func writeLocation(of finding: ReportFinding, in document: ScannedDocument, to json: inout JSONWriter) {
        json.beginObject()
        json.key("physicalLocation")
        json.beginObject()
        json.key("artifactLocation")
        json.beginObject()
        json.member("uri", FileURI.text(document.fileName))
        json.endObject()
        if let position = finding.position {
            json.key("region")
            json.beginObject()
            json.key("startLine")
            json.write(position.line)
            json.key("startColumn")
            json.write(position.column)
            json.endObject()
        }
        json.endObject()
        json.key("logicalLocations")
        json.beginArray()
        json.beginObject()
        json.member("name", document.objectName)
        json.member("fullyQualifiedName", finding.path.isEmpty ? document.objectName : "\(document.objectName): \(finding.path)")
        json.member("kind", "resource")
        json.endObject()
        json.endArray()
        json.endObject()
    }
}

extension JSONWriter {
    /// Writes a member with a string.
    mutating func member(_ name: String, _ text: String) {
        key(name)
        write(text)
    }
}

/// Paths as URI references of RFC 3986.
enum FileURI {
    /// Returns a relative reference for a relative path, and a `file` URI for an absolute one.
    static func text(_ path: String) -> String {
        var rest = Substring(path)
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        return (rest.hasPrefix("/") ? "file://" : "") + PercentEncoding.encode(rest, keeping: UInt8(ascii: "/"))
    }
}
