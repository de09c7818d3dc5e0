import KubernetesAPI

/// A text with an index of its lines, which makes the cost of an edit independent of the length of its line.
///
/// A file can have many objects on one line. The index has two numbers for each block of bytes and not for each line, since a line can be
/// a single byte.
package struct TextLines: Sendable {
    /// The whole text.
    package let bytes: [UInt8]
    /// The blanks of the first line that begins with any, which in JSON are one level; empty if no line does.
    let firstIndentation: Range<Int>
    /// The start of the line with the first byte of each block.
    private let starts: [Int]
    /// The end of that line, before its line break.
    private let ends: [Int]

    /// The number of bytes in a block.
    static let blockSize = 256

    /// Indexes a text, in time in proportion to its length.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var (starts, ends): ([Int], [Int]) = ([], [])
        let blockCount = bytes.count / Self.blockSize + 1
        starts.reserveCapacity(blockCount)
        ends.reserveCapacity(blockCount)
        var indentation = 0..<0
        var (start, offset) = (0, 0)
        while true {
            if offset == start, indentation.isEmpty { indentation = start..<Self.endOfBlanks(from: start, in: bytes) }
            let length = LineBreak.length(at: offset, in: bytes.span)
            guard length > 0 || offset == bytes.count else {
                offset += 1
                continue
            }
            // The line ends here; it has the first byte of all blocks that begin before the next line.
            while starts.count * Self.blockSize < offset + max(length, 1) {
                starts.append(start)
                ends.append(offset)
            }
            guard offset < bytes.count else { break }
            offset += length
            start = offset
        }
        firstIndentation = indentation
        self.starts = starts
        self.ends = ends
    }

    /// The offset of the first byte from an offset on that is not a space or a tab.
    static func endOfBlanks(from offset: Int, in bytes: [UInt8]) -> Int {
        var end = offset
        while end < bytes.count, TextEditor.isBlank(bytes[end]) { end += 1 }
        return end
    }

    /// The offset of the first byte of the line with an offset.
    func start(at offset: Int) -> Int {
        let block = offset / Self.blockSize
        let blockStart = block * Self.blockSize
        var start = offset
        while start > blockStart {
            if LineBreak.length(endingAt: start, in: bytes.span) > 0 { return start }
            start -= 1
        }
        return starts[block]
    }

    /// The offset behind the last byte of the line with an offset, before its line break.
    func end(from offset: Int) -> Int {
        let nextBlock = offset / Self.blockSize + 1
        let limit = min(nextBlock * Self.blockSize, bytes.count)
        var end = offset
        while end < limit {
            if LineBreak.length(at: end, in: bytes.span) > 0 { return end }
            end += 1
        }
        return end < bytes.count ? max(end, ends[nextBlock]) : bytes.count
    }
}
