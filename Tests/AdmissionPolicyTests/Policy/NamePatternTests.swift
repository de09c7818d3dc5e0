import TestSupport
import Testing

@testable import AdmissionPolicy

struct NamePatternTests {
    @Test(arguments: [
        ("payments", "payments", true), ("payments", "payments-a", false), ("payments", "payment", false), ("*", "a", true),
        ("*", "", true),
        ("pay*", "pay", true), ("pay*", "payments", true), ("pay*", "opay", false), ("*pay", "opay", true), ("*pay", "payo", false),
        ("a*b*c", "abc", true), ("a*b*c", "axbxbxc", true), ("a*b*c", "acb", false), ("a**b", "ab", true), ("a*a", "a", false),
        ("", "a", false),
    ])
    func `A star matches any run of characters, any other character matches itself`(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }

    @Test func `Names compare as bytes`() {
        #expect(!NamePattern("\u{e9}").matches("e\u{301}"))
        #expect(NamePattern("\u{e9}") != NamePattern("e\u{301}"))
    }

    @Test func `A pattern that no namespace can match is not parsed`() {
        #expect(throws: NameFault.character) { try NamePattern(parsing: "a*A") }
        #expect(throws: NameFault.tooLong(count: 64)) { try NamePattern(parsing: String(repeating: "a", count: 64)) }
        #expect(throws: Never.self) { try NamePattern(parsing: String(repeating: "a", count: 63)) }
    }

    @Test func `Two globs whose common names are too long for a namespace have none`() {
        let first = NamePattern(String(repeating: "a", count: 32) + "*")
        let short = NamePattern("*" + String(repeating: "b", count: 31))
        let long = NamePattern("*" + String(repeating: "b", count: 32))
        #expect(first.commonName(with: short)?.utf8.count == 63)
        #expect(first.commonName(with: long) == nil)
    }

    @Test func `A common name is one that Kubernetes would accept`() {
        #expect(NamePattern("*-a*").commonName(with: NamePattern("*-*a")) == "x-a")
        #expect(NamePattern("*-*").commonName(with: NamePattern("*-*-*")) == "x--x")
    }

    /// All names of up to six characters from a small alphabet.
    private static let names: [String] = {
        var names: [String] = []
        var layer = [""]
        for _ in 1...6 {
            layer = layer.flatMap { name in ["a", "b", "-"].map { name + $0 } }
            names += layer.filter { !$0.hasPrefix("-") && !$0.hasSuffix("-") }
        }
        return names
    }()

    /// Matches by the definition; slow.
    private static func matches(_ pattern: Substring, _ name: Substring) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        if first == "*" { return matches(pattern.dropFirst(), name) || (!name.isEmpty && matches(pattern, name.dropFirst())) }
        return first == name.first && matches(pattern.dropFirst(), name.dropFirst())
    }

    @Test func `Patterns match and have common names as a search of all short names says`() throws {
        var generator = SeededNumbers(seed: 20_260_417)
        // With two literals in each pattern, a shortest common name has at most four of them and two more characters around a hyphen.
        let patterns = (0..<90).map { _ in
            var letters: [Character] = [randomLiteral(&generator), randomLiteral(&generator)]
            for _ in 0...Int.random(in: 0...1, using: &generator) {
                letters.insert("*", at: Int.random(in: 0...letters.count, using: &generator))
            }
            return NamePattern(String(letters))
        }
        let matched = patterns.map { pattern in
            Self.names.map { name in
                let expected = Self.matches(Substring(pattern.text), Substring(name))
                #expect(pattern.matches(name) == expected, "\(pattern.text) \(name)")
                return expected
            }
        }
        for (index, first) in patterns.enumerated() {
            for (other, second) in patterns.enumerated() {
                let common = Self.names.indices.first { matched[index][$0] && matched[other][$0] }
                let found = first.commonName(with: second)
                #expect(found?.utf8.count == common.map { Self.names[$0].utf8.count }, "\(first.text) \(second.text) \(found ?? "-")")
                if let found { #expect(first.matches(found) && second.matches(found), "\(first.text) \(second.text) \(found)") }
            }
        }
    }

    private func randomLiteral(_ generator: inout SeededNumbers) -> Character {
        let letters: [Character] = ["a", "b", "-"]
        return letters[Int.random(in: 0..<letters.count, using: &generator)]
    }
}
