import KubernetesAPI

/// Writes text in the macros of man(7), which groff and mandoc read.
struct ManualText {
    /// The text so far.
    private(set) var text: String
    /// Whether a heading was written last, which begins a paragraph as well.
    private var isBehindHeading = false

    /// Begins a page of section 1.
    init(title: String, date: CivilDate?, source: String) {
        let day = date?.description ?? ""
        text = ".TH \(Self.argument(title.uppercased())) 1 \"\(day)\" \(Self.argument(source)) \(Self.argument("Podscore"))\n"
        // Neither hyphens nor stretched spaces, so that what a reader copies is what was written.
        text += ".nh\n.ad l\n"
    }

    /// Begins a section.
    mutating func section(_ title: String) {
        text += ".SH \(Self.argument(title))\n"
        isBehindHeading = true
    }

    /// Begins a part of a section.
    mutating func subsection(_ title: String) {
        text += ".SS \(Self.argument(title))\n"
        isBehindHeading = true
    }

    /// Writes a line that is already in roff's notation.
    mutating func line(_ roff: String) {
        text += roff + "\n"
    }

    /// Writes a paragraph that wraps; code in backquotes is bold.
    mutating func paragraph(_ words: String) {
        beginParagraph()
        text += Self.marked(words) + "\n"
    }

    private mutating func beginParagraph() {
        if !isBehindHeading { text += ".PP\n" }
        isBehindHeading = false
    }

    /// Writes a term, in roff's notation, and the indented paragraph that explains it.
    mutating func item(_ term: String, _ words: String) {
        text += ".TP\n\(term)\n\(Self.marked(words))\n"
        isBehindHeading = false
    }

    /// Writes lines as they are.
    mutating func verbatim(_ lines: some Sequence<some StringProtocol>) {
        text += ".nf\n"
        for line in lines { text += Self.escaped(line) + "\n" }
        text += ".fi\n"
        isBehindHeading = false
    }

    /// Writes the explanation of a command: paragraphs that wrap, and examples and tables that do not.
    ///
    /// Lines that begin with a space, or that have columns, are examples and tables.
    mutating func discussion(_ words: String) {
        for block in words.split(separator: "\n\n") {
            let lines = block.split(separator: "\n")
            let start = lines.firstIndex { $0.hasPrefix(" ") || $0.contains("  ") } ?? lines.endIndex
            if start > lines.startIndex { paragraph(lines[..<start].joined(separator: " ")) } else { beginParagraph() }
            if start < lines.endIndex { verbatim(lines[start...]) }
        }
    }

    /// A text in bold.
    static func bold(_ words: String) -> String { "\\fB\(escaped(words))\\fR" }

    /// A text in italics, which terminals underline.
    static func italic(_ words: String) -> String { "\\fI\(escaped(words))\\fR" }

    /// The name of another page, such as `podscore-scan(1)`.
    static func reference(_ page: String) -> String { bold(page) + "(1)" }

    /// A text in which nothing has a meaning for roff.
    ///
    /// A hyphen would become another character, which no shell takes for an option's.
    static func escaped(_ words: some StringProtocol) -> String {
        var escaped = ""
        // At the beginning of a line, these begin a macro.
        if words.first == "." || words.first == "'" { escaped = "\\&" }
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "'": escaped += "\\(aq"
            case "`": escaped += "\\(ga"
            case "^": escaped += "\\(ha"
            case "~": escaped += "\\(ti"
            case _ where !scalar.isASCII: escaped += "\\[u" + hexadecimal(scalar) + "]"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A text whose parts between backquotes are bold.
    private static func marked(_ words: String) -> String {
        let parts = words.split(separator: "`", omittingEmptySubsequences: false)
        return parts.indices.map { $0.isMultiple(of: 2) ? escaped(parts[$0]) : bold(String(parts[$0])) }.joined()
    }

    /// An argument of a macro.
    private static func argument(_ words: String) -> String {
        "\"\(escaped(words).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq"))\""
    }

    /// The number of a character, with four digits or more as groff requires.
    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
