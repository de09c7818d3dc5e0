@testable import Reports
import Testing

/// The lines of a file around findings.
@Suite struct SourceTextTests {
    private static func numbers(_ lines: [SourceText.Line]) -> [Int] { lines.map(\.number) }

    @Test func `Two lines before and after are shown, each line once`() throws {
        let text = try #require(SourceText(Array((1...20).map { "line \($0)\r\n" }.joined().utf8)))
        let lines = text.lines(around: [9, 3, 4], within: 1...20)
        #expect(Self.numbers(lines) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
        #expect(lines.filter(\.isMarked).map(\.text) == ["line 3", "line 4", "line 9"])
        #expect(lines.allSatisfy { !$0.followsGap })
        #expect(text.lines(around: [2, 18], within: 1...20).filter(\.followsGap).map(\.number) == [16])
    }

    @Test func `Nothing outside of the document is shown`() throws {
        let text = try #require(SourceText(Array("a\nb\nc\nd\ne".utf8)))
        #expect(Self.numbers(text.lines(around: [3], within: 3...4)) == [3, 4])
        #expect(Self.numbers(text.lines(around: [5, 9], within: 1...100)) == [3, 4, 5])
        #expect(text.lines(around: [1], within: 2...3).isEmpty)
    }

    @Test func `A long line is left out`() throws {
        let long = String(repeating: "x", count: SourceText.lineByteLimit + 1)
        let text = try #require(SourceText(Array("a\n\(long)\nc\n".utf8)))
        #expect(Self.numbers(text.lines(around: [1], within: 1...3)) == [1, 3])
    }

    @Test(arguments: ["a\rb", "a\u{85}b", "a\u{2028}b", "a\u{2029}b", "a\r"])
    func `A text whose lines not all parsers count alike has no lines`(text: String) {
        #expect(SourceText(Array(text.utf8)) == nil)
    }

    @Test(arguments: [("é\u{2027}\u{2030}a", 1), ("", 1), ("\n", 2), ("\r\n", 2)])
    func `Other texts have all their lines`(text: String, count: Int) throws {
        let source = try #require(SourceText(Array(text.utf8)))
        #expect(source.lines(around: Array(1...9), within: 1...9).count == count)
    }

    @Test func `No line of a Secret is shown, nor of an invalid document beside one`() {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n"
        let broken = "apiVersion: v1\nkind: [\nspec: x\n"
        for (text, isShown) in [(secret, false), (broken, true), (secret + "---\n" + broken, false)] {
            let documents = ScannedText(keepsSource: true).documents(text)
            #expect(documents.contains { !$0.sourceLines(around: [2, 6, 7]).isEmpty } == isShown, "\(text)")
        }
    }

    @Test func `A document shows its own lines up to its last value`() throws {
        let text = "kind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n---\nkind: Secret\nmetadata: {name: s}\n"
        let document = try #require(ScannedText(keepsSource: true).documents(text).first)
        #expect(Self.numbers(document.sourceLines(around: [4])) == [2, 3, 4])
    }
}
