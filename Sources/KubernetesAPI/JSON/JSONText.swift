// Numbers and words of a JSON text. Scanning is an extension of the bytes and not of the reader, as in `JSONReader+Strings.swift`.
extension Span<UInt8> {
    /// Builds the failure for a byte, or the end of the document, that the grammar does not allow at an offset.
    @inline(never)
    func unexpected(_ expected: String, at offset: Int) -> DecodingFailure {
        guard offset < count else { return DecodingFailure(.unexpectedEnd, at: .byteOffset(count)) }
        return DecodingFailure(.unexpectedByte(self[offset], expected: expected), at: .byteOffset(offset))
    }

    /// The offset behind one of JSON's three words, which must begin at an offset.
    @inline(__always)
    func end(of literal: JSONWord, from start: Int) throws(DecodingFailure) -> Int {
        if let found = word(at: start), found.firstBytes(literal.text.utf8CodeUnitCount) == literal.bytes {
            return start &+ literal.text.utf8CodeUnitCount
        }
        return try endByBytes(of: literal, from: start)
    }

    /// Compares byte by byte: at the end of the document, or to find the wrong byte.
    @inline(never)
    private func endByBytes(of literal: JSONWord, from start: Int) throws(DecodingFailure) -> Int {
        var offset = start
        for byte in literal.text.description.utf8 {
            guard self.byte(at: offset) == byte else { throw unexpected(literal.text.description, at: offset) }
            offset &+= 1
        }
        return offset
    }

    /// Finds the end of the number at an offset, and whether it has neither fraction nor exponent.
    @inline(never)
    func number(from start: Int) throws(DecodingFailure) -> (end: Int, isInteger: Bool) {
        var index = start
        if byte(at: index) == UInt8(ascii: "-") { index &+= 1 } else if !isDigit(at: index) { throw unexpected("a value", at: index) }
        if byte(at: index) == UInt8(ascii: "0") {
            index &+= 1
            guard !isDigit(at: index) else { throw DecodingFailure(.invalidNumber, at: .byteOffset(start)) }
        } else {
            index = try endOfDigits(from: index, of: start)
        }
        var isInteger = true
        if byte(at: index) == UInt8(ascii: ".") {
            isInteger = false
            index = try endOfDigits(from: index &+ 1, of: start)
        }
        if byte(at: index) | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index &+= 1
            if byte(at: index) == UInt8(ascii: "+") || byte(at: index) == UInt8(ascii: "-") { index &+= 1 }
            index = try endOfDigits(from: index, of: start)
        }
        return (index, isInteger)
    }

    /// Skips one or more digits.
    @inline(__always)
    private func endOfDigits(from offset: Int, of start: Int) throws(DecodingFailure) -> Int {
        guard offset < count else { throw DecodingFailure(.unexpectedEnd, at: .byteOffset(count)) }
        guard isDigit(at: offset) else { throw DecodingFailure(.invalidNumber, at: .byteOffset(start)) }
        var index = offset
        while isDigit(at: index) { index &+= 1 }
        return index
    }

    /// Tells whether an ASCII digit stands at an offset.
    @inline(__always)
    private func isDigit(at offset: Int) -> Bool {
        byte(at: offset) &- UInt8(ascii: "0") < 10
    }
}

extension UInt64 {
    /// The highest bit of each byte that is special in a JSON string: quotes, backslashes, control characters and all that is not ASCII.
    ///
    /// The first of the eight bytes is the lowest.
    ///
    /// Only the lowest mark is exact, because a borrow can set marks above it; 0 if no byte is special.
    @inline(__always)
    var stringStops: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        // With its second bit flipped, a quote becomes 0x20 and control characters stay below it, so one comparison finds both.
        let controlsAndQuotes = (self ^ (ones &* 0x02)) &- (ones &* 0x21)
        let backslashes = (self ^ (ones &* 0x5C)) &- ones
        return (controlsAndQuotes | backslashes | self) & (ones &* 0x80)
    }
}

extension Span<UInt8> {
    /// The offset of the first special byte of a JSON string from `start` on.
    ///
    /// Near the end of the text it can be up to seven bytes too low.
    @inline(__always)
    func plainEnd(from start: Int) -> Int {
        var index = start
        var rest = extracting(droppingFirst: start)
        while let word = rest.firstWord {
            let stops = word.stringStops
            if stops != 0 { return index &+ (stops.trailingZeroBitCount &>> 3) }
            index &+= 8
            rest = rest.extracting(droppingFirst: 8)
        }
        return index
    }

    /// The offset of the first byte from `start` on that is not white space, or the end.
    @inline(__always)
    func whitespaceEnd(from start: Int) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            guard byte <= 0x20, JSONWhitespace.contains(byte) else { return index }
            index &+= 1
        }
        return index
    }
}

/// The bytes between the parts of a JSON text.
package enum JSONWhitespace {
    /// Tells whether a byte separates parts.
    @inlinable
    @inline(__always)
    package static func contains(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
