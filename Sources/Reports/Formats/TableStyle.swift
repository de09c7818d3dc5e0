/// How a table is shown: in how many columns, and in colours or without.
package struct TableStyle: Sendable {
    /// The meaning of a piece of text, which a terminal shows as a colour.
    enum Tone: String {
        case bad = "31"
        case caution = "33"
        case good = "32"
        case strong = "1"
        case faint = "2"
    }

    /// The columns of the terminal; `nil` breaks no lines, for files and pipes.
    package let width: Int?
    /// Whether colours are shown.
    package let hasColours: Bool

    /// A style; without a width lines are as long as they are.
    package init(width: Int? = nil, hasColours: Bool = false) {
        self.width = width
        self.hasColours = hasColours
    }

    /// The least number of columns for a text beside others.
    private static let leastColumns = 24

    /// Whether there is no room for a column of rules beside a text.
    var isNarrow: Bool { width.map { $0 < 110 } ?? false }

    /// Puts a text into the colour of a tone.
    func toned(_ text: String, _ tone: Tone) -> String {
        hasColours && !text.isEmpty ? "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Breaks a text between words into lines that fit behind an indentation, at least one; a word is never broken.
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

    /// A text that begins behind a lead, its further lines indented to where it began.
    func paragraph(_ lead: String, _ text: String, _ tone: Tone? = nil) -> [String] {
        let indentation = lead.unicodeScalars.count
        let margin = String(repeating: " ", count: indentation)
        return wrapped(text, indentation: indentation).enumerated().map { number, line in
            (number == 0 ? lead : margin) + (tone.map { toned(line, $0) } ?? line)
        }
    }
}

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
