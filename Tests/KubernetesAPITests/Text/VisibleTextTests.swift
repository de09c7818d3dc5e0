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
}
