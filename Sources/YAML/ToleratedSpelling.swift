import KubernetesAPI

/// A document with two spellings that Kubernetes' tools read and libyaml does not: `\'` in double quotes, and in a flow collection a plain
/// scalar that ends with a colon, such as `[fd00::, 10.0.0.1]`.
///
/// Each is replaced by bytes of the same length that libyaml reads, and restored in the tree, so that no position changes. libyaml says
/// where the next one is. See decision 7.
struct ToleratedSpelling {
    /// The most replacements of one document; more would make reading slow, because each reads the document again.
    ///
    /// One replaces the quotes of a scalar, or all colons.
    static let attemptLimit = 8
    /// The largest document in which spellings are replaced, in bytes.
    private static let byteLimit = 256 * 1024
    /// The bytes that can stand for a colon inside of a plain scalar: none has a meaning there, and none makes it a number or a word.
    private static let substitutes = Array("~^;$=%|>`@&!*".utf8)
    /// The byte that `\a` stands for, which then stands for a single quote.
    private static let bell: UInt8 = 0x07

    /// The text, with what was replaced so far.
    private(set) var bytes: [UInt8]
    private let firstLine: Int
    /// A byte that does not occur in the text.
    private let colonSubstitute: UInt8?

    /// Prepares to replace spellings in a document; `nil` if it is too large, or if an escape might stand for a substitute.
    init?(in document: Span<UInt8>, firstLine: Int) {
        guard document.count <= Self.byteLimit else { return nil }
        var occurs = [Bool](repeating: false, count: 256)
        for index in document.indices {
            occurs[Int(document[index])] = true
            guard document[index] == UInt8(ascii: "\\"), index + 1 < document.count else { continue }
            switch document[index + 1] {
            case UInt8(ascii: "a"), UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"): return nil
            default: break
            }
        }
        bytes = Array(copying: document)
        self.firstLine = firstLine
        colonSubstitute = Self.substitutes.first { !occurs[Int($0)] }
    }

    /// Tells whether one of these spellings is the cause of an error in a document.
    static func isCause(of error: YAMLError, in document: Span<UInt8>, firstLine: Int) -> Bool {
        guard case .syntax(let problem, _) = error.reason else { return false }
        switch problem {
        case "found unexpected ':'": return true
        case "found unknown escape character":
            guard let offset = offset(of: error.position, in: document, firstLine: firstLine), offset + 1 < document.count else {
                return false
            }
            return document[offset + 1] == UInt8(ascii: "'")
        default: return false
        }
    }

    /// Replaces the spelling that caused an error; `false` if nothing can stand for it.
    mutating func replace(after error: YAMLError) -> Bool {
        guard let offset = Self.offset(of: error.position, in: bytes.span, firstLine: firstLine) else { return false }
        guard bytes[offset] == UInt8(ascii: ":") else {
            replaceQuotes(from: offset)
            return true
        }
        guard let colonSubstitute else { return false }
        replaceColons(from: offset, by: colonSubstitute)
        return true
    }

    /// Returns the tree with what the substitutes stand for.
    func restored(_ node: ManifestNode) -> ManifestNode {
        switch node.value {
        case .string(let text):
            return ManifestNode(.string(restored(text)), at: node.position)
        case .array(let elements):
            return ManifestNode(.array(elements.map(restored)), at: node.position)
        case .object(let members):
            let copies = members.map { member in
                ManifestNode.Member(key: restored(member.key), keyPosition: member.keyPosition, value: restored(member.value))
            }
            return ManifestNode(.object(copies), at: node.position)
        case .null, .bool, .integer, .number:
            return node
        }
    }
}

extension ToleratedSpelling {
    /// Replaces each `\'` from an offset to the end of the double-quoted scalar.
    private mutating func replaceQuotes(from start: Int) {
        var index = start
        while index + 1 < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            guard bytes[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if bytes[index + 1] == UInt8(ascii: "'") { bytes[index + 1] = UInt8(ascii: "a") }
            index += 2
        }
    }

    /// Replaces each colon from an offset on that libyaml would reject in the same way: at the end of a plain scalar, before a flow indicator.
    ///
    /// Elsewhere the colon has no meaning, so that it can be replaced as well. Behind a quoted key it has one.
    ///
    /// Source: `yaml_parser_scan_plain_scalar` in <https://github.com/yaml/libyaml/blob/0.2.5/src/scanner.c>
    private mutating func replaceColons(from start: Int, by substitute: UInt8) {
        bytes[start] = substitute
        for index in bytes.indices.dropLast() where index > start && bytes[index] == UInt8(ascii: ":") {
            guard Self.flowIndicators.contains(bytes[index + 1]), !Self.endsKey(bytes[index - 1]) else { continue }
            bytes[index] = substitute
        }
    }

    private static let flowIndicators = Array(",?[]{}".utf8)

    /// Whether a byte before a colon can end a key that is not plain.
    private static func endsKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: " "), UInt8(ascii: "\t"): true
        default: false
        }
    }

    /// The offset of a position; `nil` if it is not inside of the text.
    private static func offset(of wanted: Position, in bytes: Span<UInt8>, firstLine: Int) -> Int? {
        var breaks = LineBreaks()
        var start = 0
        for _ in firstLine..<max(firstLine, wanted.line) { start = breaks.next(from: start, in: bytes).upperBound }
        var column = 1
        while start < bytes.count, column < wanted.column {
            start += 1
            while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
            column += 1
        }
        return start < bytes.count ? start : nil
    }

    private func restored(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == Self.bell || $0 == colonSubstitute }) else { return text }
        let bytes = text.utf8.map { byte in
            byte == Self.bell ? UInt8(ascii: "'") : byte == colonSubstitute ? UInt8(ascii: ":") : byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
