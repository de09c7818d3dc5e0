/// A part of a text that is replaced by other bytes; an empty range inserts them.
package struct TextReplacement: Sendable, Equatable {
    /// The replaced bytes.
    package let range: Range<Int>
    /// The new bytes.
    package let bytes: [UInt8]

    /// A replacement.
    package init(_ range: Range<Int>, _ bytes: [UInt8]) {
        self.range = range
        self.bytes = bytes
    }
}

/// A text after several rounds of replacements, which still knows which of its bytes are those of the original.
package struct EditedText: Sendable {
    /// A piece of the edited text.
    enum Segment: Sendable {
        /// Bytes of the original, by their offsets.
        case kept(Range<Int>)
        case added([UInt8])

        /// The number of bytes.
        var count: Int {
            switch self {
            case .kept(let range): range.count
            case .added(let bytes): bytes.count
            }
        }

        /// The bytes in a range that counts from the beginning of the segment.
        func part(_ range: Range<Int>) -> Segment {
            switch self {
            case .kept(let kept): .kept(kept.lowerBound + range.lowerBound..<kept.lowerBound + range.upperBound)
            case .added(let bytes): .added(Array(bytes[range]))
            }
        }
    }

    /// The text before all edits.
    package let original: [UInt8]
    /// The text with all edits.
    package private(set) var bytes: [UInt8]
    /// The pieces of ``bytes``, in order.
    private(set) var segments: [Segment]

    /// A text without edits.
    package init(_ original: [UInt8]) {
        self.original = original
        bytes = original
        segments = [.kept(original.indices)]
    }

    /// Whether any byte differs.
    package var isChanged: Bool { bytes != original }

    /// Returns the text after replacements in ``bytes``; `nil` if two of them overlap.
    ///
    /// Insertions at the same place are made in the order of the list.
    package func replacing(_ replacements: [TextReplacement]) -> EditedText? {
        let sorted = replacements.enumerated().sorted { first, second in
            let starts = (first.element.range.lowerBound, second.element.range.lowerBound)
            if starts.0 != starts.1 { return starts.0 < starts.1 }
            if first.element.range.isEmpty != second.element.range.isEmpty { return first.element.range.isEmpty }
            return first.offset < second.offset
        }
        var text = self
        text.segments = []
        var reader = SegmentReader(segments)
        for replacement in sorted.map(\.element) {
            guard replacement.range.lowerBound >= reader.offset, replacement.range.upperBound <= bytes.count else { return nil }
            text.segments += reader.take(upTo: replacement.range.lowerBound)
            if !replacement.bytes.isEmpty { text.segments.append(.added(replacement.bytes)) }
            _ = reader.take(upTo: replacement.range.upperBound)
        }
        text.segments += reader.take(upTo: bytes.count)
        text.bytes = text.segments.flatMap { segment -> [UInt8] in
            switch segment {
            case .kept(let range): Array(original[range])
            case .added(let bytes): bytes
            }
        }
        return text
    }
}

/// Takes segments one after the other, cut at any offset.
private struct SegmentReader {
    private let segments: [EditedText.Segment]
    private var index = 0
    /// The number of bytes taken of the segment at ``index``.
    private var taken = 0
    /// The number of bytes taken of all segments.
    private(set) var offset = 0

    init(_ segments: [EditedText.Segment]) {
        self.segments = segments
    }

    /// Takes the segments up to an offset.
    mutating func take(upTo end: Int) -> [EditedText.Segment] {
        var parts: [EditedText.Segment] = []
        while offset < end, index < segments.count {
            let segment = segments[index]
            let count = min(segment.count - taken, end - offset)
            parts.append(segment.part(taken..<taken + count))
            (taken, offset) = (taken + count, offset + count)
            if taken == segment.count { (index, taken) = (index + 1, 0) }
        }
        return parts
    }
}
