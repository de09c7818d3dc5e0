import Testing

@testable import AdmissionPolicy

/// Texts of requests as they are shown.
struct DisplayTextTests {
    @Test(arguments: [
        ("plain-name.1", #""plain-name.1""#), ("", #""""#), ("a\"b\\c", #""a\"b\\c""#), ("tab\tnew\nline", #""tab\u{9}new\u{A}line""#),
        ("\u{1B}[31m", #""\u{1B}[31m""#), ("\u{7F}\u{9F}", #""\u{7F}\u{9F}""#), ("rtl\u{202E}x", #""rtl\u{202E}x""#),
        ("\u{2028}\u{2029}", #""\u{2028}\u{2029}""#), ("é 漢 😀", "\"é 漢 😀\""), ("\u{E000}", #""\u{E000}""#),
    ]) func `A quoted text shows all its characters`(text: String, expected: String) {
        #expect(DisplayText.quoted(text) == expected)
    }

    @Test func `A text on one line keeps its quotation marks`() {
        #expect(DisplayText.oneLine("duplicate key \"a\nb\"", byteLimit: 99) == #"duplicate key "a\u{A}b""#)
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdefg", 6, "abc…"), ("éééé", 8, "éééé"), ("ééééé", 8, "éé…"), ("😀😀😀", 11, "😀😀…"), ("abcd", 3, "…"),
    ]) func `A text is cut between scalars`(text: String, byteLimit: Int, expected: String) {
        #expect(DisplayText.truncated(text, byteLimit: byteLimit) == expected)
    }

    static let list = {
        var list = BoundedList()
        for word in ["one", "two", "six"] {
            list.text += word == "one" ? ": " : ", "
            list.text += word
            let shortEnd = list.text.byteCount
            list.text += " (with words)"
            list.endEntry(shortEnd: shortEnd)
        }
        return list
    }()

    @Test(arguments: [
        (99, ": one (with words), two (with words), six (with words)"), (54, ": one (with words), two (with words), six (with words)"),
        (53, ": one (with words), two (with words), six"), (28, ": one (with words), two, six"), (27, ": one, two, six"),
        (15, ": one, two, six"), (14, " and 3 more"), (11, " and 3 more"), (10, ""), (0, ""), (-5, ""),
    ]) func `A list shortens its entries, then drops some`(byteLimit: Int, expected: String) {
        let text = Self.list.string(byteLimit: byteLimit)
        #expect(text.utf8.count <= max(byteLimit, 0))
        #expect(text == expected)
    }
}

/// Texts as long as a request can be.
struct LongDisplayTextTests {
    // Without a limit the work is quadratic in the length: hours for these.
    @Test(.timeLimit(.minutes(1)), arguments: ["\u{1B}", "\"", "é", "\u{200B}", "a"])
    func `Only as much of a text is read as is shown`(scalar: String) {
        let text = String(repeating: scalar, count: 4_000_000)
        for _ in 0..<100 {
            #expect(DisplayText.quoted(text).utf8.count <= 65)
            #expect(DisplayText.oneLine(text, byteLimit: 253).utf8.count <= 253)
        }
    }
}
