import TestSupport
import Testing

@testable import PodScoring

struct LongTextTests {
    /// Returns whether a text contains another one, by comparing at each position.
    private static func occurs(_ wanted: [UInt8], in bytes: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: wanted) }
    }

    @Test func `Searching a long text finds the same as comparing at each position`() {
        var numbers = SeededNumbers(seed: 25)
        for round in 0..<200 {
            let letters = Array("aAbB/.".utf8).prefix(2 + Int(numbers.next() % 5))
            let text = (0..<1_000 + numbers.next() % 100).map { _ in letters[Int(numbers.next() % UInt64(letters.count))] }
            let start = Int(numbers.next() % UInt64(text.count - 20))
            var wanted = Array(text[start..<start + 4 + Int(numbers.next() % 16)])
            if round % 3 > 0 { wanted[Int(numbers.next() % UInt64(wanted.count))] = UInt8(ascii: "b") }
            let string = String(decoding: text, as: UTF8.self)
            #expect(string.containsBytes(of: String(decoding: wanted, as: UTF8.self)) == Self.occurs(wanted, in: text), "round \(round)")
            let small = wanted.map(\.lowercasedASCII)
            let isThere = Self.occurs(small, in: text.map(\.lowercasedASCII))
            #expect(string.containsIgnoringCase(String(decoding: small, as: UTF8.self)) == isThere, "round \(round)")
        }
    }
}
