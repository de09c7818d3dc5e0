/// A place in a text file, for messages that a person reads.
package struct Position: Sendable, Hashable {
    // Two for every value of a document: half the size counts in documents that are nothing but values.
    private let shortLine: UInt32
    private let shortColumn: UInt32

    /// A place; both numbers begin at 1, and end at the last of 32 bits, beyond any text that is read.
    package init(line: Int, column: Int) {
        shortLine = UInt32(clamping: line)
        shortColumn = UInt32(clamping: column)
    }

    /// Line number; the first line is 1.
    package var line: Int { Int(shortLine) }
    /// Column in Unicode scalars; the first column is 1.
    package var column: Int { Int(shortColumn) }
}

extension Position: CustomStringConvertible {
    /// `LINE:COLUMN`, as compilers write it.
    package var description: String { "\(line):\(column)" }
}

/// A place in a text, moved forward byte by byte, that knows its line and column.
package struct TextPlace: Sendable {
    /// Offset of the byte.
    package private(set) var offset: Int
    private var line = 1
    private var column = 1

    /// Begins a text.
    ///
    /// - Parameter offset: How many bytes before it don't count as text, such as a byte order mark.
    package init(offset: Int = 0) {
        self.offset = offset
    }

    /// The line and the column, which counts Unicode scalars.
    package var position: Position { Position(line: line, column: column) }

    /// Moves forward to an offset, which may be the end of the text; an offset behind leaves the place where it is.
    package mutating func advance(to end: Int, in bytes: Span<UInt8>) {
        while offset < end {
            let byte = bytes[offset]
            offset &+= 1
            if byte == 0x0A || byte == 0x0D && !(offset < bytes.count && bytes[offset] == 0x0A) {
                line &+= 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column &+= 1
            }
        }
    }
}
