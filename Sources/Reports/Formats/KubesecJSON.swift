package import KubernetesAPI
import PodScoring

/// Writes scans in the shape of kubesec's JSON: its field names, their order and its messages.
package enum KubesecJSON {
    /// The message for a kind that no rule knows.
    package static let unsupportedKind = "This resource kind is not supported by kubesec"

    /// The message for a document that lacks a key without which it is no object.
    package static func missingKey(_ key: String) -> String {
        "error while parsing: missing '\(key)' key"
    }

    /// Writes an array with one element a document, indented by two spaces, with a line feed at the end.
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
            json.write(message(for: report.score))
            json.key("score")
            json.write(report.score)
            json.key("scoring")
            heads.prepare(for: report)
            KubesecScoring(report, of: object, in: document).write(to: &json, heads: &heads)
        case .notScorable(_, let why, _):
            writeHead(of: document, isValid: true, to: &json)
            writeUnscored(message: why, to: &json)
        case .broken(let problem):
            writeHead(of: document, isValid: false, to: &json)
            writeUnscored(message: document.kubesecMessage ?? problem, to: &json)
        }
        writeAdditions(of: document, to: &json)
        json.endObject()
    }

    /// The verdict in words: `Passed` from 0 points on, `Failed` below.
    package static func message(for score: Int) -> String {
        "\(score >= 0 ? "Passed" : "Failed") with a score of \(score) points"
    }

    /// Writes the fields with which every element begins.
    private static func writeHead(of document: ScannedDocument, isValid: Bool, to json: inout JSONWriter) {
        json.key("object")
        json.write(document.objectName)
        json.key("valid")
        json.write(isValid)
        json.key("fileName")
        json.write(document.fileName)
    }

    /// Writes the fields with which an element without a score ends.
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

/// A report in kubesec's JSON: an array with an element a document; see ``KubesecJSON``.
package struct KubesecJSONReport: ReportEncoder {
    /// Stands inside of the array.
    private let inside: JSONWriter
    /// The array's beginning.
    package let head: [UInt8]
    /// The comma between two elements.
    package let separator = [UInt8(ascii: ",")]

    /// A report without any settings.
    package init() {
        var json = JSONWriter(layout: .indented)
        json.beginArray()
        head = json.drain()
        inside = json
    }

    /// Writes an element a document.
    package func piece(of documents: [ScannedDocument]) -> [UInt8] {
        var json = inside
        var heads = KubesecRuleHeads()
        for document in documents { KubesecJSON.write(document, to: &json, heads: &heads) }
        return json.bytes
    }

    /// Writes the array's end.
    package func tail(of tally: ScanTally) -> [UInt8] {
        var json = inside
        if tally.hasPieces { json.resumeBehindElement() }
        json.endArray()
        json.endLine()
        return json.bytes
    }
}

extension ManifestNode {
    /// `Kind/name.namespace` as kubesec writes it; what is missing or null is `undefined`, or the namespace that is given.
    ///
    /// An empty name is a name. `kind` is the kind of an item of a typed list, which need not repeat it. Without any kind: `Unknown`.
    package func kubesecName(kind: String?, defaultNamespace: String) -> String {
        guard let kind = self["kind"]?.printed ?? kind else { return ScannedDocument.unknownName }
        let name = self["metadata"]?["name"]?.printed ?? "undefined"
        let namespace = self["metadata"]?["namespace"]?.printed ?? defaultNamespace
        return "\(kind)/\(name).\(namespace)"
    }

    /// The text of a scalar; `nil` for null, lists and objects.
    private var printed: String? {
        switch value {
        case .string(let text), .number(let text): text
        case .integer(let number): String(number)
        case .bool(let bool): String(bool)
        case .null, .array, .object: nil
        }
    }
}
