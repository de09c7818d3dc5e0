import KubernetesAPI

/// Splits a YAML stream at its document markers, so that an invalid document does not hide later ones.
///
/// A line that begins with `---` or `...`, followed by a blank or the line's end, is always a marker: YAML does not allow it inside of a
/// quoted scalar, and it ends block and plain scalars. ``LineBreaks`` says how lines end.
struct DocumentSplitter {
    /// A piece of a stream that holds at most one document.
    struct Piece: Equatable {
        /// The bytes of the piece.
        let range: Range<Int>
        /// The line number of its first byte.
        let firstLine: Int
        /// The position of the null document if the piece has only markers, blanks and plain comments, which needs no parser.
        var nullPosition: Position?
    }

    /// The kinds of lines that the splitter distinguishes.
    private enum Line {
        case documentStart, documentEnd
        /// White space, a comment or a directive, which belong to the next document.
        case preamble
        case content
    }

    /// The offset of the next piece.
    private(set) var offset = 0
    private var line = 1
    private var breaks = LineBreaks()
    /// Whether the line before the offset ends with a break; only the last line of a text can lack one.
    private var hasLineBreak = true

    /// Returns the next piece; `nil` at the end of the stream.
    mutating func next(in bytes: Span<UInt8>) -> Piece? {
        guard offset < bytes.count else { return nil }
        var (start, firstLine) = (offset, line)
        if start == 0, isUTF16(bytes) {
            offset = bytes.count
            return Piece(range: 0..<offset, firstLine: 1)
        }
        var hasBegun = false
        var hasContent = false
        var isBare = true
        while offset < bytes.count {
            let kind = kind(ofLineIn: bytes, afterContent: hasContent)
            // libyaml puts the null at the position of the next marker.
            let nullPosition = hasBegun && !hasContent && isBare ? Position(line: line, column: 1) : nil
            switch kind {
            case .documentStart where hasBegun || hasContent:
                return Piece(range: start..<offset, firstLine: firstLine, nullPosition: nullPosition)
            case .documentStart:
                hasBegun = true
                isBare = isBare && isBlank(from: offset + 3, in: bytes)
            case .documentEnd where !hasBegun && !hasContent:
                // libyaml rejects an end marker without a document before it, although YAML allows it.
                skipLine(in: bytes)
                (start, firstLine) = (offset, line)
                continue
            case .documentEnd:
                let isBlank = isBlank(from: offset + 3, in: bytes)
                skipLine(in: bytes)
                return Piece(range: start..<offset, firstLine: firstLine, nullPosition: isBlank ? nullPosition : nil)
            case .content: hasContent = true
            case .preamble: isBare = isBare && isBlank(from: offset, in: bytes)
            }
            skipLine(in: bytes)
        }
        guard start < offset else { return nil }
        // libyaml counts one more line at the end of a text without a final line break.
        let endLine = hasLineBreak ? line : line + 1
        let isNull = hasBegun && !hasContent && isBare
        return Piece(range: start..<offset, firstLine: firstLine, nullPosition: isNull ? Position(line: endLine, column: 1) : nil)
    }

    /// Tells whether a text begins with the byte order mark of UTF-16; libyaml reads such a text as a whole.
    private func isUTF16(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= 2 && (bytes[0] == 0xFF && bytes[1] == 0xFE || bytes[0] == 0xFE && bytes[1] == 0xFF)
    }

    /// Tells whether the rest of a line is certainly empty: spaces, and at most a comment of printable ASCII.
    private func isBlank(from start: Int, in bytes: Span<UInt8>) -> Bool {
        var index = start
        while index < bytes.count, bytes[index] == 0x20 { index &+= 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "#") {
            while index < bytes.count, 0x20..<0x7F ~= bytes[index] { index &+= 1 }
        }
        return isEndOfLine(index, in: bytes)
    }

    /// Tells whether a line ends at an offset.
    private func isEndOfLine(_ offset: Int, in bytes: Span<UInt8>) -> Bool {
        offset >= bytes.count || LineBreaks.length(at: offset, in: bytes) > 0
    }

    /// Classifies the current line.
    private func kind(ofLineIn bytes: Span<UInt8>, afterContent: Bool) -> Line {
        var start = offset
        if bytes[start] == 0xEF, start + 2 < bytes.count, bytes[start + 1] == 0xBB, bytes[start + 2] == 0xBF { start += 3 }
        guard start < bytes.count else { return .preamble }
        let first = bytes[start]
        if first == UInt8(ascii: "-"), isMarker(at: start, in: bytes) { return .documentStart }
        if first == UInt8(ascii: "."), isMarker(at: start, in: bytes) { return .documentEnd }
        if afterContent { return .content }
        if first == UInt8(ascii: "%") { return .preamble }
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        guard !isEndOfLine(start, in: bytes) else { return .preamble }
        return bytes[start] == UInt8(ascii: "#") ? .preamble : .content
    }

    /// Tells whether there are three equal bytes at an offset, followed by a blank or the end of the line.
    private func isMarker(at start: Int, in bytes: Span<UInt8>) -> Bool {
        guard start + 2 < bytes.count, bytes[start + 1] == bytes[start], bytes[start + 2] == bytes[start] else { return false }
        let end = start + 3
        return isEndOfLine(end, in: bytes) || bytes[end] == 0x20 || bytes[end] == 0x09
    }

    /// Goes to the next line.
    private mutating func skipLine(in bytes: Span<UInt8>) {
        let lineBreak = breaks.next(from: offset, in: bytes)
        hasLineBreak = !lineBreak.isEmpty
        if hasLineBreak { line &+= 1 }
        offset = lineBreak.upperBound
    }
}
