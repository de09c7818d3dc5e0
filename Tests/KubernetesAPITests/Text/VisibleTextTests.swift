import KubernetesAPI
import Testing

/// The characters of texts from outside that are never shown unescaped.
@Suite struct VisibleTextTests {
    /// Control characters, DEL, line and paragraph separators, direction marks, zero-width characters, and characters without a glyph.
    static let hidden: [Unicode.Scalar] =
        (0...0x1F).map(Unicode.Scalar.init) + (0x7F...0x9F).map { Unicode.Scalar($0 as UInt8) }
        + [
            "\u{AD}", "\u{61C}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}",
            "\u{202E}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}", "\u{FEFF}", "\u{E000}", "\u{FFFE}", "\u{E0001}", "\u{10FFFF}",
        ]

    @Test(arguments: hidden) func `A hidden character is shown by its number at any place`(scalar: Unicode.Scalar) {
        let number = "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        let around = [("", ""), ("a", ""), ("", "b"), ("é漢", "😀 ~")] + (1...9).map { (String(repeating: "~", count: $0), "       ") }
        for (before, after) in around {
            let visible = VisibleText.of(before + String(scalar) + after)
            #expect(visible.utf8.elementsEqual((before + number + after).utf8))
            #expect(VisibleText.of(visible).utf8.elementsEqual(visible.utf8))
        }
    }

    @Test(arguments: ["", "a", " !~", "payments/web-1.example:80", "é 漢字 😀", "e\u{301}", "\\u{1B}", "\u{A0}", "~ ~ ~ ~ ~ ~ ~ ~ ~"])
    func `Every other text is unchanged, byte for byte`(text: String) {
        #expect(VisibleText.of(text).utf8.elementsEqual(text.utf8))
    }

    // CI runners interpret the output of tests, so the arguments are indices.
    static let commands: [(text: String, visible: String)] = [
        ("##[error]x", "#\\u{23}[error]x"), ("a ##vso[task.complete]", "a #\\u{23}vso[task.complete]"), ("##VSO[x", "#\\u{23}VSO[x"),
        ("###[a]##[b]", "##\\u{23}[a]#\\u{23}[b]"), ("é\n##[x", "é\\u{A}#\\u{23}[x"), ("1234567##[", "1234567#\\u{23}["),
    ]

    @Test(arguments: commands.indices) func `A command that a runner finds anywhere in a line is escaped`(index: Int) {
        let (text, visible) = Self.commands[index]
        #expect(VisibleText.of(text) == visible)
        #expect(VisibleText.of(visible) == visible)
        #expect(VisibleText.withoutCommands(visible) == visible)
    }

    @Test(arguments: ["#", "##", "a#[b", "# [", "##a[", "##vso", "##vs", "docs/rules.md#hostpid é", "12345678#", "## Rules ##"])
    func `Any other number sign is unchanged`(text: String) {
        #expect(VisibleText.of(text) == text)
        #expect(VisibleText.withoutCommands(text) == text)
    }

    @Test func `A command that begins a line is escaped in lines only`() {
        let lines = ["::error::x", " \u{A0}::error::x", "a::error::x", "", " ", "\n::error::x"]
        let visible = "\\u{3A}:error::x\n \u{A0}\\u{3A}:error::x\na::error::x\n\n \n\\u{A}::error::x\n"
        #expect(VisibleText.lines(lines) == visible)
        #expect(VisibleText.of(lines[0]) == lines[0])
        #expect(VisibleText.withoutCommands("\u{1B}[1m##[x") == "\u{1B}[1m#\\u{23}[x")
    }
}
