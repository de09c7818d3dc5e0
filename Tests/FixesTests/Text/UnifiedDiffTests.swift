import Foundation
import Testing

@testable import Fixes

/// Texts that are edited in rounds, and the differences that are printed of them.
@Suite struct UnifiedDiffTests {
    private static func edited(_ text: String, _ rounds: [[(Range<Int>, String)]]) throws -> EditedText {
        var edited = EditedText(Array(text.utf8))
        for round in rounds {
            edited = try #require(edited.replacing(round.map { TextReplacement($0.0, Array($0.1.utf8)) }))
        }
        return edited
    }

    private static func diff(_ text: EditedText) -> String {
        String(decoding: UnifiedDiff.text(of: text, named: "f"), as: UTF8.self)
    }

    @Test func `A changed line has three lines around it`() throws {
        let text = try Self.edited("a\nb\nc\nd\ne\nf\ng\nh\n", [[(8..<9, "E"), (9..<9, "\nnew")]])
        #expect(Self.diff(text) == "--- f\n+++ f\n@@ -2,7 +2,8 @@\n b\n c\n d\n-e\n+E\n+new\n f\n g\n h\n")
    }

    @Test func `Changes with more than six lines between them are two hunks`() throws {
        let text = try Self.edited("a\nb\nc\nd\ne\nf\ng\nh\ni\n", [[(0..<1, "A"), (16..<17, "I")]])
        #expect(
            Self.diff(text)
                == "--- f\n+++ f\n@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n d\n@@ -6,4 +6,4 @@\n f\n g\n h\n-i\n+I\n"
        )
    }

    @Test func `A missing line feed at the end is said`() throws {
        #expect(
            Self.diff(try Self.edited("a", [[(1..<1, "\nb")]])) == """
                --- f
                +++ f
                @@ -1 +1,2 @@
                -a
                \\ No newline at end of file
                +a
                +b
                \\ No newline at end of file

                """
        )
    }

    @Test(arguments: [
        ("a/é\"\\#[x].yaml", "a/é\"\\#[x].yaml"), ("a b.yaml", "a b.yaml\t"), ("v/\n\u{3A}:error::x\n.yaml", #""v/\n::error::x\n.yaml""#),
        ("\t\"\\\r", #""\t\"\\\r""#), ("é\u{1B}\u{202E}", #""é\033\342\200\256""#), ("v/##[error]x", #""v/\043\043[error]x""#),
    ])
    func `A name that is not on one visible line is quoted as git does`(name: String, shown: String) throws {
        let text = try Self.edited("a\n", [[(0..<1, "b")]])
        let head = "--- \(shown)\n+++ \(shown)\n@@"
        #expect(String(decoding: UnifiedDiff.text(of: text, named: name), as: UTF8.self).utf8.starts(with: head.utf8))
    }

    @Test func `A text that a later round restores has no difference`() throws {
        let text = try Self.edited("abc\n", [[(1..<2, "xy")], [(1..<3, "b")]])
        #expect(!text.isChanged && Self.diff(text).isEmpty)
    }

    @Test func `Replacements that overlap are refused`() {
        #expect(EditedText([1, 2, 3]).replacing([TextReplacement(0..<2, []), TextReplacement(1..<3, [])]) == nil)
        #expect(EditedText([1]).replacing([TextReplacement(0..<2, [])]) == nil)
    }

    /// Applies a difference as `patch` does, to check it without a program.
    private static func applied(_ diff: String, to text: String) -> String {
        var old = text.components(separatedBy: "\n")
        if old.last == "" { old.removeLast() }
        var (result, position, endsWithFeed): ([String], Int, Bool) = ([], 0, text.hasSuffix("\n"))
        var isRemoved = false
        for line in diff.components(separatedBy: "\n").dropLast() {
            if line.hasPrefix("---") || line.hasPrefix("+++") { continue }
            if line.hasPrefix("@@") {
                let numbers = line.split(separator: " ")[1].dropFirst().split(separator: ",").compactMap { Int($0) }
                let start = numbers.count > 1 && numbers[1] == 0 ? numbers[0] : numbers[0] - 1
                result += old[position..<start]
                position = start
            } else if line.hasPrefix("\\") {
                if !isRemoved { endsWithFeed = false }
            } else if line.hasPrefix("-") {
                position += 1
                isRemoved = true
            } else {
                isRemoved = false
                if line.hasPrefix(" ") { position += 1 }
                result.append(String(line.dropFirst()))
                endsWithFeed = true
            }
        }
        if position < old.count { endsWithFeed = text.hasSuffix("\n") }
        result += old[position...]
        return result.joined(separator: "\n") + (endsWithFeed && !result.isEmpty ? "\n" : "")
    }

    @Test(arguments: 0..<200) func `Any edits have a difference that makes the new text of the old one`(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func number(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let original = String((0..<number(60)).map { _ in "ab\n"[String.Index(utf16Offset: number(3), in: "ab\n")] })
        var text = EditedText(Array(original.utf8))
        for _ in 0..<3 {
            let (start, length) = (number(text.bytes.count + 1), number(4))
            let range = start..<min(text.bytes.count, start + length)
            text = try #require(text.replacing([TextReplacement(range, Array(["", "a", "x\n", "\ny", "\n"][number(5)].utf8))]))
        }
        let new = String(decoding: text.bytes, as: UTF8.self)
        #expect(Self.applied(Self.diff(text), to: original) == new, "\(original.debugDescription) \(Self.diff(text))")
    }
}
