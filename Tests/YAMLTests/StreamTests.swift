import KubernetesAPI
import Testing
import YAML

struct StreamTests {
    @Test(arguments: [
        ("a: 1\n---\nb: 2\n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("---\na: 1\n--- # second\nb: 2\n---\t\nc: 3", [#"{"a":1}"#, #"{"b":2}"#, #"{"c":3}"#]),
        ("a: 1\r\n---\r\nb: 2\r\n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("a: 1\r---\rb: 2\r", [#"{"a":1}"#, #"{"b":2}"#]),
        ("a: 1\n...\nb: 2\n...\n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("a: 1\n... \n---\nb: 2\n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("--- {a: 1}\n--- [b]\n--- x\n", [#"{"a":1}"#, #"["b"]"#, #""x""#]),
        ("--- |\n  text\n---\nb: 2", ["\"text\n\"", #"{"b":2}"#]),
        ("a: |\n  ---\n  x\n", ["{\"a\":\"---\nx\n\"}"]),
        ("---#first\na: 1\n---# second\nb: 2\n---#", [#"{"a":1}"#, #"{"b":2}"#, "null"]),
        ("a: 1\n...\n---#c\n{b: 2}", [#"{"a":1}"#, #"{"b":2}"#]), ("# é\n---#c\n---#\n---#d\nc: 3", ["null", "null", #"{"c":3}"#]),
        ("a: ---x\nb:\n  ---#c: 1\n", [##"{"a":"---x","b":{"---#c":1}}"##]),
        ("%YAML 1.1\n---\na: 1\n...\n%TAG !y! tag:yaml.org,2002:\n---\nb: !y!int '2'\n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("a: 1\u{85}---\u{85}b: 2", [#"{"a":1}"#, #"{"b":2}"#]),
        ("\u{FEFF}a: 1\n---\n\u{FEFF}# c\nb: 2\n", [#"{"a":1}"#, #"{"b":2}"#]),
        ("a: 1\n\u{FEFF}---\nb: 2\n", [#"{"a":1}"#, #"{"b":2}"#]),
    ])
    func `Every separator begins a document`(text: String, expected: [String]) {
        #expect(documents(text) == expected)
    }

    @Test(arguments: [
        "---x: 1\n", "-----BEGIN\n", "---\u{A0}\n{b: 2}", "--- \u{A0}\n{b: 2}", "---\t\u{3000}# c\n{b: 2}", "b: '\n---x'\n",
        "---\u{B}\nb: 2\n",
    ])
    func `A line that begins with --- and is a separator for some readers makes its document invalid`(text: String) {
        let position = text.hasPrefix("b") ? "4:1" : "3:1"
        #expect(
            documents("a: 1\n...\n" + text + "\n---\nc: 3") == [
                #"{"a":1}"#, "\(position): only a comment may follow --- at the beginning of a line; kubectl rejects this line",
                #"{"c":3}"#,
            ]
        )
    }

    @Test(arguments: ["", "\n\n", "# nothing\n", "   ", "\u{FEFF}", "...\n", "# a\n...\n# b\n"])
    func `A stream without content has no document`(text: String) {
        #expect(documents(text) == [])
    }

    @Test(arguments: [("---", 1), ("---\n# only a comment\n---\na: 1", 1), ("---\n---\n---\n", 3), ("# c\n---\n", 1)])
    func `A marker without content behind it is a null document`(text: String, count: Int) {
        #expect(documents(text).filter { $0 == "null" }.count == count)
    }

    @Test(arguments: ["---", "---\n", "---  \n\n  \n---\n", "---\r\n---\r---\n...\n", "# c\n---\na: 1\n---\n  # d\n... # e\n--- # f"])
    func `A null document has libyaml's position`(text: String) {
        // What is not plain ASCII is left to libyaml.
        let parsed = "# é\n" + text.split(separator: "---", omittingEmptySubsequences: false).joined(separator: "--- # é\n")
        let shortened = "# \n" + text.split(separator: "---", omittingEmptySubsequences: false).joined(separator: "--- #  \n")
        let positions = [parsed, shortened].map { text in YAMLStream(Array(text.utf8)).map { (try? $0.get().position)?.description } }
        #expect(positions[0] == positions[1])
        #expect(!positions[0].isEmpty)
    }

    @Test(arguments: ["\n", "\r", "\u{85}", "\u{2028}"])
    func `Too many TAG directives are rejected before libyaml compares them`(lineBreak: String) {
        let directives = (0..<65).map { "%TAG !a\($0)! b\(lineBreak)" }.joined()
        #expect(firstError(directives + "---\na\n")?.reason == .tooManyTagDirectives(limit: 64))
        #expect(firstError(directives.dropFirst("%TAG !a0! b\(lineBreak)".count) + "---\na\n") == nil)
        #expect(documents(directives + "---\na\n---\nb: 1\n").last == #"{"b":1}"#)
    }

    @Test func `Too many TAG directives are also rejected in UTF-16`() {
        let text = "\u{FEFF}" + (0..<65).map { "%TAG !a\($0)! b\n" }.joined() + "---\na\n"
        let documents = documents(text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        #expect(documents.count == 1 && documents[0].hasPrefix("65:") && documents[0].hasSuffix(": more than 64 %TAG directives"))
    }

    @Test(arguments: [
        ("[1, 2, 3, 4]", 5, nil), ("[1, 2, 3, 4]", 4, "1:11: more than 4 values and keys"),
        ("{a: {}, b: {}}", 5, nil), ("{a: {}, b: {}}", 4, "1:12: more than 4 values and keys"),
        ("{a: 'a much longer text', b: {}}", 4, nil),
    ])
    func `A document has no more values than its limit or its length allows`(text: String, limit: Int, error: String?) {
        #expect(firstError(text, limits: YAMLLimits(nodes: limit))?.description == error)
    }

    @Test func `A text that only mentions TAG directives is read`() {
        #expect(documents("a: '" + String(repeating: "x %TAG ", count: 100) + "'\n").count == 1)
        #expect(firstError("a: '" + String(repeating: "x %TAG ", count: 100) + "'\n") == nil)
    }

    @Test func `An invalid document hides neither earlier nor later ones`() {
        let stream = "a: 1\n---\nb: [1\n---\nc: 'open\n---\nd: {\n...\ne: 5\n---\n%f\n---\ng: 7\n"
        #expect(
            documents(stream) == [
                #"{"a":1}"#,
                "4:1: did not find expected ',' or ']'; the bracket at line 3, column 4 is not closed, or a comma is missing",
                "6:1: found unexpected end of stream, while scanning a quoted scalar from line 5",
                "8:1: did not find expected node content; the bracket at line 7, column 4 is not closed, or a comma is missing",
                #"{"e":5}"#,
                "11:3: found unknown directive name, while scanning a directive from line 11",
                #"{"g":7}"#,
            ]
        )
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"])
    func `After every line break of YAML a marker ends an invalid document, and lines are counted`(lineBreak: String) {
        let stream = "a: 1\n---\nb: [1\n---\n# c\n\n---\n--- {d: \u{7}}\n... \n--- %f\n---\ng: 7"
        #expect(
            documents(stream.replacing("\n", with: lineBreak)) == [
                #"{"a":1}"#,
                "4:1: did not find expected ',' or ']'; the bracket at line 3, column 4 is not closed, or a comma is missing",
                "null", "null",
                "8:9: control characters are not allowed",
                "10:5: found character that cannot start any token, while scanning for the next token from line 10",
                #"{"g":7}"#,
            ]
        )
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"])
    func `A null document behind any line break has libyaml's position`(lineBreak: String) {
        // What is not plain ASCII is left to libyaml.
        let positions = ["# c", "# é"].map { comment in
            let text = "---\n\n---\n\(comment)\n---\n...\n--- \(comment)"
            return YAMLStream(Array(text.replacing("\n", with: lineBreak).utf8)).map { (try? $0.get().position)?.description }
        }
        #expect(positions[0] == positions[1])
        #expect(positions[0].count == 4)
    }

    @Test(arguments: ["{a: 1} x\n", "a: 1\n}\n", "'a' b\n", "a: 1\nb\n", "a:\n\tb: 1\n", "a: b: c\n"])
    func `Text behind a document makes it invalid`(text: String) {
        #expect(firstError(text) != nil)
    }

    @Test(
        arguments: [
            ([0x61, 0x3A, 0x20, 0x31, 0x0A, 0x62, 0x3A, 0xFF, 0x0A], "2:3: invalid leading UTF-8 octet"),
            ([0x61, 0x3A, 0x20, 0xC3, 0x28], "1:5: invalid trailing UTF-8 octet"),
            ([0x61, 0x3A, 0x20, 0xC3], "1:4: incomplete UTF-8 octet sequence"),
            ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], "1:4: invalid Unicode character"),
            ([0xC3, 0xA9, 0x3A, 0x20, 0x07], "1:4: control characters are not allowed"),
            ([0x61, 0x3A, 0x20, 0x00, 0x0A], "1:4: control characters are not allowed"),
        ] as [([UInt8], String)]
    )
    func `Bytes that are not text are rejected with their position`(bytes: [UInt8], expected: String) {
        #expect(documents(bytes) == [expected])
    }

    @Test(arguments: [true, false])
    func `UTF-16 with a byte order mark is read`(bigEndian: Bool) {
        // In one byte order or the other, these characters hold the bytes of a line break, three hyphens and a blank.
        let markerLike = "\u{0A05}\u{2D2D}\u{202D}\u{010A}\u{2D2D}\u{2D20}x"
        let bytes = "\u{FEFF}a: é\n---\nb: \(markerLike)\n".utf16.flatMap { unit in
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return bigEndian ? pair : pair.reversed()
        }
        #expect(documents(bytes) == [#"{"a":"é"}"#, "{\"b\":\"\(markerLike)\"}"])
    }

    // libyaml alone would take minutes: its time grows with the square of the depth.
    @Test(.timeLimit(.minutes(1)), arguments: ["[", "{a: ", "- "])
    func `Endless nesting is rejected before it is read`(opening: String) {
        let text = String(repeating: opening, count: 500_000)
        #expect(firstError(text)?.reason == .nestingTooDeep(limit: 256))
    }

    @Test func `The deepest nesting allowed is read`() throws {
        let text = String(repeating: "[", count: 256) + String(repeating: "]", count: 256)
        #expect(documents(text) == [text])
        #expect(firstError("[" + text + "]")?.position == Position(line: 1, column: 257))
    }
}
