import KubernetesAPI
import Testing

@testable import Fixes

/// Edits of flow mappings and JSON.
@Suite struct FlowEditTests {
    @Test(arguments: [
        ("{a: {b: 1}}", "{a: {b: 1, c: {d: true}}}"), ("{a: {}}", "{a: {c: {d: true}}}"), ("{a: }", "{a: {c: {d: true}}}"),
        ("{a: null}", "{a: {c: {d: true}}}"), ("{z: 1}", "{z: 1, a: {c: {d: true}}}"), ("{a: {b: 1,},}", "{a: {b: 1, c: {d: true},},}"),
        (#"{"a":{"b":1}}"#, #"{"a":{"b":1,"c":{"d":true}}}"#), (#"{"a": {"b": 1}}"#, #"{"a": {"b": 1, "c": {"d": true}}}"#),
        (#"{"a":{}}"#, #"{"a":{"c":{"d":true}}}"#), (#"{"a":null}"#, #"{"a":{"c":{"d":true}}}"#),
        ("a: {b: {}}\n", "a: {b: {}, c: {d: true}}\n"), ("a: { b: 1 } # c\n", "a: { b: 1, c: {d: true} } # c\n"),
        ("a: {b: 1, # one\n    e: 2 # two\n   }\n", "a: {b: 1, # one\n    e: 2, # two\n    c: {d: true}\n   }\n"),
    ])
    func `A key is added in the style of the mapping`(text: String, expected: String) throws {
        #expect(try Editing.text(text, .set("a.c.d", .bool(true))) == expected)
    }

    @Test func `JSON on several lines gets lines`() throws {
        let text = """
            {
                "a": {
                    "b": 1
                },
                "e": {}
            }
            """
        let edited = try Editing.text(text, .append("a.c.drop", "ALL"), .set("e.f", .string("x")))
        #expect(
            edited == """
                {
                    "a": {
                        "b": 1,
                        "c": {
                            "drop": [
                                "ALL"
                            ]
                        }
                    },
                    "e": {
                        "f": "x"
                    }
                }
                """
        )
    }

    @Test(arguments: [
        ("a: [X]", "a: [X, ALL]"), ("a: ['X']", "a: ['X', 'ALL']"), ("a: []", "a: [ALL]"), (#"{"a":["X","Y"]}"#, #"{"a":["X","Y","ALL"]}"#),
        (#"{"a":[]}"#, #"{"a":["ALL"]}"#), ("a: [\n  X\n]", "a: [\n  X,\n  ALL\n]"), ("a: [\n  X, # c\n]", "a: [\n  X, # c\n  ALL,\n]"),
        ("a: null", "a: [ALL]"), ("{a: null}", "{a: [ALL]}"), (#"{"a": null}"#, #"{"a": ["ALL"]}"#),
    ])
    func `An element is added in the style of the array`(text: String, expected: String) throws {
        #expect(try Editing.text(text, .append("a", "ALL")) == expected)
    }

    @Test(arguments: [
        ("{a: 1, b: 2, c: 3}", "b", "{a: 1, c: 3}"), ("{a: 1, b: 2}", "a", "{b: 2}"), ("{a: 1, b: 2}", "b", "{a: 1}"),
        ("{a: 1}", "a", "{}"),
        ("{l: [A, B, C]}", "l[2]", "{l: [A, B]}"), ("{l: [A, B, C]}", "l[0]", "{l: [B, C]}"), ("{l: [A], m: 1}", "l[0]", "{m: 1}"),
    ])
    func `An item is removed with one comma`(text: String, path: String, expected: String) throws {
        #expect(try Editing.text(text, .remove(path)) == expected)
    }

    @Test(arguments: [
        ("{a: true}", "{a: false}"), (#"{"a":true}"#, #"{"a":false}"#), ("{a: }", "{a: false}"), ("{a: null}", "{a: false}"),
    ])
    func `A scalar is replaced`(text: String, expected: String) throws {
        #expect(try Editing.text(text, .set("a", .bool(false))) == expected)
    }

    @Test func `An item is removed where another one is added`() throws {
        let text = "{\n  \"a\": 1,\n  \"b\": 2\n}\n"
        #expect(try Editing.text(text, .remove("b"), .set("c", .bool(true))) == "{\n  \"a\": 1,\n  \"c\": true\n}\n")
        #expect(try Editing.text("{a: 1, b: 2}", .remove("b"), .set("c", .bool(true))) == "{a: 1, c: true}")
    }

    @Test func `A text of JSON keeps its quotes, and a new one gets them`() throws {
        #expect(try Editing.text(#"{"a":"x"}"#, .set("a", .string("y"))) == #"{"a":"y"}"#)
        #expect(try Editing.text(#"{"a":null,"b":1}"#, .set("a", .string("y"))) == #"{"a":"y","b":1}"#)
        let escaped = try Editing.text(#"{"n":"\ud83d\ude00","a":{"b":1}}"#, .set("a.c", .string("y")))
        #expect(escaped == #"{"n":"\ud83d\ude00","a":{"b":1,"c":"y"}}"#)
    }
}
