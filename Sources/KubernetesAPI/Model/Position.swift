/// A place in a text file, for messages that a person reads.
package struct Position: Sendable, Hashable {
    /// Line number; the first line is 1.
    package let line: Int
    /// Column in Unicode scalars; the first column is 1.
    package let column: Int

    /// A place; both numbers begin at 1.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension Position: CustomStringConvertible {
    /// `LINE:COLUMN`, as compilers write it.
    package var description: String { "\(line):\(column)" }
}
