/// A string that was scanned and checked but not copied.
struct ScannedString {
    /// Offset of the first byte after the opening quote.
    let start: Int
    /// Offset of the closing quote.
    let end: Int
    /// Whether the string has a backslash.
    let hasEscapes: Bool
    /// Whether the string has an escape besides `\"` and `\\`, which these two characters always need.
    let hasOtherEscapes: Bool
}

/// A key that was scanned and checked.
struct ScannedKey {
    /// Where it stands.
    let string: ScannedString
    /// Its bytes as written between the quotes.
    let bytes: KeyBytes
}

extension JSONReader {
    /// Skips a string and checks control characters, escapes and UTF-8; the reader must stand on the opening quote.
    @inline(__always)
    mutating func scanString() throws(DecodingFailure) -> ScannedString {
        let string = try bytes.string(from: index)
        index = string.end &+ 1
        return string
    }

    /// Copies a scanned string, decoding its escapes.
    func copy(_ string: ScannedString) throws(DecodingFailure) -> String {
        try bytes.copy(string)
    }
}

// Scanning is an extension of the bytes and not of the reader, because it would load and store the reader's fields again and again.
extension Span<UInt8> {
    /// Scans the string whose opening quote stands at an offset.
    @inline(__always)
    func string(from quote: Int) throws(DecodingFailure) -> ScannedString {
        let start = quote &+ 1
        let end = plainEnd(from: start)
        if byte(at: end) == UInt8(ascii: "\"") {
            return ScannedString(start: start, end: end, hasEscapes: false, hasOtherEscapes: false)
        }
        return try specialString(from: start, plainUntil: end, checkingUTF8: true)
    }

    /// Scans the string whose opening quote stands at an offset, but does not check its UTF-8, so it must not be copied.
    ///
    /// Only a quote ends it, also behind the first byte of an incomplete character.
    func rawString(from quote: Int) throws(DecodingFailure) -> ScannedString {
        try specialString(from: quote &+ 1, plainUntil: quote &+ 1, checkingUTF8: false)
    }

    /// Scans the key whose opening quote stands at an offset.
    ///
    /// Most keys are short, and their first special byte is the closing quote.
    @inline(__always)
    func key(from quote: Int) throws(DecodingFailure) -> ScannedKey {
        let start = quote &+ 1
        let rest = extracting(droppingFirst: start)
        guard let first = rest.firstWord else { return try longKey(from: quote) }
        let stops = first.stringStops
        if stops != 0 {
            let count = stops.trailingZeroBitCount &>> 3
            guard count > 0, first.byte(at: count) == UInt8(ascii: "\"") else { return try longKey(from: quote) }
            return ScannedKey(
                string: ScannedString(start: start, end: start &+ count, hasEscapes: false, hasOtherEscapes: false),
                bytes: KeyBytes(count: count, head: first.firstBytes(count), tail: 0)
            )
        }
        guard let second = rest.word(at: 8) else { return try longKey(from: quote) }
        let laterStops = second.stringStops
        guard laterStops != 0 else { return try longKey(from: quote) }
        let beyond = laterStops.trailingZeroBitCount &>> 3
        guard second.byte(at: beyond) == UInt8(ascii: "\""), let tail = rest.word(at: beyond) else { return try longKey(from: quote) }
        return ScannedKey(
            string: ScannedString(start: start, end: start &+ 8 &+ beyond, hasEscapes: false, hasOtherEscapes: false),
            bytes: KeyBytes(count: 8 &+ beyond, head: first, tail: tail)
        )
    }

    /// Scans a key of any length.
    @inline(never)
    private func longKey(from quote: Int) throws(DecodingFailure) -> ScannedKey {
        let string = try string(from: quote)
        return ScannedKey(string: string, bytes: KeyBytes(of: extracting(string.start..<string.end)))
    }

    /// Scans the rest of a string from its first special byte on, or near the end of the document.
    @inline(never)
    private func specialString(from start: Int, plainUntil end: Int, checkingUTF8: Bool) throws(DecodingFailure) -> ScannedString {
        var index = end
        var hasEscapes = false
        var hasOtherEscapes = false
        while index < count {
            let byte = self[index]
            if byte == UInt8(ascii: "\"") {
                return ScannedString(start: start, end: index, hasEscapes: hasEscapes, hasOtherEscapes: hasOtherEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                let letter = self.byte(at: index &+ 1)
                if letter == UInt8(ascii: "\"") || letter == UInt8(ascii: "\\") {
                    index &+= 2
                } else {
                    hasOtherEscapes = true
                    index = try endOfEscape(from: index)
                }
            } else if byte >= 0x80 {
                index = checkingUTF8 ? try endOfMultibyte(from: index) : index &+ 1
            } else if byte < 0x20 {
                throw DecodingFailure(.controlCharacter(byte), at: .byteOffset(index))
            } else {
                index &+= 1
            }
            index = plainEnd(from: index)
        }
        throw DecodingFailure(.unexpectedEnd, at: .byteOffset(count))
    }

    /// Returns the offset behind a character of several bytes; rejects overlong forms, surrogates and values beyond U+10FFFF.
    private func endOfMultibyte(from index: Int) throws(DecodingFailure) -> Int {
        let lead = self[index]
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
        default: throw DecodingFailure(.invalidUTF8, at: .byteOffset(index))
        }
        guard index &+ length <= count else { throw DecodingFailure(.invalidUTF8, at: .byteOffset(index)) }
        guard second.contains(self[index &+ 1]) else { throw DecodingFailure(.invalidUTF8, at: .byteOffset(index)) }
        for position in 2..<max(2, length) where self[index &+ position] & 0xC0 != 0x80 {
            throw DecodingFailure(.invalidUTF8, at: .byteOffset(index))
        }
        return index &+ length
    }

