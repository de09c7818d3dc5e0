/// Reads where the values of a JSON text stand.
///
/// The text was already read by a ``JSONNodeParser``, so its grammar is not checked again.
package struct JSONTextReader: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    private var index: Int
    private var place: TextPlace
    private var depth = 0

    /// Starts at the beginning of a text.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
        let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        index = hasMark ? 3 : 0
        place = TextPlace(offset: index)
    }

    /// Reads the next document; `nil` at the end of the text, or where it is not JSON.
    package mutating func next() -> TextDocument? {
        skipWhitespace()
        return value().map { TextDocument(root: $0) }
    }

    private mutating func value() -> TextNode? {
        guard let byte = byte(), depth < JSONNodeParser.depthLimit else { return nil }
        depth += 1
        defer { depth -= 1 }
        switch byte {
        case UInt8(ascii: "{"): return object()
        case UInt8(ascii: "["): return array()
        default:
            let (start, position) = mark()
            guard skipScalar() else { return nil }
            return TextNode(.scalar(byte == UInt8(ascii: "\"") ? .doubleQuoted : .plain), start..<index, at: position)
        }
    }

    private mutating func object() -> TextNode? {
        let (start, position) = mark()
        var members: [TextNode.Member] = []
        index += 1
        while enterItem(before: UInt8(ascii: "}")) {
            let keyStart = index
            guard skipScalar() else { return nil }
            let keyRange = keyStart..<index
            skipWhitespace()
            guard byte() == UInt8(ascii: ":") else { return nil }
            index += 1
            skipWhitespace()
            guard let value = value() else { return nil }
            members.append(TextNode.Member(key: key(keyRange), keyRange: keyRange, value: value))
        }
        guard byte() == UInt8(ascii: "}") else { return nil }
        index += 1
        return TextNode(.mapping(members, isFlow: true), start..<index, at: position)
    }

    private mutating func array() -> TextNode? {
        let (start, position) = mark()
        var elements: [TextNode] = []
        index += 1
        while enterItem(before: UInt8(ascii: "]")) {
            guard let value = value() else { return nil }
            elements.append(value)
        }
        guard byte() == UInt8(ascii: "]") else { return nil }
        index += 1
        return TextNode(.sequence(elements, isFlow: true), start..<index, at: position)
    }

    /// Steps over a comma and white space; `false` at the closing bracket or the end.
    private mutating func enterItem(before closing: UInt8) -> Bool {
        skipWhitespace()
        if byte() == UInt8(ascii: ",") {
            index += 1
            skipWhitespace()
        }
        return byte() != nil && byte() != closing
    }

    /// Steps over a string, a number or a word; `false` if none begins here.
    private mutating func skipScalar() -> Bool {
        let start = index
        if byte() == UInt8(ascii: "\"") {
            index += 1
            while let byte = byte(), byte != UInt8(ascii: "\"") { index += byte == UInt8(ascii: "\\") ? 2 : 1 }
            index = min(index + 1, bytes.count)
            return true
        }
        while let byte = byte(), !Self.endsScalar(byte) { index += 1 }
        return index > start
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "}"), UInt8(ascii: "]"): true
        default: false
        }
    }

    /// The text between the quotes; escapes stay as they are, since no field that is edited has any in its name.
    private func key(_ range: Range<Int>) -> String {
        guard range.count >= 2 else { return "" }
        var text: [UInt8] = []
        for index in range.lowerBound + 1..<range.upperBound - 1 { text.append(bytes[index]) }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func skipWhitespace() {
        while let byte = byte(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private func byte() -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    /// The offset and the position of the current byte.
    private mutating func mark() -> (start: Int, position: Position) {
        place.advance(to: index, in: bytes)
        return (index, place.position)
    }
}
