/// A place in a text file, for messages to people.
package struct Position: Sendable, Hashable {
    // Each value of a document has a position, so its size counts in documents that consist of small values.
    private let shortLine: UInt32
    private let shortColumn: UInt32

    /// A place; both numbers start at 1 and are capped at 32 bits, which no text reaches.
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

/// A place in a text that is moved forward byte by byte and knows its line and column.
package struct TextPlace: Sendable {
    /// The offset in bytes.
    package private(set) var offset: Int
    private var line = 1
    private var column = 1

    /// Starts at the beginning of a text.
    ///
    /// - Parameter offset: the bytes before the text, such as those of a byte order mark.
    package init(offset: Int = 0) {
        self.offset = offset
    }

    /// Line and column; the column counts Unicode scalars.
    package var position: Position { Position(line: line, column: column) }

    /// Moves forward to an offset, at most the end of the text; does nothing if the place is already there or beyond.
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
