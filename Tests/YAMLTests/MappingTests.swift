import KubernetesAPI
import Testing
import YAML

struct MappingTests {
    @Test(arguments: [
        ("a: 1\nb: 2\na: 3\n", #"3:1: duplicate key "a", first on line 1"#),
        ("{a: 1, a: 2}", #"1:8: duplicate key "a", first on line 1"#),
        // A message is one line, whatever a key holds.
        (#"{"a\n::error::b": 1, "a\n::error::b": 2}"#, #"1:22: duplicate key "a\n::error::b", first on line 1"#),
        ("x:\n  yes: 1\n  'true': 2\n", #"3:3: duplicate key "true", first on line 2"#),
        ("1: a\n'1': b\n", #"2:1: duplicate key "1", first on line 1"#),
        ("<<: {a: 1}\na: 2\na: 3\n", #"3:1: duplicate key "a", first on line 2"#),
        (
            "terminationMessagePath: 1\nterminationMessagePolicy: 2\nterminationMessagePath: 3\n",
            #"3:1: duplicate key "terminationMessagePath", first on line 1"#
        ),
    ])
    func `A duplicate key is rejected with both positions`(text: String, expected: String) {
        #expect(documents(text) == [expected])
    }

    @Test func `Duplicate keys can be kept`() throws {
        let text = (0..<20).map { "k\($0 % 18): \($0)\n" }.joined()
        var stream = YAMLStream(Array("{a: 1, a: {b: 2, b: 3}, a: 4}\n---\n\(text)".utf8), duplicateKeys: .kept)
        guard case .object(let few)? = try stream.next()?.get().value, case .object(let many)? = try stream.next()?.get().value else {
            Issue.record("no objects")
            return
        }
        #expect(few.map(\.key) == ["a", "a", "a"])
        #expect(few.map(\.keyPosition.column) == [2, 8, 25])
        #expect(many.map(\.key) == (0..<20).map { "k\($0 % 18)" })
    }

    @Test func `A duplicate key is found among many`() {
        let keys = (0..<500).map { "key\($0): 1\n" }.joined()
        #expect(documents(keys + "key7: 1\n") == [#"501:1: duplicate key "key7", first on line 8"#])
        #expect(documents(keys + "key499: 1\n") == [#"501:1: duplicate key "key499", first on line 500"#])
        #expect(documents(keys).first?.hasPrefix("{") == true)
    }

    @Test func `Keys compare as bytes`() {
        #expect(documents("\"\\u00e9\": 1\n\"e\\u0301\": 2\n") == ["{\"\u{e9}\":1,\"e\u{301}\":2}"])
    }

    @Test(.timeLimit(.minutes(1)))
    func `Keys with equal digests take time in proportion to their number`() {
        let keys = (100_000..<110_000).map { "abcdefgh\($0)ijkl: 1\n" }.joined()
        #expect(documents(keys).count == 1)
    }

    @Test(arguments: [
        ("a: &a {x: 1, y1: 2}\nb:\n  <<: *a\n  x: 3\n", #"{"x":3,"y1":2}"#),
        ("a: &a {x: 1}\nb:\n  x: 3\n  <<: *a\n", #"{"x":1}"#),
        ("a: &a {x: 1}\nb:\n  <<: [*a, {x: 2, z: 3}]\n", #"{"x":1,"z":3}"#),
        ("b:\n  <<: {x: 1}\n  <<: {x: 2}\n", #"{"x":2}"#),
        ("b:\n  !!merge <<: {x: 1}\n", #"{"x":1}"#),
        ("b:\n  '<<': {x: 1}\n", #"{"<<":{"x":1}}"#),
        ("a: &a {x: 1}\nc: &c {<<: *a, z: 2}\nb: {<<: *c}\n", #"{"x":1,"z":2}"#),
        ("b: {<<: []}", "{}"),
    ])
    func `Merge keys work as in Kubernetes' YAML reader, in the order of the text`(text: String, expected: String) throws {
        #expect(try firstNode(text)?["b"].map(json) == expected)
    }

    @Test(arguments: [
        ("b: {<<: 5}", "1:9"), ("b: {<<: }", "1:9"), ("b: {<<: [5]}", "1:10"), ("a: &a [{x: 1}]\nb: {<<: *a}", "2:9"),
        ("b: {<<: [[{x: 1}]]}", "1:10"),
    ])
    func `Only mappings can be merged`(text: String, position: String) {
        #expect(documents(text) == ["\(position): the value of << must be a mapping or a list of mappings"])
    }

    @Test func `Merging replaces keys also among many`() throws {
        let keys = (0..<40).map { "k\($0): \($0)" }.joined(separator: ", ")
        let node = try firstNode("a: &a {\(keys)}\nb:\n  k39: first\n  <<: *a\n  k3: last\n")
        #expect(node?["b"]?["k39"].map(json) == "39")
        #expect(node?["b"]?["k3"].map(json) == "\"last\"")
        #expect(node?["b"]?["k20"].map(json) == "20")
    }
}
