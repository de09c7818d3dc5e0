import KubernetesAPI

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
