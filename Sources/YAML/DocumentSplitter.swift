/// Cuts a YAML stream at its document markers, so that a broken document doesn't hide those behind it.
///
/// A line that begins with `---` or `...` and then a blank or its end is a marker wherever it stands: YAML allows neither inside a quoted
/// scalar and ends block and plain scalars there.
struct DocumentSplitter {
    /// A piece of a stream that holds at most one document.
    struct Piece: Equatable {
        /// The bytes of the piece.
        let range: Range<Int>
        /// The line number of its first byte.
        let firstLine: Int
    }

    /// What a line is to the splitter.
    private enum Line {
        case documentStart, documentEnd
        /// Nothing but white space, a comment or a directive, which belong to the document behind them.
        case preamble
        case content
    }

    private var offset = 0
    private var line = 1

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
        while offset < bytes.count {
            switch kind(ofLineIn: bytes, afterContent: hasContent) {
            case .documentStart where hasBegun || hasContent: return Piece(range: start..<offset, firstLine: firstLine)
            case .documentStart: (hasBegun, hasContent) = (true, false)
            case .documentEnd where !hasBegun && !hasContent:
                // libyaml refuses an end without a document before it, YAML does not.
                skipLine(in: bytes)
                (start, firstLine) = (offset, line)
                continue
            case .documentEnd:
                skipLine(in: bytes)
                return Piece(range: start..<offset, firstLine: firstLine)
            case .content: hasContent = true
            case .preamble: break
            }
            skipLine(in: bytes)
        }
        return start < offset ? Piece(range: start..<offset, firstLine: firstLine) : nil
    }

    /// Tells whether a text begins with UTF-16's byte order mark; such text is left to libyaml as a whole.
    private func isUTF16(_ bytes: Span<UInt8>) -> Bool {
        bytes.count >= 2 && (bytes[0] == 0xFF && bytes[1] == 0xFE || bytes[0] == 0xFE && bytes[1] == 0xFF)
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
        guard start < bytes.count else { return .preamble }
        let byte = bytes[start]
        return byte == UInt8(ascii: "#") || byte == 0x0A || byte == 0x0D ? .preamble : .content
    }

    /// Tells whether three equal bytes and then a blank or the end of the line stand at an offset.
    private func isMarker(at start: Int, in bytes: Span<UInt8>) -> Bool {
        guard start + 2 < bytes.count, bytes[start + 1] == bytes[start], bytes[start + 2] == bytes[start] else { return false }
        guard start + 3 < bytes.count else { return true }
        let next = bytes[start + 3]
        return next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D
    }

    /// Goes to the next line.
    private mutating func skipLine(in bytes: Span<UInt8>) {
        var index = offset
        while index < bytes.count, bytes[index] != 0x0A, bytes[index] != 0x0D { index &+= 1 }
        if index < bytes.count {
            line &+= 1
            index &+= bytes[index] == 0x0D && index &+ 1 < bytes.count && bytes[index &+ 1] == 0x0A ? 2 : 1
        }
        offset = index
    }
}
