import Glibc
import KubernetesAPI

/// Finds each ``LineBreak`` of a text.
///
/// A value remembers the next break of each kind, so that a pass over a text reads each byte a fixed number of times.
struct LineBreaks {
    /// The offset of the next break of each kind, as far as it is known; the text's length if none is left.
    private var lineFeed = -1
    private var carriageReturn = -1
    private var nextLine = -1
    private var separator = -1

    /// Finds the first line break from an offset on; an empty range at the end of the text if none is left.
    ///
    /// Offsets must grow, in one text.
    mutating func next(from offset: Int, in bytes: Span<UInt8>) -> Range<Int> {
        if lineFeed < offset { lineFeed = bytes.offset(of: 0x0A, from: offset) }
        if carriageReturn < offset { carriageReturn = bytes.offset(of: 0x0D, from: offset) }
        if nextLine < offset { nextLine = Self.offset(ofBreakBeginningWith: 0xC2, from: offset, in: bytes) }
        if separator < offset { separator = Self.offset(ofBreakBeginningWith: 0xE2, from: offset, in: bytes) }
        let start = min(min(lineFeed, carriageReturn), min(nextLine, separator))
        return start..<start &+ LineBreak.length(at: start, in: bytes)
    }

    /// The line and column of a byte in a text; `firstLine` is the number of the first line.
    static func position(of offset: Int, in bytes: Span<UInt8>, firstLine: Int) -> Position {
        var breaks = Self()
        var (line, start) = (firstLine, 0)
        while true {
            let lineBreak = breaks.next(from: start, in: bytes)
            guard !lineBreak.isEmpty, lineBreak.upperBound <= offset else { break }
            line += 1
            start = lineBreak.upperBound
        }
        var column = 1
        for index in start..<min(max(start, offset), bytes.count) where bytes[index] & 0xC0 != 0x80 { column += 1 }
        return Position(line: line, column: column)
    }

    private static func offset(ofBreakBeginningWith byte: UInt8, from start: Int, in bytes: Span<UInt8>) -> Int {
        var offset = bytes.offset(of: byte, from: start)
        while offset < bytes.count, LineBreak.length(at: offset, in: bytes) == 0 { offset = bytes.offset(of: byte, from: offset &+ 1) }
        return offset
    }
}

extension Span<UInt8> {
    /// Finds a byte from an offset on; returns the number of bytes if it does not occur.
    func offset(of byte: UInt8, from start: Int) -> Int {
        guard start < count else { return count }
        return unsafe withUnsafeBytes { bytes in
            // Safety: both offsets are inside of the bytes, which the span keeps in place; what is found is too.
            guard let base = bytes.baseAddress, let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return bytes.count }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}
