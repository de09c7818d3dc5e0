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
