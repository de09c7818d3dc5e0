/// The width and the colours of a table.
package struct TableStyle: Sendable {
    /// The meaning of a piece of text, which a terminal shows as a colour.
    enum Tone: String {
        case bad = "31"
        case caution = "33"
        case good = "32"
        case strong = "1"
        case faint = "2"
    }

    /// The number of columns of the terminal; `nil` for files and pipes, where lines are not wrapped.
    package let width: Int?
    /// Whether texts have colours.
    package let hasColours: Bool

    /// Creates a style; without a width, lines are not wrapped.
    package init(width: Int? = nil, hasColours: Bool = false) {
        self.width = width
        self.hasColours = hasColours
    }

    /// The minimum width of the last column.
    private static let leastColumns = 24

    /// Whether the terminal is too narrow for a column of rule ids.
    var isNarrow: Bool { width.map { $0 < 110 } ?? false }

    /// Returns a text in the colour of a tone.
    func toned(_ text: String, _ tone: Tone) -> String {
        hasColours && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Wraps a text between words into lines that fit after an indentation; words are never split.
    func wrapped(_ text: String, indentation: Int) -> [String] {
        guard let width, text.unicodeScalars.count + indentation > width else { return [text] }
        let columns = max(Self.leastColumns, width - indentation)
        var lines: [String] = []
        var line = ""
        var count = 0
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            let length = word.unicodeScalars.count
            if count > 0, count + 1 + length > columns {
                lines.append(line)
                (line, count) = ("", 0)
            }
            line += count > 0 ? " " + word : String(word)
            count += length + (count > 0 ? 1 : 0)
        }
        return lines + [line]
    }

    /// Wraps a text that begins after a lead; the other lines are indented to the same column.
    func paragraph(_ lead: String, _ text: String, _ tone: Tone? = nil) -> [String] {
        let indentation = lead.unicodeScalars.count
        let margin = String(repeating: " ", count: indentation)
        return wrapped(text, indentation: indentation).enumerated().map { number, line in
            (number == 0 ? lead : margin) + (tone.map { toned(line, $0) } ?? line)
        }
    }
}

/// Wraps lines to a width.
package enum WrappedText {
    /// The usual width of a terminal, in columns.
    package static let width = 80

    /// Returns the lines of a text after a head, the other lines indented.
    ///
    /// A word that is too long gets its own line.
    static func lines(_ head: String, _ text: String, indent: Int, width: Int) -> [String] {
        lines(head, words: text.split(separator: " "), indent: indent, width: width)
    }

    /// Returns the lines of items after a head, with commas between the items and the other lines indented; no item is divided.
    static func lines(_ head: String, items: [String], indent: Int, width: Int) -> [String] {
        let words = items.enumerated().map { Substring($0.offset + 1 < items.count ? $0.element + "," : $0.element) }
        return lines(head, words: words, indent: indent, width: width)
    }

    private static func lines(_ head: String, words: [Substring], indent: Int, width: Int) -> [String] {
        var lines: [String] = []
        var line = head
        var isEmpty = true
        for word in words {
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
