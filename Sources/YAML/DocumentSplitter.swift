import KubernetesAPI

/// Cuts a YAML stream at its document markers, so that a broken document doesn't hide those behind it.
///
/// A line that begins with `---` or `...` and then a blank or its end is a marker wherever it stands: YAML allows neither inside a quoted
/// scalar and ends block and plain scalars there. Lines end as libyaml ends them, see ``LineBreaks``.
struct DocumentSplitter {
    /// A piece of a stream that holds at most one document.
    struct Piece: Equatable {
        /// The bytes of the piece.
        let range: Range<Int>
        /// The line number of its first byte.
        let firstLine: Int
        /// Where the null stands that the piece is, when it is only markers, blanks and plain comments; no parser is needed to see that.
        var nullPosition: Position?
    }

    /// What a line is to the splitter.
    private enum Line {
        case documentStart, documentEnd
        /// Nothing but white space, a comment or a directive, which belong to the document behind them.
        case preamble
        case content
    }

    /// Where the next piece begins.
    private(set) var offset = 0
    private var line = 1
    private var breaks = LineBreaks()
    /// Whether the line before the offset has a break at its end; only the last line of a text can lack it.
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
            // Where the next marker stands, libyaml puts the null.
            let nullPosition = hasBegun && !hasContent && isBare ? Position(line: line, column: 1) : nil
            switch kind {
            case .documentStart where hasBegun || hasContent:
                return Piece(range: start..<offset, firstLine: firstLine, nullPosition: nullPosition)
            case .documentStart:
                hasBegun = true
                isBare = isBare && isBlank(from: offset + 3, in: bytes)
            case .documentEnd where !hasBegun && !hasContent:
                // libyaml refuses an end without a document before it, YAML does not.
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
        // libyaml ends the last line where the text does not.
        let endLine = hasLineBreak ? line : line + 1
        let isNull = hasBegun && !hasContent && isBare
        return Piece(range: start..<offset, firstLine: firstLine, nullPosition: isNull ? Position(line: endLine, column: 1) : nil)
    }

    /// Tells whether a text begins with UTF-16's byte order mark; such text is left to libyaml as a whole.
    private func isUTF16(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= 2 && (bytes[0] == 0xFF && bytes[1] == 0xFE || bytes[0] == 0xFE && bytes[1] == 0xFF)
    }

    /// Tells whether the rest of a line is surely nothing: spaces, and at most a comment of printable ASCII.
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

    /// Looks at the line on which the splitter stands.
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

    /// Tells whether three equal bytes and then a blank or the end of the line stand at an offset.
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
