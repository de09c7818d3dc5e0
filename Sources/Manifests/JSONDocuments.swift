import KubernetesAPI
import YAML

/// The documents of a JSON text: one, or several that each start on a new line.
struct JSONDocuments {
    private let bytes: [UInt8]
    private var place: TextPlace
    /// The first document, which is read in advance to decide whether the text is JSON.
    private var first: Result<ManifestNode, DecodingFailure>?
    /// The number of bytes that may be read again, so that the whole text is read at most twice.
    private var rereadableByteCount: Int

    /// The number of bytes of the documents read so far.
    var offset: Int { place.offset }

    /// Reads a text as JSON; `nil` if it is YAML, whose flow style looks like JSON.
    ///
    /// The first value decides. The text is JSON if that value is complete and only objects follow, or if it is invalid in YAML as well.
    init?(_ bytes: [UInt8]) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let byte = bytes[start...].first(where: { !Self.isWhitespace($0) }), Self.beginsDocument(byte) else { return nil }
        self.bytes = bytes
        rereadableByteCount = bytes.count
        place = TextPlace(offset: start)
        guard let first = next() else { return nil }
        self.first = first
        switch first {
        case .success:
            if let byte = bytes[place.offset...].first, !Self.beginsDocument(byte) { return nil }
        case .failure(let failure):
            guard !Self.isBeyondYAML(failure) else { return }
            var yaml = YAMLStream(bytes)
            if case .success = yaml.next() { return nil }
        }
    }

    /// Whether a document with this failure is also invalid as YAML.
    private static func isBeyondYAML(_ failure: DecodingFailure) -> Bool {
        switch failure.reason {
        case .duplicateKey, .nestingTooDeep: true
        default: false
        }
    }

    /// Reads the next document.
    ///
    /// After an invalid document, continues at the next line that starts one, even inside the invalid document: an object that is not closed
    /// must not hide the objects on later lines.
    mutating func next() -> Result<ManifestNode, DecodingFailure>? {
        if let first = first.take() { return first }
        let bytes = self.bytes
        var parser = JSONNodeParser(bytes.span, at: place)
        do throws(DecodingFailure) {
            let node = try parser.next()
            place = parser.end
            return node.map { .success($0) }
        } catch {
            skipBrokenDocument(endingBehind: parser.end.offset)
            return .failure(error)
        }
    }

    /// Skips to the line that starts the next document, or to the end.
    private mutating func skipBrokenDocument(endingBehind end: Int) {
        let bytes = self.bytes
        let start = bytes[place.offset...].firstIndex { !Self.isWhitespace($0) } ?? end
        var next = offsetOfLine(behind: end)
        if start < end, bytes[start] == UInt8(ascii: "{") {
            let inside = offsetOfLine(behind: start, before: end)
            if inside < end, end - inside <= rereadableByteCount {
                rereadableByteCount -= end - inside
                next = inside
            }
        }
        place.advance(to: next, in: bytes.span)
    }

    /// The first line after an offset that starts with a brace or a bracket; the end of the text, or `end`, if there is none.
    private func offsetOfLine(behind offset: Int, before end: Int = .max) -> Int {
        let end = min(end, bytes.count)
        var index = offset
        while index + 1 < end {
            if bytes[index] == 0x0A, Self.beginsDocument(bytes[index + 1]) { return index + 1 }
            index += 1
        }
        return end
    }

    /// Whether a byte starts an object or an array.
    private static func beginsDocument(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    /// Whether a byte is white space in JSON.
    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
