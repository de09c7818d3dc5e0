import Testing

@testable import KubernetesAPI

struct JSONNodeParserTests {
    /// Reads all values of a text.
    private func nodes(_ text: String) throws -> [ManifestNode] {
        let bytes = Array(text.utf8)
        var parser = JSONNodeParser(bytes.span)
        var nodes: [ManifestNode] = []
        while let node = try parser.next() { nodes.append(node) }
        return nodes
    }

    @Test func `Values keep their type, and numbers beyond 64-bit integers keep their text`() throws {
        let node = try #require(try nodes(#"[null, true, false, -5, 1.50, 1e3, 18446744073709551615, "a\n\u00e9", [], {}]"#).first)
        guard case .array(let elements) = node.value else {
            Issue.record("no array")
            return
        }
        let texts = elements.map { "\($0.value)" }
        #expect(
            texts == [
                "null", "bool(true)", "bool(false)", "integer(-5)", #"number("1.50")"#, #"number("1e3")"#,
                #"number("18446744073709551615")"#,
                #"string("a\né")"#, "array([])", "object([])",
            ]
        )
    }

    @Test func `Keys and values have positions whose columns count characters`() throws {
        let node = try #require(try nodes("{\r\n  \"é\": [1,\n\t\"ü\", 2]}").first)
        guard case .object(let members) = node.value else {
            Issue.record("no object")
            return
        }
        #expect(node.position == Position(line: 1, column: 1))
        #expect(members[0].keyPosition == Position(line: 2, column: 3))
        #expect(members[0].value.position == Position(line: 2, column: 8))
        #expect(members[0].value[1]?.position == Position(line: 3, column: 2))
        #expect(members[0].value[2]?.position == Position(line: 3, column: 7))
    }

    @Test func `Several values are read with white space between them`() throws {
        let nodes = try nodes(" {}\n[]\n\n{}\n ")
        #expect(nodes.map(\.position.line) == [1, 2, 4])
    }

    @Test(arguments: [
        ("{\"a\":1,\n\"a\":2}", DecodingFailure.Reason.duplicateKey("a"), 2, 2),
        ("{\"a\":1,\n\"\\u0061\":2}", .duplicateKey("a"), 2, 2),
        ("{\"\\u0061\":1,\n\"a\":2}", .duplicateKey("a"), 2, 2),
        ("[{\"b\":{\"x\":1,\"y\":2,\n\"x\":3}}]", .duplicateKey("x"), 2, 2),
        ("[\"\\ud83d\"]", .invalidEscape, 1, 3),
        ("[\"\\ude00\"]", .invalidEscape, 1, 3),
        ("[\"\\ud83d\\u0041\"]", .invalidEscape, 1, 3),
        ("[1,\n]", .unexpectedByte(0x5D, expected: "a value"), 2, 1),
        ("{\"a\"", .unexpectedEnd, 1, 5),
        ("[\"é\", \"\\x\"]", .invalidEscape, 1, 8),
        ("[01]", .invalidNumber, 1, 2),
        ("{}\n\n x", .unexpectedByte(0x78, expected: "a value"), 3, 2),
        (String(repeating: "[", count: 100_000), .nestingTooDeep(limit: 256), 1, 257),
    ])
    func `Malformed JSON is rejected with its position`(text: String, reason: DecodingFailure.Reason, line: Int, column: Int) {
        let failure = #expect(throws: DecodingFailure.self) { try nodes(text) }
        #expect(failure == DecodingFailure(reason, at: .position(Position(line: line, column: column))))
    }

    /// The reason why a text is rejected.
    private func refusal(_ text: String) -> DecodingFailure.Reason? {
        do {
            _ = try nodes(text)
            return nil
        } catch {
            return (error as? DecodingFailure)?.reason
        }
    }

    @Test func `Keys are compared as bytes and not as characters`() {
        #expect(refusal("{\"\u{e9}\":1,\"e\u{301}\":2}") == nil)
    }

    @Test(arguments: [17, 100, 5000])
    func `A duplicate among many keys is found, and the first repetition is reported`(count: Int) {
        var members = (0..<count).map { "\"key\($0)\":0" }
        #expect(refusal("{" + members.joined(separator: ",") + "}") == nil)
        members.append("\"key3\":1")
        members.append("\"key2\":1")
        #expect(refusal("{" + members.joined(separator: ",") + "}") == .duplicateKey("key3"))
    }

    @Test func `Keys with equal fingerprints are not confused`() {
        // The fingerprint sees the first and last eight bytes and the length; the middle differs.
        let members = (0..<200).map { "\"aaaaaaaa\(1000 + $0)zzzzzzzz\":0" }
        #expect(refusal("{" + members.joined(separator: ",") + "}") == nil)
    }

    @Test func `Nesting is accepted up to the limit`() {
        let limit = JSONNodeParser.depthLimit
        #expect(refusal(String(repeating: "[", count: limit) + String(repeating: "]", count: limit)) == nil)
        #expect(refusal(String(repeating: "[{}],", count: 1_000).dropLast().description) != .nestingTooDeep(limit: limit))
    }

    @Test func `Keys are kept up to a limit`() {
        let members = (0..<KeyStack.limit).map { "\"\($0)\":0" }.joined(separator: ",")
        #expect(refusal("{" + members + "}") == nil)
        #expect(refusal("{" + members + ",\"x\":0}") == .tooManyKeys(limit: KeyStack.limit))
    }

    @Test(arguments: [
        ("spec", 2, 1), ("spec.containers", 3, 2), ("spec.containers[1]", 5, 3), ("spec.containers[1].name", 6, 4),
        ("spec.containers[2].name", 3, 2),
        ("spec.containers[1].image.x", 5, 3), ("other", 1, 1), ("", 1, 1), ("spec.hostPID", 2, 1), ("spec[0]", 2, 1),
        ("spec.containers[x]", 3, 2), ("spec.containers[1", 3, 2), ("spec.containers[99999999999999999999]", 3, 2),
        ("spec.containers.name", 3, 2),
    ])
    func `A path leads to its field or to the innermost value around it`(path: String, line: Int, column: Int) throws {
        let text = "{\n\"spec\": {\n \"containers\": [\n  {},\n  {\n   \"name\": 1}]}}"
        let node = try #require(try nodes(text).first)
        #expect(node.position(ofPath: path) == Position(line: line, column: column))
    }
}
