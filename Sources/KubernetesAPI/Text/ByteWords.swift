extension UInt64 {
    /// The first `count` bytes of eight, 1 to 8, with zeros for the others.
    @inline(__always)
    func firstBytes(_ count: Int) -> UInt64 {
        // Shifts instead of a mask: with a mask the compiler sees that the last byte is unused, and then loads byte by byte.
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
    @inlinable
    @inline(__always)
    package var firstWord: UInt64? {
        // One comparison for all eight lets the compiler use a single load.
        guard count >= 8 else { return nil }
        return UInt64(self[0]) | UInt64(self[1]) << 8 | UInt64(self[2]) << 16 | UInt64(self[3]) << 24
            | UInt64(self[4]) << 32 | UInt64(self[5]) << 40 | UInt64(self[6]) << 48 | UInt64(self[7]) << 56
    }

    /// The eight bytes at an offset, the first one lowest; `nil` when there are fewer.
    @inlinable
    @inline(__always)
    package func word(at index: Int) -> UInt64? {
        extracting(droppingFirst: index).firstWord
    }

    /// The byte at an offset; 0 at the end, a byte that JSON never allows.
    @inline(__always)
    func byte(at index: Int) -> UInt8 {
        index < count ? self[index] : 0
    }
}

extension OutputSpan<UInt8> {
    /// Appends eight bytes, the lowest one first; there must be room.
    @inline(__always)
    mutating func append(word: UInt64) {
        // One comparison for all eight lets the compiler use a single store.
        precondition(freeCapacity >= 8, "there is no room for eight bytes")
        append(word.byte(at: 0))
        append(word.byte(at: 1))
        append(word.byte(at: 2))
        append(word.byte(at: 3))
        append(word.byte(at: 4))
        append(word.byte(at: 5))
        append(word.byte(at: 6))
        append(word.byte(at: 7))
    }

    /// Appends bytes, eight at a time; there must be room.
    @inline(__always)
    mutating func append(copying bytes: Span<UInt8>) {
        var index = 0
        while let word = bytes.word(at: index) {
            append(word: word)
            index &+= 8
        }
        while index < bytes.count {
            append(bytes[index])
            index &+= 1
        }
    }
}
