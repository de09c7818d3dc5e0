// Nearly all texts are visible ASCII. These tests read eight bytes at a time.
extension String {
    /// Whether all characters are visible ASCII, so that nothing has to escape them.
    package var isVisibleASCII: Bool { utf8.span.isVisibleASCII }

    /// Whether all characters are visible ASCII and none is `#`, which begins commands for runners of CI jobs.
    var isVisibleASCIIWithoutNumberSign: Bool { utf8.span.isVisibleASCIIWithoutNumberSign }

    /// Whether all characters are visible ASCII and none is a quotation mark or a backslash, so that they need no escape between quotation
    /// marks.
    package var isPlainASCII: Bool { utf8.span.isPlainASCII }

    /// The number of Unicode scalars: the bytes that begin one.
    package var scalarCount: Int {
        let bytes = utf8.span
        var (count, index) = (0, 0)
        while let word = bytes.word(at: index) {
            // The highest bit of each byte that continues a scalar: 0b10…
            let continuations = word & ~(word << 1) & 0x8080_8080_8080_8080
            count &+= continuations == 0 ? 8 : 8 &- continuations.nonzeroBitCount
            index &+= 8
        }
        while index < bytes.count {
            if bytes[index] & 0xC0 != 0x80 { count &+= 1 }
            index &+= 1
        }
        return count
    }
}

extension Span<UInt8> {
    /// Whether the bytes are ASCII without control characters.
    var isVisibleASCII: Bool {
        var index = 0
        while let word = word(at: index) {
            // The highest bit of a byte is set if the byte is below 0x20, is 0x7F, or is not ASCII. A carry only reaches bytes above such a one.
            let marks = (word &- 0x2020_2020_2020_2020) | (word &+ 0x0101_0101_0101_0101) | word
            guard marks & 0x8080_8080_8080_8080 == 0 else { return false }
            index &+= 8
        }
        while index < count {
            guard self[index] &- 0x20 < 0x5F else { return false }
            index &+= 1
        }
        return true
    }

    /// Whether the bytes are ASCII without control characters and `#`.
    var isVisibleASCIIWithoutNumberSign: Bool {
        var index = 0
        while let word = word(at: index) {
            // As above; with the bits of `#` flipped, a `#` is 0 and gets its highest bit by the subtraction.
            let controls = (word &- 0x2020_2020_2020_2020) | (word &+ 0x0101_0101_0101_0101) | word
            let signs = (word ^ 0x2323_2323_2323_2323) &- 0x0101_0101_0101_0101
            guard (controls | signs) & 0x8080_8080_8080_8080 == 0 else { return false }
            index &+= 8
        }
        while index < count {
            guard self[index] &- 0x20 < 0x5F, self[index] != UInt8(ascii: "#") else { return false }
            index &+= 1
        }
        return true
    }

    /// Whether a `#` follows another, as in commands for runners of CI jobs.
    @inline(never)
    var hasAdjacentNumberSigns: Bool {
        var index = 0
        while let word = word(at: index) {
            let flipped = word ^ 0x2323_2323_2323_2323
            if (flipped &- 0x0101_0101_0101_0101) & ~flipped & 0x8080_8080_8080_8080 != 0 { break }
            index &+= 8
        }
        var isAfterOne = false
        while index < count {
            let isOne = self[index] == UInt8(ascii: "#")
            if isOne, isAfterOne { return true }
            isAfterOne = isOne
            index &+= 1
        }
        return false
    }

    /// Whether the bytes are ASCII without control characters, quotation marks and backslashes.
    @inline(__always)
    var isPlainASCII: Bool {
        var index = 0
        while let word = word(at: index) {
            // As above, a byte of 0x7F gets its highest bit by the addition.
            guard word.stringStops | ((word &+ 0x0101_0101_0101_0101) & 0x8080_8080_8080_8080) == 0 else { return false }
            index &+= 8
        }
        while index < count {
            let byte = self[index]
            guard byte &- 0x20 < 0x5F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return false }
            index &+= 1
        }
        return true
    }
}
