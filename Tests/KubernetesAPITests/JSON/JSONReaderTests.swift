import Testing

@testable import KubernetesAPI

/// Checks a whole text as the reader checks skipped values.
func checkJSON(_ text: [UInt8]) -> DecodingFailure? {
    var reader = JSONReader(text.span)
    reader.start()
    do {
        try reader.skipValue()
        try reader.finish()
        return nil
    } catch {
        return error
    }
}

/// Checks a whole text.
func checkJSON(_ text: String) -> DecodingFailure? {
    checkJSON(Array(text.utf8))
}

@Suite struct JSONReaderTests {
    @Test(arguments: [
        "{}", "[]", " { } ", "[ ]", "null", "true", "false", "0", "-0", "12", "-1.5e+3", "1E9", "\"\"", "\"a\\\"b\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0041\\ud83d\\ude00\"", "\"é€😀\"", "-12345678901234567890123.5e-999999", "\"\\u003c\\u2028\"", "[[],{}, [ ], { } ]",
        "{\"a\":1,\"b\":[1,2,{\"c\":null}]}", "\t\r\n[1 , 2]\n", "{\"a\" : {\"a\" : 1}}",
    ])
    func `Well-formed text is accepted`(text: String) {
        #expect(checkJSON(text) == nil)
    }

    @Test(arguments: [
        ("", DecodingFailure.Reason.unexpectedEnd, 0),
        ("{", .unexpectedEnd, 1),
        ("[1", .unexpectedEnd, 2),
        ("\"abc", .unexpectedEnd, 4),
        ("{\"a\"", .unexpectedEnd, 4),
        ("{\"a\":", .unexpectedEnd, 5),
        ("tru", .unexpectedEnd, 3),
        ("-", .unexpectedEnd, 1),
        ("[1,]", .unexpectedByte(UInt8(ascii: "]"), expected: "a value"), 3),
        ("{\"a\":1,}", .unexpectedByte(UInt8(ascii: "}"), expected: "a key"), 7),
        ("{,}", .unexpectedByte(UInt8(ascii: ","), expected: "a key"), 1),
        ("{a:1}", .unexpectedByte(UInt8(ascii: "a"), expected: "a key"), 1),
        ("{\"a\" 1}", .unexpectedByte(UInt8(ascii: "1"), expected: "':'"), 5),
        ("{\"a\":1 \"b\":2}", .unexpectedByte(UInt8(ascii: "\""), expected: "',' or '}'"), 7),
        ("[1 2]", .unexpectedByte(UInt8(ascii: "2"), expected: "',' or ']'"), 3),
        ("trUe", .unexpectedByte(UInt8(ascii: "U"), expected: "true"), 2),
        ("nul]", .unexpectedByte(UInt8(ascii: "]"), expected: "null"), 3),
        ("+1", .unexpectedByte(UInt8(ascii: "+"), expected: "a value"), 0),
        ("01", .invalidNumber, 0),
        ("1.", .unexpectedEnd, 2),
        ("[1.]", .invalidNumber, 1),
        ("[1e]", .invalidNumber, 1),
        ("[-a]", .invalidNumber, 1),
        ("\"\\x\"", .invalidEscape, 1),
        ("\"\\u12g4\"", .invalidEscape, 1),
        ("\"\\ud83d\\u00g1\"", .invalidEscape, 7),
        ("[[1,2}", .unexpectedByte(UInt8(ascii: "}"), expected: "',' or ']'"), 5),
        ("{\"a\":{\"b\":1]", .unexpectedByte(UInt8(ascii: "]"), expected: "',' or '}'"), 11),
        ("{\"a\":[1],,", .unexpectedByte(UInt8(ascii: ","), expected: "a key"), 9),
        ("[{},", .unexpectedEnd, 4),
        ("\"a\u{1}\"", .controlCharacter(1), 2),
        ("\"12345678\n\"", .controlCharacter(10), 9),
        ("{} {}", .trailingBytes, 3),
        ("null,", .trailingBytes, 4),
    ])
    func `Malformed text is rejected at the wrong byte`(text: String, reason: DecodingFailure.Reason, offset: Int) {
        #expect(checkJSON(text) == DecodingFailure(reason, at: .byteOffset(offset)))
    }

