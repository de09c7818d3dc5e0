/// A namespace's name, or a glob in which `*` stands for any run of characters.
package struct NamespacePattern: Sendable, Equatable {
    /// The pattern as written.
    package let text: String

    /// Takes the pattern as written; every text is a pattern.
    package init(_ text: String) {
        self.text = text
    }

    /// Whether the pattern names one namespace only.
    package var isExact: Bool { !text.utf8.contains(UInt8(ascii: "*")) }

    /// The number of bytes that stand for themselves; the pattern with more of them wins.
    package var literalCount: Int { text.utf8.count { $0 != UInt8(ascii: "*") } }

    /// Tells whether a name matches, compared as bytes; linear in the product of both lengths at worst.
    package func matches(_ name: String) -> Bool {
        let pattern = Array(text.utf8)
        let name = Array(name.utf8)
        var patternIndex = 0
        var nameIndex = 0
        var star: (pattern: Int, name: Int)?
        while nameIndex < name.count {
            if patternIndex < pattern.count, pattern[patternIndex] == UInt8(ascii: "*") {
                star = (patternIndex, nameIndex)
                patternIndex += 1
            } else if patternIndex < pattern.count, pattern[patternIndex] == name[nameIndex] {
                patternIndex += 1
                nameIndex += 1
            } else if let last = star {
                patternIndex = last.pattern + 1
                nameIndex = last.name + 1
                star = (last.pattern, nameIndex)
            } else {
                return false
            }
        }
        return pattern[patternIndex...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
