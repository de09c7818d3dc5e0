import KubernetesAPI
import Testing
import YAML

/// Spellings that Kubernetes' tools read and libyaml does not.
///
/// The expected values are what `kubectl label --local` 1.32 reads.
struct ToleratedSpellingTests {
    @Test(arguments: [
        (#"a: "echo \'hello\'""#, #"{"a":"echo 'hello'"}"#), (#"["\'", 'b\', "c\\'"]"#, #"["'","b\\","c\\'"]"#),
        (#"{"\'k": "\'"}"#, #"{"'k":"'"}"#), ("a: \"x\\'\n  y\\'\"\nb: 'it\\'", #"{"a":"x' y'","b":"it\\"}"#),
        ("[fd00::, 10.0.0.1]", #"["fd00::","10.0.0.1"]"#),
        ("args: [--bind=fd00::, --peer=fd00::2]", #"{"args":["--bind=fd00::","--peer=fd00::2"]}"#),
        ("{a: b:}", #"{"a":"b:"}"#), ("[a:, é:, ~b:, c^]", #"["a:","é:","~b:","c^"]"#), ("{a:, b}", #"{"a:":null,"b":null}"#),
        (#"[x:, "\'", é]"#, #"["x:","'","é"]"#), ("[1:, true:, 0x1:]", #"["1:","true:","0x1:"]"#),
        (#"[a:, {'b':, "c":, f:}, ':,', ":]"]"#, #"["a:",{"b":null,"c":null,"f:":null},":,",":]"]"#),
        ("a: [b:, c]\nd: e:, f\ng:,h: ':,'\ni: |\n  j:,k:]\n", "{\"a\":[\"b:\",\"c\"],\"d\":\"e:, f\",\"g:,h\":\":,\",\"i\":\"j:,k:]\n\"}"),
    ])
    func `What kubectl reads is read`(text: String, expected: String) {
        #expect(documents(text) == [expected])
    }

    @Test func `Any number of colons is read`() {
        let elements = (0..<500).map { "a\($0):" }
        let expected = "[" + elements.map { "\"\($0)\"" }.joined(separator: ",") + "]"
        #expect(documents("[" + elements.joined(separator: ", ") + "]") == [expected])
    }

    @Test func `No position changes`() throws {
        let text = "# é\n\na: {b: [\"é\\'\", fd00::, x], c: 1}\n"
        let node = try #require(try firstNode(text))
        #expect(node.position(ofPath: "a.c") == Position(line: 3, column: 28))
        #expect(node["a"]?["b"]?[2]?.position == Position(line: 3, column: 24))
    }

    @Test(arguments: [
        (#"a: "\.""#, "1:5: found unknown escape character, while parsing a quoted scalar from line 1"),
        ("{a:{b: c}}", "1:4: did not find expected ',' or '}'; the bracket at line 1, column 1 is not closed, or a comma is missing"),
        ("[::1]", "1:2: did not find expected node content; the bracket at line 1, column 1 is not closed, or a comma is missing"),
        ("[fd00::, fd00::, {a: 1, a: 2}]", "1:25: duplicate key \"a\", first on line 1"),
    ])
    func `What kubectl rejects is invalid, with its own reason`(text: String, expected: String) {
        #expect(documents(text + "\n---\nb: 2") == [expected, #"{"b":2}"#])
    }

    @Test(arguments: [
        #"a: "\'\a""#, #"a: "\'\x07""#, "[a:, " + "~^;$=%|>`@&!*".map { "'\($0)'" }.joined(separator: ",") + "]",
        "[" + String(repeating: "\"\\'\", ", count: 9) + "]", "a: \"\\'\"\nb: " + String(repeating: "x", count: 256 * 1024),
    ])
    func `What can't be told apart, or takes long, is invalid`(text: String) {
        #expect(firstError(text)?.reason == .unreadableSpelling)
    }
}
