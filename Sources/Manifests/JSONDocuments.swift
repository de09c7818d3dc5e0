import KubernetesAPI
import YAML

/// The JSON documents at the beginning of a text, which may go on as YAML.
///
/// Source: <https://github.com/kubernetes/apimachinery/blob/v0.33.0/pkg/util/yaml/decoder.go#L198>
struct JSONDocuments {
    /// The next part of the text.
    enum Step {
        case document(ManifestNode)
        /// `bracket` is the position of the bracket that is certainly not closed.
        case invalid(DecodingFailure, bracket: Position?)
        /// The rest of the text is YAML.
        case yaml(YAMLStream)
    }

    private let bytes: [UInt8]
    private var place: TextPlace
    /// The number of documents read so far.
    private var count = 0
    /// Whether the text may still turn out to be YAML, whose flow style looks like JSON.
    private var mayBeYAML = true
    /// The number of bytes that may be read again, so that the whole text is read at most twice.
    private var rereadableByteCount: Int
    /// The offset of a line that begins with `---`: the next one behind an offset that was asked for.
    private var separator = -1

    /// The number of bytes of the documents read so far.
    var offset: Int { place.offset }

    /// Starts to read a text in UTF-8; `nil` if it does not begin with a bracket.
    init?(_ bytes: [UInt8]) {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let byte = bytes[start...].first(where: { !JSONWhitespace.contains($0) }), Self.isOpeningBracket(byte) else { return nil }
        self.bytes = bytes
        rereadableByteCount = bytes.count
        place = TextPlace(offset: start)
    }

    /// Whether YAML follows the documents that were read.
    var isAtYAML: Bool {
        guard count > 0, let next = bytes[place.offset...].first(where: { !JSONWhitespace.contains($0) }) else { return false }
        return !Self.isOpeningBracket(next)
    }

    /// Reads the next document.
    ///
    /// After an invalid document, continues at the next line that begins one, even inside the invalid document: an object that is not closed
    /// must not hide the objects on later lines. A line that begins with `---` also ends it.
    mutating func next() -> Step? {
        guard !isAtYAML else { return .yaml(yaml) }
        let bytes = self.bytes
        var parser = JSONNodeParser(bytes.span, at: place)
        do throws(DecodingFailure) {
            guard let node = try parser.next() else { return nil }
            place = parser.end
            count += 1
            return .document(node)
        } catch {
            if isYAML(after: error) { return .yaml(yaml) }
            let bracket = unclosedBracket(before: error)
            skipBrokenDocument(endingBehind: parser.end.offset)
            count += 1
            return .invalid(error, bracket: bracket)
        }
    }

    /// Whether the text is YAML from the place on, because it is invalid as JSON and not as YAML.
    ///
    /// Only asked for the first two documents, as in kubectl, and only once, because YAML is read again.
    private mutating func isYAML(after failure: DecodingFailure) -> Bool {
        guard mayBeYAML, count < 2 else { return false }
        switch failure.reason {
        case .duplicateKey, .nestingTooDeep: return false
        default: break
        }
        mayBeYAML = false
        let start = bytes[place.offset...].firstIndex { !JSONWhitespace.contains($0) } ?? place.offset
        let key = bytes[start...].dropFirst().first { !JSONWhitespace.contains($0) }
        // The slash begins a comment, as in tsconfig.json.
        let looksLikeJSON = [UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "/")].contains(key)
        if bytes[start] == UInt8(ascii: "{"), !looksLikeJSON { return true }
        var yaml = yaml
        guard case .success = yaml.next() else { return false }
        return true
    }

    /// The text from the place on, and from the indentation before it.
    private var yaml: YAMLStream {
        var start = place.offset
        while start > 0, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 { start -= 1 }
        return YAMLStream(bytes, at: start, line: place.position.line)
    }
}

extension JSONDocuments {
    /// Skips to the line that begins the next document, or to the end.
    private mutating func skipBrokenDocument(endingBehind end: Int) {
        let start = bytes[place.offset...].firstIndex { !JSONWhitespace.contains($0) } ?? end
        var next = min(offsetOfLine(behind: end, where: Self.isOpeningBracket), offsetOfSeparator(behind: max(start, end - 1)))
        if start < end, bytes[start] == UInt8(ascii: "{") {
            let inside = offsetOfLine(behind: start, before: end, where: Self.isOpeningBracket)
            if inside < end, end - inside <= rereadableByteCount {
                rereadableByteCount -= end - inside
                next = inside
            }
        }
        let bytes = self.bytes
        place.advance(to: next, in: bytes.span)
    }

    /// The first line after an offset whose first byte is wanted; the end of the text, or `end`, if there is none.
    private func offsetOfLine(behind offset: Int, before end: Int = .max, where isWanted: (UInt8) -> Bool) -> Int {
        let end = min(end, bytes.count)
        var index = offset
        while index + 1 < end {
            if bytes[index] == 0x0A, isWanted(bytes[index + 1]) { return index + 1 }
            index += 1
        }
        return end
    }

    /// The first line after an offset that begins with `---`; the end of the text if there is none.
    ///
    /// Offsets must grow, so that each byte is looked at once.
    private mutating func offsetOfSeparator(behind offset: Int) -> Int {
        guard separator <= offset else { return separator }
        separator = offset
        repeat {
            separator = offsetOfLine(behind: separator) { $0 == UInt8(ascii: "-") }
        } while separator < bytes.count && !bytes[separator...].starts(with: "---".utf8)
        return separator
    }

    /// The innermost bracket that is open where a document cannot be read; `nil` unless a later line begins where it must be closed.
    private func unclosedBracket(before failure: DecodingFailure) -> Position? {
        guard case .position(let end) = failure.location else { return nil }
        switch failure.reason {
        case .unexpectedEnd: break
        case .unexpectedByte where end.column == 1, .invalidNumber where end.column == 1: break
        default: return nil
        }
        let bytes = self.bytes
        var walker = place
        var open: [Position] = []
        var isString = false
        var index = place.offset
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\\") where isString: index += 1
            case UInt8(ascii: "\""): isString.toggle()
            case let byte where !isString && (Self.isOpeningBracket(byte) || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")):
                walker.advance(to: index, in: bytes.span)
                let position = walker.position
                guard (position.line, position.column) < (end.line, end.column) else { return open.last }
                if Self.isOpeningBracket(byte) { open.append(position) } else { _ = open.popLast() }
            case 0x0A where failure.reason != .unexpectedEnd:
                walker.advance(to: index + 1, in: bytes.span)
                guard walker.position.line < end.line else { return open.last }
            default: break
            }
            index += 1
        }
        return open.last
    }

    /// Whether a byte begins an object or an array.
    private static func isOpeningBracket(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[")
    }
}
