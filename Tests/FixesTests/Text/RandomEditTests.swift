import KubernetesAPI
import Testing

@testable import Fixes

/// Edits of texts in random styles: each is refused, or gives exactly the tree that the same edits of the tree give.
@Suite struct RandomEditTests {
    /// Numbers that depend on a seed only.
    private struct Numbers {
        var state: UInt64

        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }

        mutating func pick<Value>(_ values: [Value]) -> Value { values[next(values.count)] }
    }

    /// Writes values in random styles.
    private struct Writer {
        var numbers: Numbers

        private static let keys = ["a", "b", "c", "spec", "'d'", "\"e\"", "é"]
        private static let scalars = ["1", "true", "x", "'y'", "\"z\"", "plain text", "null", "~", "", "é", "1.5"]
        private static let comments = ["", "", "", "  # c", " # {: [-"]

        mutating func keys(_ count: Int) -> [String] {
            var rest = Self.keys
            return (0..<count).map { _ in rest.remove(at: numbers.next(rest.count)) }
        }

        /// A value on one line.
        mutating func flow(_ depth: Int) -> String {
            let scalar = numbers.pick(["1", "true", "x", "'y'", "\"z\"", "null"])
            switch numbers.next(depth > 2 ? 1 : 3) {
            case 0: return scalar
            case 1:
                let space = numbers.pick(["", " "])
                return "{" + space + keys(numbers.next(3)).map { "\($0): \(flow(depth + 1))" }.joined(separator: ", ") + space + "}"
            default: return "[" + (0..<numbers.next(3)).map { _ in flow(depth + 1) }.joined(separator: ", ") + "]"
            }
        }

        /// A value behind a key, with its first line's rest and the lines below.
        mutating func block(_ indent: Int, _ depth: Int) -> String {
            let step = numbers.pick([2, 2, 4])
            let spaces = String(repeating: " ", count: indent + step)
            let comment = numbers.pick(Self.comments)
            switch numbers.next(depth > 3 ? 3 : 8) {
            case 0, 1:
                return " \(numbers.pick(Self.scalars))\(comment)\n"
            case 2: return " \(flow(0))\(comment)\n"
            case 3: return "\(comment)\n\(spaces){}\n"
            case 4:
                let header = numbers.pick(["|", "|-", "|+", ">"])
                return " \(header)\n\(spaces)t\n\n\(spaces)  u\n" + (numbers.next(3) == 0 ? "\n" : "")
            case 5:
                let margin = numbers.next(2) == 0 ? String(repeating: " ", count: indent) : spaces
                return comment + "\n" + (0...numbers.next(3)).map { _ in margin + "-" + element(margin.utf8.count, depth + 1) }.joined()
            default: return comment + "\n" + mapping(indent + step, depth + 1, isFirstOnLine: false)
            }
        }

        private mutating func element(_ indent: Int, _ depth: Int) -> String {
            numbers.next(2) == 0 ? " \(flow(1))\n" : " " + mapping(indent + 2, depth + 1, isFirstOnLine: true)
        }

        /// The members of a mapping; the first one can stand behind a dash.
        mutating func mapping(_ indent: Int, _ depth: Int, isFirstOnLine: Bool) -> String {
            let spaces = String(repeating: " ", count: indent)
            return keys(1 + numbers.next(3)).enumerated().map { index, key in
                let before = numbers.next(8) == 0 && index > 0 ? "\n\(spaces)# comment\n" : ""
                return before + (index == 0 && isFirstOnLine ? "" : spaces) + key + ":" + block(indent, depth)
            }.joined()
        }
    }

    /// The paths of all values.
    private static func paths(_ node: ManifestNode, below path: [FieldEdit.Step] = []) -> [[FieldEdit.Step]] {
        switch node.value {
        case .object(let members): [path] + members.flatMap { paths($0.value, below: path + [.key($0.key)]) }
        case .array(let elements): [path] + elements.enumerated().flatMap { paths($0.element, below: path + [.index($0.offset)]) }
        default: [path]
        }
    }

    /// An edit that suits the value at a path, or new keys below it.
    private static func edit(_ node: ManifestNode, _ numbers: inout Numbers) -> FieldEdit? {
        let path = numbers.pick(paths(node))
        switch node.value(at: path)?.value {
        case .object, .null:
            if numbers.next(4) == 0, !path.isEmpty { return FieldEdit(path, .remove) }
            let keys = numbers.pick([["new"], ["new", "inner"], ["a"], ["other", "b", "c"]])
            return FieldEdit(path + keys.map { .key($0) }, numbers.next(3) == 0 ? .append("ALL") : .set(.bool(true)))
        case .array: return numbers.next(3) == 0 ? FieldEdit(path, .remove) : FieldEdit(path, .append("ALL"))
        case nil: return nil
        default: return numbers.next(3) == 0 ? FieldEdit(path, .remove) : FieldEdit(path, .set(.string("value")))
        }
    }

    /// Makes random edits of a random text; returns whether they were made, and not refused.
    private static func check(_ seed: UInt64) throws -> Bool {
        var writer = Writer(numbers: Numbers(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1))
        var text = writer.mapping(0, 0, isFirstOnLine: false)
        let lineBreaks = ["\n", "\r\n", "\u{85}", "\u{2028}", "\r"]
        text = text.replacing("\n", with: lineBreaks[Int(seed % 5)])
        let bytes = Array(text.utf8)
        // Some texts are not YAML, since a key can occur twice.
        guard let node = Editing.tree(bytes) else { return false }
        var edits: [FieldEdit] = []
        for _ in 0...writer.numbers.next(3) {
            guard let edit = Self.edit(node, &writer.numbers) else { continue }
            let isApart = !edits.contains { $0.path.starts(with: edit.path) || edit.path.starts(with: $0.path) }
            if isApart { edits.append(edit) }
        }
        guard !edits.isEmpty, let replacements = try? Editing.replacements(edits, in: bytes) else { return false }
        let place = "\(seed)\n\(text)\n\(edits.map { "\($0.path.text) \($0.operation)" })"
        let edited = try #require(EditedText(bytes).replacing(replacements), "\(place)")
        let expected = EditTree(edits).removingEmptiedArrays(of: node).applied(to: node)
        let found = Editing.tree(edited.bytes)
        #expect(found?.hasSameContent(as: expected) ?? false, "\(place)\n\(String(decoding: edited.bytes, as: UTF8.self))")
        return true
    }

    @Test(arguments: 0..<10) func `Random edits are exact or refused`(part: UInt64) throws {
        let made = try (part * 500..<(part + 1) * 500).count { try Self.check($0) }
        #expect(made > 250)
    }
}
