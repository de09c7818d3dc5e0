/// A namespace's name, or a glob in which `*` stands for any run of characters.
package struct NamePattern: Sendable, Equatable {
    /// The byte that stands for any run of characters.
    static let star = UInt8(ascii: "*")

    /// The pattern as written.
    package let text: String
    /// The bytes of ``text``.
    let bytes: [UInt8]
    /// The number of bytes that stand for themselves; the pattern with more of them wins.
    package let literalCount: Int

    /// Takes the pattern as written; every text is a pattern.
    package init(_ text: String) {
        self.text = text
        bytes = Array(text.utf8)
        literalCount = bytes.count { $0 != Self.star }
    }

    /// Whether the pattern names one namespace only.
    package var isExact: Bool { literalCount == bytes.count }

    /// Tells whether a name matches, compared as bytes; linear in the product of both lengths at worst.
    package func matches(_ name: String) -> Bool {
        matches(name.utf8.span)
    }

    /// Tells whether a name's bytes match; linear in the product of both lengths at worst.
    ///
    /// No `*` stands for the separator; `nil` when there is none.
    func matches(_ name: Span<UInt8>, separator: UInt8? = nil) -> Bool {
        let pattern = bytes.span
        var patternIndex = 0
        var nameIndex = 0
        var resume: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == Self.star {
                patternIndex += 1
                // A last `*` stands for all the rest, however long, but not for a separator.
                if patternIndex == pattern.count, separator == nil { return true }
                resume = (patternIndex, nameIndex)
            } else if patternIndex < pattern.count, pattern[patternIndex] == name[nameIndex] {
                if pattern[patternIndex] == separator { resume = nil }
                patternIndex += 1
                nameIndex += 1
            } else if let last = resume, name[last.name] != separator {
                // Let the last `*` stand for one byte more; an earlier one can stay as it is.
                patternIndex = last.pattern
                nameIndex = last.name + 1
                resume = (last.pattern, nameIndex)
            } else {
                return false
            }
        }
        return bytes[patternIndex...].allSatisfy { $0 == Self.star }
    }

    package static func == (first: Self, second: Self) -> Bool {
        first.bytes == second.bytes
    }
}
