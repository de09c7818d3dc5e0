import KubernetesAPI

/// Splits a YAML stream in UTF-8 at its document markers, so that an invalid document does not hide later ones.
///
/// A line that begins with `---` or `...`, followed by a blank or the line's end, is always a marker: YAML does not allow it inside of a
/// quoted scalar, and it ends block and plain scalars. ``LineBreaks`` says how lines end. `---#` is a marker as well, because it is one for
/// kubectl, which rejects every other line that begins with `---`.
/// Source: <https://github.com/kubernetes/apimachinery/blob/v0.32.0/pkg/util/yaml/decoder.go#L345>
struct DocumentSplitter {
    /// A piece of a stream that holds at most one document.
    struct Piece: Equatable {
        /// The bytes of the piece.
        let range: Range<Int>
        /// The line number of its first byte.
        let firstLine: Int
        /// The position of the null document if the piece has only markers, blanks and plain comments, which needs no parser.
        var nullPosition: Position?
        /// The first line that begins with `---` and is a marker for some readers but not for others.
        var doubtfulMarker: Position?
    }

    /// The kinds of lines that the splitter distinguishes.
    private enum Line {
        case documentStart, documentEnd
        /// `---#`, which libyaml does not know.
        case documentStartForKubectl
        /// `---` and text, which libyaml takes for content.
        case doubtfulMarker
        /// White space, a comment or a directive, which belong to the next document.
        case preamble
        case content
    }

    /// The offset of the next piece.
    private(set) var offset = 0
    /// The number of the line at the offset.
    private(set) var line = 1
    private var breaks = LineBreaks()
    /// Whether the line before the offset ends with a break; only the last line of a text can lack one.
    private var hasLineBreak = true

    /// Returns the next piece; `nil` at the end of the stream.
    mutating func next(in bytes: Span<UInt8>) -> Piece? {
        guard offset < bytes.count else { return nil }
        var piece = Piece(range: offset..<offset, firstLine: line)
        var hasBegun = false
        var hasContent = false
        var isBare = true
        while offset < bytes.count {
            let kind = kind(ofLineIn: bytes, afterContent: hasContent)
            // libyaml puts the null at the position of the next marker.
            let nullPosition = hasBegun && !hasContent && isBare ? Position(line: line, column: 1) : nil
            switch kind {
            case .documentStart where hasBegun || hasContent, .documentStartForKubectl where hasBegun || hasContent:
                return piece.ending(at: offset, nullPosition: nullPosition)
            case .documentStart:
                hasBegun = true
                isBare = isBare && isBlank(from: offset + 3, in: bytes)
                if !isBare, hasDoubtfulText(from: offset + 3, in: bytes) { piece.doubtfulMarker = Position(line: line, column: 1) }
            case .documentStartForKubectl:
                (hasBegun, isBare) = (true, true)
                skipLine(in: bytes)
                piece.begin(at: offset, line: line)
                continue
            case .documentEnd where !hasBegun && !hasContent:
                // libyaml rejects an end marker without a document before it, although YAML allows it.
                skipLine(in: bytes)
                piece.begin(at: offset, line: line)
                continue
            case .documentEnd:
                let isBlank = isBlank(from: offset + 3, in: bytes)
                skipLine(in: bytes)
                return piece.ending(at: offset, nullPosition: isBlank ? nullPosition : nil)
            case .doubtfulMarker:
                hasContent = true
                piece.doubtfulMarker = piece.doubtfulMarker ?? Position(line: line, column: 1)
            case .content: hasContent = true
            case .preamble: isBare = isBare && isBlank(from: offset, in: bytes)
            }
            skipLine(in: bytes)
        }
        guard piece.range.lowerBound < offset || hasBegun else { return nil }
        // libyaml counts one more line at the end of a text without a final line break.
        let endLine = hasLineBreak ? line : line + 1
        let isNull = hasBegun && !hasContent && isBare
        return piece.ending(at: offset, nullPosition: isNull ? Position(line: endLine, column: 1) : nil)
    }

    /// Tells whether text after `---` and blanks begins with a character that is white space for kubectl and may not be for libyaml.
    ///
    /// Those are the white space of Unicode; all other characters beyond ASCII are treated like them, because kubectl rejects them.
    private func hasDoubtfulText(from start: Int, in bytes: Span<UInt8>) -> Bool {
        var index = start
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index &+= 1 }
        return !isEndOfLine(index, in: bytes) && bytes[index] >= 0x80
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
        offset >= bytes.count || LineBreak.length(at: offset, in: bytes) > 0
    }

    /// Classifies the current line.
    private func kind(ofLineIn bytes: Span<UInt8>, afterContent: Bool) -> Line {
        var start = offset
        if bytes[start] == 0xEF, start + 2 < bytes.count, bytes[start + 1] == 0xBB, bytes[start + 2] == 0xBF { start += 3 }
        guard start < bytes.count else { return .preamble }
        let first = bytes[start]
        if first == UInt8(ascii: "-"), isTripled(at: start, in: bytes) {
            if isEndOfMarker(start + 3, in: bytes) { return .documentStart }
            return bytes[start + 3] == UInt8(ascii: "#") ? .documentStartForKubectl : .doubtfulMarker
        }
        if first == UInt8(ascii: "."), isTripled(at: start, in: bytes), isEndOfMarker(start + 3, in: bytes) { return .documentEnd }
        if afterContent { return .content }
        if first == UInt8(ascii: "%") { return .preamble }
        while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        guard !isEndOfLine(start, in: bytes) else { return .preamble }
        return bytes[start] == UInt8(ascii: "#") ? .preamble : .content
    }

    /// Tells whether there are three equal bytes at an offset.
    private func isTripled(at start: Int, in bytes: Span<UInt8>) -> Bool {
        start + 2 < bytes.count && bytes[start + 1] == bytes[start] && bytes[start + 2] == bytes[start]
    }

    /// Tells whether a blank or the end of the line is at the offset behind a marker.
    private func isEndOfMarker(_ end: Int, in bytes: Span<UInt8>) -> Bool {
        isEndOfLine(end, in: bytes) || bytes[end] == 0x20 || bytes[end] == 0x09
    }

    /// Goes to the next line.
    private mutating func skipLine(in bytes: Span<UInt8>) {
        let lineBreak = breaks.next(from: offset, in: bytes)
        hasLineBreak = !lineBreak.isEmpty
        if hasLineBreak { line &+= 1 }
        offset = lineBreak.upperBound
    }
}

extension DocumentSplitter {
    /// Starts at an offset, which is on the line with that number.
    init(at offset: Int, line: Int) {
        self.offset = offset
        self.line = line
    }
}

extension DocumentSplitter.Piece {
    /// Moves the beginning behind lines that libyaml must not see.
    fileprivate mutating func begin(at offset: Int, line: Int) {
        self = Self(range: offset..<offset, firstLine: line)
    }

    /// The piece up to an offset.
    fileprivate func ending(at offset: Int, nullPosition: Position?) -> Self {
        Self(range: range.lowerBound..<offset, firstLine: firstLine, nullPosition: nullPosition, doubtfulMarker: doubtfulMarker)
    }
}
