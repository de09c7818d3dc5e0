extension UInt64 {
    /// Marks the bytes of eight, the first one lowest, that do not stand for themselves in a JSON string, by their highest bit: quotes,
    /// backslashes, control characters and everything that is not ASCII.
    ///
    /// Only the lowest mark is exact, a borrow can set marks above it; 0 when there is none.
    @inline(__always)
    var stringStops: UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = self ^ (ones &* 0x22)
        let backslashes = self ^ (ones &* 0x5C)
        return ((quotes &- ones) | (backslashes &- ones) | (self &- (ones &* 0x20)) | self) & (ones &* 0x80)
    }

    /// The first bytes of eight, the others 0; `count` is 1 to 8.
    @inline(__always)
    func firstBytes(_ count: Int) -> UInt64 {
        // Shifted rather than masked: of a mask the compiler knows that the last byte is not wanted, and then it loads byte by byte.
        let rest = UInt64(truncatingIfNeeded: 64 &- count &* 8)
        return (self &<< rest) &>> rest
    }

    /// One byte of eight; `index` is below 8.
    @inline(__always)
    func byte(at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: self &>> UInt64(truncatingIfNeeded: index &* 8))
    }
}

extension Span<UInt8> {
    /// The first eight bytes, the first one lowest; `nil` when there are fewer.
    @inline(__always)
    var firstWord: UInt64? {
        // One comparison for all eight, after which the compiler makes one load of them.
        guard count >= 8 else { return nil }
        return UInt64(self[0]) | UInt64(self[1]) << 8 | UInt64(self[2]) << 16 | UInt64(self[3]) << 24
            | UInt64(self[4]) << 32 | UInt64(self[5]) << 40 | UInt64(self[6]) << 48 | UInt64(self[7]) << 56
    }

    /// The eight bytes at an offset, the first one lowest; `nil` when there are fewer.
    @inline(__always)
    func word(at index: Int) -> UInt64? {
        extracting(droppingFirst: index).firstWord
    }

    /// The byte at an offset; 0, which JSON allows nowhere, at the end.
    @inline(__always)
    func byte(at index: Int) -> UInt8 {
        index < count ? self[index] : 0
    }

    /// Tells whether both spans hold the same bytes.
    @inline(__always)
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    /// Tells whether these bytes begin with those.
    @inline(__always)
    func starts(with prefix: Span<UInt8>) -> Bool {
        count >= prefix.count && extracting(0..<prefix.count).equals(prefix)
    }

    /// The offset of the first byte from `start` on that may not stand for itself in a JSON string, or one at most seven bytes before it
    /// at the end of the text.
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

    /// The offset of the first byte from `start` on that is no white space, or the end.
    @inline(__always)
    func whitespaceEnd(from start: Int) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return index }
            index &+= 1
        }
        return index
    }
}
