/// Why files that were read cannot be put in force.
package struct RefusedFiles: Error, Sendable, Equatable {
    /// What is wrong, at least one line, such as `FILE:LINE:COLUMN: what`.
    package let lines: [String]
    /// The digest of what was read, by which one refusal is told from the next; empty when nothing could be.
    package let sha256: String

    /// Says what is wrong.
    package init(lines: [String], sha256: String = "") {
        self.lines = lines
        self.sha256 = sha256
    }

    /// One line: the first error, and how many there are besides.
    package var summary: String {
        guard let first = lines.first else { return "no reason given" }
        return lines.count == 1 ? first : "\(first) (and \(lines.count - 1) more in the log)"
    }
}
