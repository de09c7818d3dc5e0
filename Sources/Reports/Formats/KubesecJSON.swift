package import KubernetesAPI
import PodScoring

/// Documents in the form of kubesec's JSON: its field names, their order and its messages.
package enum KubesecJSON {
    /// The message for a kind to which no rule applies.
    package static let unsupportedKind = "This resource kind is not supported by kubesec"

    /// Returns the message for a document without a mandatory key.
    package static func missingKey(_ key: String) -> String {
        "error while parsing: missing '\(key)' key"
    }

    /// Returns an array with an element for each document, indented by two spaces, with a line feed at the end.
    package static func encode(_ documents: [ScannedDocument]) -> [UInt8] {
        KubesecJSONReport().report(of: documents)
    }

    /// Writes one document.
    static func write(_ document: ScannedDocument, to json: inout JSONWriter, heads: inout KubesecRuleHeads) {
        json.beginObject()
        switch document.outcome {
        case .scored(let object, let report, _):
            writeHead(of: document, isValid: true, to: &json)
            json.key("message")
            json.write(!report.ruleset.zeroFails && document.failsByDemand ? failure(for: report.score) : message(for: report.score))
            json.key("score")
            json.write(report.score)
            json.key("scoring")
            heads.prepare(for: report)
            KubesecScoring(report, of: object, in: document).write(to: &json, heads: &heads)
        case .skipped(_, let why, _):
            writeHead(of: document, isValid: true, to: &json)
            writeUnscored(message: why, to: &json)
        case .invalid(let problem):
            writeHead(of: document, isValid: false, to: &json)
            writeUnscored(message: document.kubesecMessage ?? problem, to: &json)
        }
        writeAdditions(of: document, to: &json)
        json.endObject()
    }

    /// Returns the message for a score: `Passed` for 0 and more points, `Failed` for less.
    package static func message(for score: Int) -> String {
        score >= 0 ? "Passed with a score of \(score) points" : failure(for: score)
    }

    /// Returns the message for the score of an object that fails.
    private static func failure(for score: Int) -> String {
        "Failed with a score of \(score) points"
    }

    /// Writes the first fields of an element.
    private static func writeHead(of document: ScannedDocument, isValid: Bool, to json: inout JSONWriter) {
        json.key("object")
        json.write(document.objectName)
        json.key("valid")
        json.write(isValid)
        json.key("fileName")
        json.write(document.fileName)
    }

    /// Writes the last fields of an element without a score.
    private static func writeUnscored(message: String, to json: inout JSONWriter) {
        json.key("message")
        json.write(message)
        json.key("score")
        json.write(0)
        json.key("scoring")
        json.beginObject()
        json.endObject()
    }
}

/// A report in kubesec's JSON: an array with an element for each document; see ``KubesecJSON``.
package struct KubesecJSONReport: ReportEncoder {
    /// A writer inside of the array.
    private let inside: JSONWriter
    /// The start of the array.
    package let head: [UInt8]
    /// The comma between two elements.
    package let separator = [UInt8(ascii: ",")]

    /// Creates a report.
    package init() {
        var json = JSONWriter(layout: .indented)
        json.beginArray()
        head = json.drain()
        inside = json
    }

    /// Returns whether the document's element may have members that kubesec does not know.
    package func showsWarnings(of document: ScannedDocument) -> Bool { !document.isScoredAsInKubesec }

    /// Writes an element for each document.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        var json = inside
        var heads = KubesecRuleHeads()
        for document in documents { KubesecJSON.write(document, to: &json, heads: &heads) }
        return json.bytes
    }

    /// Writes the end of the array.
    package func tail(of tally: ScanTally) -> [UInt8] {
        var json = inside
        if tally.hasPieces { json.resumeBehindElement() }
        json.endArray()
        json.endLine()
        return json.bytes
    }
}

extension ManifestNode {
    /// Returns `Kind/name.namespace` as kubesec writes it, with `undefined` and the default namespace for missing and null values.
    ///
    /// An empty name is kept. `kind` is the kind of an item in a typed list, which need not repeat it. Without any kind, the result is `Unknown`.
    package func kubesecName(kind: String?, defaultNamespace: String) -> String {
        guard let kind = self["kind"]?.printed ?? kind else { return ScannedDocument.unknownName }
        let name = self["metadata"]?["name"]?.printed ?? "undefined"
        let namespace = self["metadata"]?["namespace"]?.printed ?? defaultNamespace
        return "\(kind)/\(name).\(namespace)"
    }

    /// The text of a scalar; `nil` for null, arrays and objects.
    private var printed: String? {
        switch value {
        case .string(let text), .number(let text): text
        case .integer(let number): String(number)
        case .bool(let bool): String(bool)
        case .null, .array, .object: nil
        }
    }
}
