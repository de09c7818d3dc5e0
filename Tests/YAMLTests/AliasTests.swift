import Testing
import YAML

struct AliasTests {
    @Test(arguments: [
        ("a: &x 1\nb: *x", #"{"a":1,"b":1}"#),
        ("a: &x {c: [1, 2]}\nb: *x", #"{"a":{"c":[1,2]},"b":{"c":[1,2]}}"#),
        ("a: &x Foo\nb: *x\nc: &x Bar\nd: *x", #"{"a":"Foo","b":"Foo","c":"Bar","d":"Bar"}"#),
        ("a: &x name\n*x : 1", #"{"a":"name","name":1}"#),
        ("a: &x ~\nb: *x", #"{"a":null,"b":null}"#),
    ])
    func `An alias stands for the latest value with its anchor`(text: String, expected: String) {
        #expect(documents(text) == [expected])
    }

    @Test func `An alias without an anchor before it is rejected`() {
        #expect(documents("a: *x\nb: &x 1") == ["1:4: alias *x has no anchor before it"])
    }

    @Test func `Anchors end with their document`() {
        #expect(documents("a: &x 1\n---\nb: *x\n") == [#"{"a":1}"#, "3:4: alias *x has no anchor before it"])
    }

    @Test(arguments: ["a: &x [*x]", "a: &x\n  b: {c: *x}", "&x {<<: *x}"])
    func `An alias inside of its value is rejected`(text: String) {
        #expect(firstError(text)?.reason == .recursiveAlias("x"))
    }

    @Test func `Aliases that multiply a document are rejected`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
        }
        #expect(firstError(text)?.reason == .tooManyAliasedNodes(limit: 4_096 + text.utf8.count))
        #expect(firstError(text + String(repeating: "#", count: 100_000))?.reason == .tooManyAliasedNodes(limit: 100_000))
    }

    @Test func `A document of aliases may have one more node for each byte`() {
        // An alias of three bytes with its comma adds 100 nodes and itself.
        let head = "- &a [" + Array(repeating: "1", count: 100).joined(separator: ",") + "]\n- ["
        func text(_ count: Int) -> String { head + Array(repeating: "*a", count: count).joined(separator: ",") + "]\n" }
        let most = (0...).first { ($0 + 1) * 101 > 4_096 + text($0 + 1).utf8.count } ?? 0
        #expect(firstError(text(most)) == nil)
        #expect(firstError(text(most + 1))?.reason == .tooManyAliasedNodes(limit: 4_096 + text(most + 1).utf8.count))
    }

    @Test func `Merged mappings count as aliases`() {
        let text = "a: &a {x: 1, z: 2}\nb: {<<: [*a, *a, *a]}\n"
        #expect(firstError(text, limits: YAMLLimits(aliasedNodes: 14))?.reason == .tooManyAliasedNodes(limit: 14))
        #expect(firstError(text, limits: YAMLLimits(aliasedNodes: 15)) == nil)
    }

    @Test func `Aliases count with the nesting of their values`() {
        let text = "a: &a [[[x]]]\nb: [[*a]]\n"
        #expect(firstError(text, limits: YAMLLimits(depth: 5))?.description == "2:6: nested deeper than 5 levels")
        #expect(firstError(text, limits: YAMLLimits(depth: 6)) == nil)
    }

    @Test func `A chain of aliases has the same limit of nesting`() {
        var text = "a0: &a0 [x]\n"
        for level in 1...300 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        // Long enough that the limit of nodes does not come first.
        text += String(repeating: "#", count: 100_000)
        #expect(firstError(text)?.description == "256:14: nested deeper than 256 levels")
    }
}
