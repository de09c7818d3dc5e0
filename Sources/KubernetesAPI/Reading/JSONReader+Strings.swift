/// A string that was scanned and checked but not copied.
struct ScannedString {
    /// Offset of the first byte after the opening quote.
    let start: Int
    /// Offset of the closing quote.
    let end: Int
    /// Whether the string has a backslash.
    let hasEscapes: Bool
    /// Whether the string has an escape other than `\"` and `\\`, the two that every spelling of these characters needs.
    let hasOtherEscapes: Bool
}

extension JSONReader {
    /// Goes over a string, checking control characters, escapes and UTF-8; the reader stands on its opening quote.
    @inline(__always)
    mutating func scanString() throws(DecodingFailure) -> ScannedString {
        index &+= 1
        let start = index
        var hasEscapes = false
        var hasOtherEscapes = false
        while true {
            skipPlainBytes()
            guard index < bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                index &+= 1
                return ScannedString(start: start, end: index &- 1, hasEscapes: hasEscapes, hasOtherEscapes: hasOtherEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                if try scanEscape() { hasOtherEscapes = true }
            } else if byte >= 0x80 {
                try scanMultibyte()
            } else if byte < 0x20 {
                throw failure(.controlCharacter(byte), at: index)
            } else {
                index &+= 1
            }
        }
    }

    /// Goes over bytes that stand for themselves, eight at a time; stops at or before the first that may not.
    @inline(__always)
    private mutating func skipPlainBytes() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while index &+ 8 <= bytes.count {
            let word = bytes.word(at: index)
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            // A byte's high bit ends up set where the byte is a quote, a backslash, below 0x20 or above 0x7F; a borrow can only set
            // bits above the first such byte, and only the first one counts.
            let stops = ((quotes &- ones) | (backslashes &- ones) | (word &- (ones &* 0x20)) | word) & highs
            if stops != 0 {
                index &+= stops.trailingZeroBitCount >> 3
                return
            }
            index &+= 8
        }
    }

    /// Goes over one character of more than one byte, refusing overlong forms, surrogates and values beyond U+10FFFF.
    @inline(never)
    private mutating func scanMultibyte() throws(DecodingFailure) {
        let lead = bytes[index]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        case 0xF1...0xF3: length = 4
        default: throw failure(.invalidUTF8, at: index)
        }
        guard index &+ length <= bytes.count else { throw failure(.invalidUTF8, at: index) }
        guard second.contains(bytes[index &+ 1]) else { throw failure(.invalidUTF8, at: index) }
        for position in 2..<max(2, length) where bytes[index &+ position] & 0xC0 != 0x80 {
            throw failure(.invalidUTF8, at: index)
        }
        index &+= length
    }

    /// Goes over one escape and tells whether it is another one than `\"` and `\\`; a surrogate must be the first half of a pair.
    @inline(__always)
    private mutating func scanEscape() throws(DecodingFailure) -> Bool {
        let start = index
        guard index &+ 1 < bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        let letter = bytes[index &+ 1]
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            index &+= 2
            return false
        case UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index &+= 2
        case UInt8(ascii: "u"):
            _ = try scanUnicodeEscape()
        default:
            throw failure(.invalidEscape, at: start)
        }
        return true
    }

    /// Reads `\uXXXX`, or two of them for a surrogate pair, and returns the character.
    private mutating func scanUnicodeEscape() throws(DecodingFailure) -> Unicode.Scalar {
        let start = index
        let first = try hexadecimal(at: index &+ 2, escape: start)
        index &+= 6
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, index &+ 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index &+ 1] == UInt8(ascii: "u")
        else { throw failure(.invalidEscape, at: start) }
        let second = try hexadecimal(at: index &+ 2, escape: start)
        guard (0xDC00...0xDFFF).contains(second) else { throw failure(.invalidEscape, at: start) }
        index &+= 6
        guard let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) else {
            throw failure(.invalidEscape, at: start)
        }
        return scalar
    }

    /// Reads four hexadecimal digits.
    private func hexadecimal(at offset: Int, escape start: Int) throws(DecodingFailure) -> UInt32 {
        guard offset &+ 4 <= bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        var value: UInt32 = 0
        for position in offset..<offset &+ 4 {
            switch bytes[position] {
            case let digit where digit >= UInt8(ascii: "0") && digit <= UInt8(ascii: "9"): value = value << 4 | UInt32(digit &- 0x30)
            case let digit where digit >= UInt8(ascii: "a") && digit <= UInt8(ascii: "f"): value = value << 4 | UInt32(digit &- 0x57)
            case let digit where digit >= UInt8(ascii: "A") && digit <= UInt8(ascii: "F"): value = value << 4 | UInt32(digit &- 0x37)
            default: throw failure(.invalidEscape, at: start)
            }
        }
        return value
    }

    /// Decodes the bytes of a scanned string that has escapes.
    mutating func decodedBytes(of string: ScannedString) throws(DecodingFailure) -> [UInt8] {
        let end = index
        defer { index = end }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(string.end - string.start)
        index = string.start
        while index < string.end {
            let byte = bytes[index]
            guard byte == UInt8(ascii: "\\") else {
                decoded.append(byte)
                index &+= 1
                continue
            }
            let escaped = bytes[index &+ 1]
            if escaped == UInt8(ascii: "u") {
                decoded.append(contentsOf: UTF8.encode(try scanUnicodeEscape()) ?? UTF8.encodedReplacementCharacter)
                continue
            }
            decoded.append(Self.unescaped(escaped))
            index &+= 2
        }
        return decoded
    }

    /// The byte that a one-letter escape stands for.
    private static func unescaped(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// Copies a scanned string, decoding its escapes.
    mutating func copy(_ string: ScannedString) throws(DecodingFailure) -> String {
        if string.hasEscapes { return String(decoding: try decodedBytes(of: string), as: UTF8.self) }
        do {
            return String(copying: try UTF8Span(validating: bytes.extracting(string.start..<string.end)))
        } catch {
            throw failure(.invalidUTF8, at: string.start)
        }
    }
}
