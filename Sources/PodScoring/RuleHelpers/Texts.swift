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
        containsBytes(of: text) { $0 }
    }

    /// Returns whether the text contains a lower-case text, without regard to the case of ASCII letters.
    ///
    /// For `all` this equals a comparison by Unicode case: no other letter has `A` or `L` as its upper case.
    func containsIgnoringCase(_ lowercase: String) -> Bool {
        containsBytes(of: lowercase) { $0.lowercasedASCII }
    }

    /// Returns whether the text, each byte changed first, contains the bytes of another one, which must not be empty.
    @inline(__always)
    private func containsBytes(of text: String, changing change: (UInt8) -> UInt8) -> Bool {
        let bytes = utf8.span
        let wanted = text.utf8.span
        guard wanted.count > 0, bytes.count >= wanted.count else { return false }
        if bytes.count >= Self.longTextByteCount { return Self.contains(bytes, wanted, changing: change) }
        let first = wanted[0]
        for start in 0...(bytes.count - wanted.count) where change(bytes[start]) == first {
            var length = 1
            while length < wanted.count, change(bytes[start + length]) == wanted[length] { length += 1 }
            if length == wanted.count { return true }
        }
        return false
    }

    /// The length in bytes from which a text is searched by the Horspool algorithm.
    private static var longTextByteCount: Int { 1_024 }

    /// Searches a long text as ``containsBytes(of:changing:)`` does, without reading most of its bytes.
    ///
    /// The byte at the end of the current position decides how far the search advances (Horspool 1980).
    @inline(__always)
    private static func contains(_ bytes: Span<UInt8>, _ wanted: Span<UInt8>, changing change: (UInt8) -> UInt8) -> Bool {
        let last = wanted.count - 1
        var leaps = Array(repeating: wanted.count, count: 256)
        for index in 0..<last { leaps[Int(wanted[index])] = last - index }
        var end = last
        while end < bytes.count {
            let byte = change(bytes[end])
            if byte == wanted[last] {
                var index = 0
                while index < last, change(bytes[end - last + index]) == wanted[index] { index += 1 }
                if index == last { return true }
            }
            end += leaps[Int(byte)]
        }
        return false
    }

    /// Returns whether the text equals a lower-case text, without regard to the case of ASCII letters.
    func equalsIgnoringCase(_ lowercase: String) -> Bool {
        let (bytes, wanted) = (utf8.span, lowercase.utf8.span)
        guard bytes.count == wanted.count else { return false }
        for index in bytes.indices where bytes[index].lowercasedASCII != wanted[index] { return false }
        return true
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
    /// The texts by their length in bytes.
    private let byLength: [[String]]

    /// Creates a set of ASCII texts.
    init(_ texts: [String]) {
        let longest = texts.map(\.utf8.count).max() ?? 0
        var byLength: [[String]] = Array(repeating: [], count: longest + 1)
        for text in texts { byLength[text.utf8.count].append(text) }
        self.byLength = byLength
    }

    /// Returns whether the set contains a text, compared byte for byte.
    func contains(_ text: String) -> Bool {
        contains(text.utf8.span) { $0 }
    }

    /// Returns whether the set contains the bytes, each changed first.
    func contains(_ bytes: Span<UInt8>, as changed: (UInt8) -> UInt8) -> Bool {
        guard bytes.count < byLength.count else { return false }
        let candidates = byLength[bytes.count]
        for index in candidates.indices where Self.isSame(bytes, candidates[index].utf8.span, as: changed) { return true }
        return false
    }

    @inline(__always)
    private static func isSame(_ bytes: Span<UInt8>, _ text: Span<UInt8>, as changed: (UInt8) -> UInt8) -> Bool {
        for index in bytes.indices where changed(bytes[index]) != text[index] { return false }
        return true
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
