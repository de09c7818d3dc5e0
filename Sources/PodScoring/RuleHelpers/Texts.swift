import KubernetesAPI

extension String {
    /// Returns whether the text equals an ASCII text, byte for byte.
    ///
    /// `==` alone also accepts canonically equivalent text, but that has another length in bytes than its ASCII equivalent.
    @inline(__always)
    func isExactly(_ ascii: String) -> Bool {
        utf8.count == ascii.utf8.count && self == ascii
    }

    /// Whether the text is short and has only characters of kernel parameters, so that a message can show it unchanged.
    var isPlainName: Bool {
        1...64 ~= utf8.count
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"):
                    true
                default: false
                }
            }
    }

    /// Returns whether the text contains the bytes of another one.
    func containsBytes(of text: String) -> Bool {
        containsBytes(of: text, ignoringCase: false)
    }

    /// Returns whether the text contains a lower-case text, without regard to the case of ASCII letters.
    ///
    /// For `all` this equals a comparison by Unicode case: no other letter has `A` or `L` as its upper case.
    func containsIgnoringCase(_ lowercase: String) -> Bool {
        containsBytes(of: lowercase, ignoringCase: true)
    }

    /// Returns whether the text contains the bytes of another one, which must not be empty, and in lower case if the case is ignored.
    ///
    /// Eight positions at a time: most texts lack a position where both the first and the last byte are right.
    @inline(__always)
    private func containsBytes(of text: String, ignoringCase: Bool) -> Bool {
        let (bytes, wanted) = (utf8.span, text.utf8.span)
        guard wanted.count > 0, bytes.count >= wanted.count else { return false }
        let last = wanted.count - 1
        // With this bit a letter of either case is the lower-case one; other bytes become alike too, so each candidate is compared.
        let caseBit = ignoringCase ? UInt64(repeating: 0x20) : 0
        let (firstByte, lastByte) = (UInt64(repeating: wanted[0]) | caseBit, UInt64(repeating: wanted[last]) | caseBit)
        var start = 0
        while let first = bytes.word(at: start), let end = bytes.word(at: start + last) {
            let differences = ((first | caseBit) ^ firstByte) | ((end | caseBit) ^ lastByte)
            // The high bit of each byte that is zero, and of some above one.
            var candidates = (differences &- UInt64(repeating: 1)) & ~differences & UInt64(repeating: 0x80)
            while candidates != 0 {
                if Self.begins(bytes, at: start + candidates.trailingZeroBitCount / 8, with: wanted, ignoringCase) { return true }
                candidates &= candidates - 1
            }
            start += 8
        }
        while start + last < bytes.count {
            if Self.begins(bytes, at: start, with: wanted, ignoringCase) { return true }
            start += 1
        }
        return false
    }

    private static func begins(_ bytes: Span<UInt8>, at start: Int, with wanted: Span<UInt8>, _ ignoringCase: Bool) -> Bool {
        for index in wanted.indices {
            let byte = bytes[start + index]
            guard (ignoringCase ? byte.lowercasedASCII : byte) == wanted[index] else { return false }
        }
        return true
    }

    /// Returns whether the text equals a lower-case text, without regard to the case of ASCII letters.
    func equalsIgnoringCase(_ lowercase: String) -> Bool {
        let (bytes, wanted) = (utf8.span, lowercase.utf8.span)
        guard bytes.count == wanted.count else { return false }
        for index in bytes.indices where bytes[index].lowercasedASCII != wanted[index] { return false }
        return true
    }
}

extension UInt64 {
    /// Eight times the same byte.
    fileprivate init(repeating byte: UInt8) {
        self = 0x0101_0101_0101_0101 &* UInt64(byte)
    }
}

extension UInt8 {
    /// The lower-case letter for an upper-case ASCII letter, and any other byte unchanged.
    var lowercasedASCII: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self + 32 : self
    }
}

/// A fixed set of short texts, such as capability names.
///
/// A text is compared only with those of the same length, so most lookups compare nothing.
struct TextSet: Sendable {
    /// The bytes of all texts, the shorter ones first.
    private let bytes: [UInt8]
    /// Where the texts of each length begin in ``bytes``, and where those of the longest end.
    private let starts: [Int]

    /// Creates a set of ASCII texts, none of them empty.
    init(_ texts: [String]) {
        let longest = texts.map(\.utf8.count).max() ?? 0
        var (bytes, starts): ([UInt8], [Int]) = ([], [0])
        for length in 0...longest {
            for text in texts where text.utf8.count == length { bytes += text.utf8 }
            starts.append(bytes.count)
        }
        (self.bytes, self.starts) = (bytes, starts)
    }

    /// Returns whether the set contains a text, compared byte for byte.
    @inline(__always)
    func contains(_ text: String) -> Bool {
        hasTexts(ofLength: text.utf8.count) && contains(text.utf8.span) { $0 }
    }

    /// Makes a finding of each text that the set does not contain, by its index.
    @inline(__always)
    func findOthers(in texts: [String], _ findings: inout [Finding], making finding: (Int) -> Finding) {
        let texts = texts.span
        var found = FoundElements()
        for index in texts.indices where !contains(texts[index]) {
            if found.isFull(before: index) { found.move(to: &findings, ofAtMost: texts.count, making: finding) }
            found.insert(index)
        }
        found.move(to: &findings, ofAtMost: texts.count, making: finding)
    }

    @inline(__always)
    private func hasTexts(ofLength length: Int) -> Bool {
        length < starts.count - 1 && starts[length] < starts[length + 1]
    }

    /// Returns whether the set contains the bytes, each changed first.
    @inline(__always)
    func contains(_ text: Span<UInt8>, as changed: (UInt8) -> UInt8) -> Bool {
        guard hasTexts(ofLength: text.count) else { return false }
        var start = starts[text.count]
        while start < starts[text.count + 1] {
            var length = 0
            while length < text.count, changed(text[length]) == bytes[start + length] { length += 1 }
            if length == text.count { return true }
            start += text.count
        }
        return false
    }
}

extension Collection<String> {
    /// The texts as a list in a sentence: `A`, `A and B`, `A, B and C`.
    var inWords: String {
        let texts = Array(self)
        guard let last = texts.last, texts.count > 1 else { return texts.last ?? "" }
        return "\(texts.dropLast().joined(separator: ", ")) and \(last)"
    }
}