    @Test(
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC3], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0xFF], [0xE2, 0x28, 0xA1], [0xF0, 0x9F, 0x98, 0x41],
        ] as [[UInt8]]
    )
    func `Invalid UTF-8 is rejected inside strings`(sequence: [UInt8]) {
        let text = Array("\"ascii ".utf8) + sequence + Array("\"".utf8)
        #expect(checkJSON(text)?.reason == .invalidUTF8)
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":{"a":0,"a":0}}"#, #"["\ud83d", "\ude00", "\ud83d\u0041", {"\udfff":1}]"#, "1e999999",
        "-1234567890123456789012345678901234567890",
    ])
    func `Skipped values may have duplicate keys and half surrogate pairs`(text: String) {
        #expect(checkJSON(text) == nil)
    }

    @Test(arguments: [1, 63, 64, 65, 127, 128, 129, 200, 9_999, 10_000])
    func `Values nested up to 10 000 levels are skipped`(depth: Int) {
        #expect(checkJSON(Self.nested(depth)) == nil)
        #expect(checkJSON(String(repeating: "[", count: depth - 1) + "{}" + String(repeating: "]", count: depth - 1)) == nil)
        let (open, end) = (Self.nested(depth).prefix { $0 != "1" }, Self.nested(depth).reversed().prefix { $0 != "1" }.reversed())
        // Each bracket has to be closed by its own kind.
        for index in [0, depth / 2, depth - 1] {
            var wrong = Array(end)
            wrong[index] = wrong[index] == "]" ? "}" : "]"
            #expect(checkJSON(String(open) + "1" + String(wrong)) != nil, "\(index) of \(depth)")
        }
        #expect(checkJSON(String(open) + "1" + String(end.dropLast()))?.reason == .unexpectedEnd)
        #expect(checkJSON(String(open) + "1" + String(end) + "]")?.reason == .trailingBytes)
    }

    @Test func `Nesting beyond 10 000 levels is rejected at its position`() {
        let failure = DecodingFailure.Reason.nestingTooDeep(limit: 10_000)
        #expect(checkJSON(Self.nested(10_001))?.reason == failure)
        #expect(checkJSON(String(repeating: "[", count: 1_000_000)) == DecodingFailure(failure, at: .byteOffset(10_000)))
        #expect(checkJSON(String(repeating: "{\"a\":", count: 1_000_000)) == DecodingFailure(failure, at: .byteOffset(50_000)))
    }

    /// A number inside of arrays and objects that alternate without a short pattern.
    private static func nested(_ depth: Int) -> String {
        let kinds = (0..<depth).map { ($0 * $0 + $0 / 7) % 3 == 0 }
        return kinds.map { $0 ? "[" : "{\"k\":" }.joined() + "1" + kinds.reversed().map { $0 ? "]" : "}" }.joined()
    }

    @Test(arguments: [
        ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min), ("0", 0), ("-7", -7),
    ])
    func `Integers are read up to 64 bits`(text: String, value: Int64) throws {
        let bytes = Array(text.utf8)
        var reader = JSONReader(bytes.span)
        #expect(try reader.readInteger() == value)
    }

    @Test(arguments: [
        ("9223372036854775808", DecodingFailure.Reason.integerOutOfRange), ("-9223372036854775809", .integerOutOfRange),
        ("1.0", .wrongType(expected: .integer, found: .number)), ("\"1\"", .wrongType(expected: .integer, found: .string)),
        ("true", .wrongType(expected: .integer, found: .boolean)),
    ])
    func `A number that is not a 64-bit integer is rejected`(text: String, reason: DecodingFailure.Reason) {
        let bytes = Array(text.utf8)
        #expect(throws: DecodingFailure(reason, at: .byteOffset(0))) {
            var reader = JSONReader(bytes.span)
            _ = try reader.readInteger()
        }
    }

    @Test func `Escapes are decoded in kept strings`() throws {
        let bytes = Array(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é""#.utf8)
        var reader = JSONReader(bytes.span)
        #expect(try reader.readString() == "\"\\/\u{8}\u{c}\n\r\té😀é")
    }
}
