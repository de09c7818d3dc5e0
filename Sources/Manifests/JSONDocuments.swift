import KubernetesAPI
import YAML

/// The documents of a JSON text: one, or several of which each begins on a line of its own.
struct JSONDocuments {
    private let bytes: [UInt8]
    private var place: TextPlace
    /// The first document, read already to find out what the text is.
    private var first: Result<ManifestNode, DecodingFailure>?
    /// How many more bytes may be read again, so that all of them together are read twice at most.
    private var rereadableByteCount: Int

    /// How many bytes the documents take that have been read.
    var offset: Int { place.offset }

    /// Takes a text as JSON; `nil` when it is rather YAML, most of whose flow style looks like JSON.
    ///
    /// The first value decides: JSON when it is whole and only other objects follow, or when it is broken in a way that YAML can't mend.
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

    /// Tells whether a document with this failure is refused as YAML too.
    private static func isBeyondYAML(_ failure: DecodingFailure) -> Bool {
        switch failure.reason {
        case .duplicateKey, .nestingTooDeep: true
        default: false
        }
    }

    /// Reads the next document; after a broken one, goes on at the next line that begins one, though it was taken for a part of that one:
    /// an object that is not closed has not got the objects on the lines behind it.
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

    /// Goes to the line that begins the next document, or to the end.
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

    /// Finds the first line behind an offset that begins with a brace or a bracket; where there is none, the end of the text or of what is
    /// looked at.
    private func offsetOfLine(behind offset: Int, before end: Int = .max) -> Int {
        let end = min(end, bytes.count)
        var index = offset
        while index + 1 < end {
            if bytes[index] == 0x0A, Self.beginsDocument(bytes[index + 1]) { return index + 1 }
            index += 1
        }
        return end
    }

    /// Tells whether a byte begins an object or an array.
    private static func beginsDocument(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }

    /// Tells whether a byte is white space of JSON.
    private static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
