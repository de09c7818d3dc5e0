extension String {
    /// Tells whether the text is byte for byte this ASCII text.
    ///
    /// `==` alone takes canonically equivalent text for equal; text of the same length in bytes as its ASCII equivalent is ASCII itself.
    @inline(__always)
    func isExactly(_ ascii: String) -> Bool {
        utf8.count == ascii.utf8.count && self == ascii
    }

    /// Whether the text is short and has only the letters that names of kernel parameters have, so that it can stand in a message as it is.
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

    /// Tells whether the bytes of a text occur in this one.
    func containsBytes(of text: String) -> Bool {
        containsBytes(of: text) { $0 }
    }

    /// Tells whether the bytes of a text in small letters occur in this one but for the case of ASCII letters.
    ///
    /// No other letter becomes one of ASCII's `A` or `L` as a capital, so for `all` that is what Unicode's capital letters say, too.
    func containsIgnoringCase(_ lowercase: String) -> Bool {
        containsBytes(of: lowercase) { $0.lowercasedASCII }
    }

    /// Tells whether the bytes of a text, which is not empty, occur among this one's, each changed first.
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

    /// From so many bytes on a text is searched by leaps.
    private static var longTextByteCount: Int { 1_024 }

    /// As ``containsBytes(of:changing:)`` for a long text, of which most bytes are not read: the search leaps by the byte under the end of what
    /// is wanted, up to its whole length (Horspool 1980).
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

    /// Tells whether the text is this one, which has no capital letters, but for the case of ASCII letters.
    func equalsIgnoringCase(_ lowercase: String) -> Bool {
        utf8.count == lowercase.utf8.count && utf8.elementsEqual(lowercase.utf8) { $0.lowercasedASCII == $1 }
    }
}

extension UInt8 {
    /// The small letter for a capital one of ASCII, any other byte as it is.
    var lowercasedASCII: UInt8 {
        self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self + 32 : self
    }
}

/// A fixed set of short texts, such as names of capabilities.
///
/// A text is compared with those of its own length alone, so that of thousands of texts hardly any is compared at all.
struct TextSet: Sendable {
    /// The texts by their length in bytes.
    private let byLength: [[String]]

    /// Takes ASCII texts.
    init(_ texts: [String]) {
        let longest = texts.map(\.utf8.count).max() ?? 0
        var byLength: [[String]] = Array(repeating: [], count: longest + 1)
        for text in texts { byLength[text.utf8.count].append(text) }
        self.byLength = byLength
    }

    /// Tells whether the text is one of the set, byte for byte.
    func contains(_ text: String) -> Bool {
        contains(text.utf8.span) { $0 }
    }

    /// Tells whether the bytes, each changed first, are a text of the set.
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
    /// The texts as a sentence names them: `A`, `A and B`, `A, B and C`.
    var inWords: String {
        let texts = Array(self)
        guard let last = texts.last, texts.count > 1 else { return texts.last ?? "" }
        return "\(texts.dropLast().joined(separator: ", ")) and \(last)"
    }
}