    /// Returns the offset behind an escape.
    ///
    /// The grammar also allows half of a surrogate pair. It is rejected only where the string is copied.
    private func endOfEscape(from start: Int) throws(DecodingFailure) -> Int {
        guard start &+ 1 < count else { throw DecodingFailure(.unexpectedEnd, at: .byteOffset(count)) }
        switch self[start &+ 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start &+ 2
        case UInt8(ascii: "u"):
            _ = try hexadecimal(at: start &+ 2, escape: start)
            return start &+ 6
        default:
            throw DecodingFailure(.invalidEscape, at: .byteOffset(start))
        }
    }

    /// Reads `\uXXXX`, or two of them for a surrogate pair, and returns the character and the offset behind it.
    private func unicodeEscape(from start: Int) throws(DecodingFailure) -> (scalar: Unicode.Scalar, end: Int) {
        let first = try hexadecimal(at: start &+ 2, escape: start)
        let next = start &+ 6
        if let scalar = Unicode.Scalar(first) { return (scalar, next) }
        let unpaired = DecodingFailure(.unpairedSurrogate, at: .byteOffset(start))
        guard first < 0xDC00, byte(at: next) == UInt8(ascii: "\\"), byte(at: next &+ 1) == UInt8(ascii: "u") else { throw unpaired }
        let second = try hexadecimal(at: next &+ 2, escape: next)
        guard (0xDC00...0xDFFF).contains(second), let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) else {
            throw unpaired
        }
        return (scalar, next &+ 6)
    }

    /// Reads four hexadecimal digits.
    private func hexadecimal(at offset: Int, escape start: Int) throws(DecodingFailure) -> UInt32 {
        guard offset &+ 4 <= count else { throw DecodingFailure(.unexpectedEnd, at: .byteOffset(count)) }
        var value: UInt32 = 0
        for position in offset..<offset &+ 4 {
            switch self[position] {
            case let digit where digit >= UInt8(ascii: "0") && digit <= UInt8(ascii: "9"): value = value << 4 | UInt32(digit &- 0x30)
            case let digit where digit >= UInt8(ascii: "a") && digit <= UInt8(ascii: "f"): value = value << 4 | UInt32(digit &- 0x57)
            case let digit where digit >= UInt8(ascii: "A") && digit <= UInt8(ascii: "F"): value = value << 4 | UInt32(digit &- 0x37)
            default: throw DecodingFailure(.invalidEscape, at: .byteOffset(start))
            }
        }
        return value
    }

    /// Decodes the bytes of a scanned string that has escapes.
    func decodedBytes(of string: ScannedString) throws(DecodingFailure) -> [UInt8] {
        // An escape is never shorter than the character it stands for.
        try [UInt8](capacity: string.end - string.start) { (decoded) throws(DecodingFailure) in
            var index = string.start
            while index < string.end {
                let byte = self[index]
                guard byte == UInt8(ascii: "\\") else {
                    decoded.append(byte)
                    index &+= 1
                    continue
                }
                let escaped = self[index &+ 1]
                if escaped == UInt8(ascii: "u") {
                    let (scalar, end) = try unicodeEscape(from: index)
                    decoded.append(scalar)
                    index = end
                } else {
                    decoded.append(Self.unescaped(escaped))
                    index &+= 2
                }
            }
        }
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
    func copy(_ string: ScannedString) throws(DecodingFailure) -> String {
        if string.hasEscapes { return String(decoding: try decodedBytes(of: string), as: UTF8.self) }
        do {
            return String(copying: try UTF8Span(validating: extracting(string.start..<string.end)))
        } catch {
            throw DecodingFailure(.invalidUTF8, at: .byteOffset(string.start))
        }
    }
}

extension Span<UInt8> {
    /// Builds the failure for a duplicate key.
    @inline(never)
    func duplicate(_ key: ScannedString) -> DecodingFailure {
        let spelling = (try? copy(key)) ?? ""
        return DecodingFailure(.duplicateKey(spelling), at: .byteOffset(key.start))
    }
}

extension OutputSpan<UInt8> {
    /// Appends the UTF-8 bytes of a character.
    fileprivate mutating func append(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch value {
        case ..<0x80:
            append(UInt8(value))
        case ..<0x800:
            append(0xC0 | UInt8(value >> 6))
            append(Self.continuation(value))
        case ..<0x1_0000:
            append(0xE0 | UInt8(value >> 12))
            append(Self.continuation(value >> 6))
            append(Self.continuation(value))
        default:
            append(0xF0 | UInt8(value >> 18))
            append(Self.continuation(value >> 12))
            append(Self.continuation(value >> 6))
            append(Self.continuation(value))
        }
    }

    private static func continuation(_ value: UInt32) -> UInt8 {
        0x80 | UInt8(value & 0x3F)
    }
}
