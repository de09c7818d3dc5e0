import KubernetesAPI

/// The text of a file, from which reports show the lines around findings.
package struct SourceText: Sendable {
    /// A line of the text.
    struct Line: Sendable, Equatable {
        /// The number of the line, from 1.
        let number: Int
        /// The line without its line break.
        let text: String
        /// Whether a finding is about the line.
        let isMarked: Bool
        /// Whether lines between this one and the one before it are left out.
        let followsGap: Bool
    }

    /// The number of lines that are shown before and after a line.
    static let contextCount = 2
    /// The longest line that is shown, in bytes; minified JSON has a whole file in one line.
    static let lineByteLimit = 1_024
    /// The bytes of `Secret` behind the first.
    private static let endOfSecret = Array("ecret".utf8)

    private let bytes: [UInt8]
    /// The offset of the first byte of each line.
    private let starts: [UInt32]
    /// Whether the text names a Secret, which a document that cannot be parsed may be.
    let mentionsSecret: Bool

    /// Finds the lines of a text in UTF-8; `nil` for a text with other line breaks than LF and CRLF, since not all parsers count those.
    ///
    /// Linear in the text's length.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count < Int(UInt32.max) else { return nil }
        let text = bytes.span
        var starts: [UInt32] = [0]
        var mentionsSecret = false
        for index in text.indices {
            switch text[index] {
            case 0x0A: starts.append(UInt32(index + 1))
            case 0x0D: guard text.has([0x0A], at: index + 1) else { return nil }
            case 0xC2: if text.has([0x85], at: index + 1) { return nil }
            case 0xE2: if text.has([0x80, 0xA8], at: index + 1) || text.has([0x80, 0xA9], at: index + 1) { return nil }
            case UInt8(ascii: "S"): mentionsSecret = mentionsSecret || text.has(Self.endOfSecret, at: index + 1)
            default: break
            }
        }
        self.bytes = bytes
        self.starts = starts
        self.mentionsSecret = mentionsSecret
    }

    /// Returns the lines around some lines, in order, as far as they are in a range; long lines are left out.
    func lines(around marked: [Int], within range: ClosedRange<Int>) -> [Line] {
        var lines: [Line] = []
        for mark in Set(marked).sorted() where range.contains(mark) {
            let first = max(mark - Self.contextCount, range.lowerBound)
            let last = min(mark + Self.contextCount, range.upperBound)
            guard first <= last else { continue }
            for number in first...last where number > lines.last?.number ?? 0 {
                guard let text = line(number) else { continue }
                let followsGap = lines.last.map { $0.number + 1 < number } ?? false
                lines.append(Line(number: number, text: text, isMarked: marked.contains(number), followsGap: followsGap))
            }
        }
        return lines
    }

    /// Returns a line without its line break; `nil` if there is no such line, or if it is too long.
    private func line(_ number: Int) -> String? {
        guard starts.indices.contains(number - 1) else { return nil }
        let start = Int(starts[number - 1])
        var end = number < starts.count ? Int(starts[number]) - 1 : bytes.count
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        guard start <= end, end - start <= Self.lineByteLimit else { return nil }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// Whether the span has some bytes at an index.
    fileprivate func has(_ bytes: [UInt8], at index: Int) -> Bool {
        guard index + bytes.count <= count else { return false }
        return bytes.indices.allSatisfy { self[index + $0] == bytes[$0] }
    }
}

extension ScannedDocument {
    /// The most lines with findings that are shown of a document.
    private static let markedLineLimit = 8

    /// Returns the lines around some lines of the document, never those of another document or of a Secret; empty without a text.
    func sourceLines(around marked: [Int]) -> [SourceText.Line] {
        guard let source else { return [] }
        var distinct: [Int] = []
        for line in marked where distinct.count < Self.markedLineLimit && !distinct.contains(line) { distinct.append(line) }
        guard let node else {
            // Nobody knows where an invalid document begins and ends.
            guard !source.mentionsSecret else { return [] }
            return source.lines(around: distinct, within: 1...Int(UInt32.max))
        }
        guard node["kind"]?.text != "Secret" else { return [] }
        let first = node.position.line
        return source.lines(around: distinct, within: first...max(first, node.lastLine))
    }
}

extension ManifestNode {
    /// The line of the last value in the node.
    fileprivate var lastLine: Int {
        var (node, line) = (self, position.line)
        while true {
            let last: ManifestNode?
            switch node.value {
            case .object(let members): last = members.last?.value
            case .array(let elements): last = elements.last
            case .null, .bool, .integer, .number, .string: last = nil
            }
            guard let last else { return line }
            line = max(line, last.position.line)
            node = last
        }
    }
}
