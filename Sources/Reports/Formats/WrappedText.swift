/// Breaks lines between words so that they fit a terminal.
enum WrappedText {
    /// The columns of a terminal that nobody made wider.
    static let width = 80

    /// The lines of a text of which the first one begins with a head and the others with spaces; a word that is too long has a line of its own.
    static func lines(_ head: String, _ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        var line = head
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = String(repeating: " ", count: indent)
                isEmpty = true
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }
}
