import Testing

@testable import Fixes

/// The index of the lines of a text.
@Suite struct TextLinesTests {
    /// Parts of lines, and all line breaks with texts that begin or end like them.
    private static let parts = ["a", "é", " ", "\u{A0}", "\u{2014}", "\u{A8}"]
    private static let breaks = ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"]

    @Test(arguments: [1, 2, 3, 40, 255, 256, 257, 700], breaks)
    func `The ends of each line are found from each of its bytes`(length: Int, lineBreak: String) {
        var bytes: [UInt8] = []
        var lines: [Range<Int>] = []
        for number in 0..<6 {
            let start = bytes.count
            while bytes.count < start + length + number { bytes += Self.parts[(bytes.count + number) % Self.parts.count].utf8 }
            lines.append(start..<bytes.count)
            if number < 5 { bytes += lineBreak.utf8 }
        }
        let text = TextLines(bytes)
        for line in lines {
            for offset in line.lowerBound...line.upperBound {
                #expect(text.start(at: offset) == line.lowerBound && text.end(from: offset) == line.upperBound, "\(offset) of \(line)")
            }
        }
    }

    @Test(arguments: 0..<520) func `A line break at the end of a text begins an empty line`(length: Int) {
        let text = TextLines(Array(repeating: UInt8(ascii: "a"), count: length) + [0x0A])
        #expect(text.start(at: length) == 0 && text.end(from: 0) == length)
        #expect(text.start(at: length + 1) == length + 1 && text.end(from: length + 1) == length + 1)
    }

    @Test(arguments: [("", 0..<0), ("a\n  b\n   c", 2..<4), ("\ta", 0..<1), ("a b\r\n\u{85} c", 7..<8), ("a \n", 0..<0)])
    func `The first indentation is found`(text: String, expected: Range<Int>) {
        let found = TextLines(Array(text.utf8)).firstIndentation
        #expect(found == expected || found.isEmpty && expected.isEmpty)
    }
}
