/// The bytes of a key in a form that is quick to compare: its length, its first eight and its last eight bytes.
///
/// A key of fewer than eight bytes has them all in ``head``, filled up with zeros. Up to sixteen bytes keys with the same values are the
/// same key; of longer ones the bytes between have to be compared, too.
struct KeyBytes: Equatable, Sendable {
    /// The length in bytes.
    let count: Int
    /// The first eight bytes, the first one lowest.
    let head: UInt64
    /// The last eight bytes; 0 for a key of fewer than eight.
    let tail: UInt64

    /// The longest key of which nothing but the values has to be compared.
    static let exactCount = 16

    /// Takes the values as they were found.
    @inline(__always)
    init(count: Int, head: UInt64, tail: UInt64) {
        self.count = count
        self.head = head
        self.tail = tail
    }

    /// Finds the values of a key.
    @inline(__always)
    init(of key: Span<UInt8>) {
        count = key.count
        if let word = key.firstWord {
            head = word
            tail = key.word(at: key.count &- 8) ?? 0
        } else {
            var short: UInt64 = 0
            for index in key.indices { short |= UInt64(key[index]) << UInt64(index &* 8) }
            head = short
            tail = 0
        }
    }

    /// A 64-bit digest.
    ///
    /// Equal keys have equal fingerprints; unequal keys may collide (a client can make them), so every use compares the bytes as well.
    @inline(__always)
    var fingerprint: UInt64 {
        ((head &* 0x9E37_79B9_7F4A_7C15) ^ tail) &* 0xC2B2_AE3D_27D4_EB4F ^ UInt64(truncatingIfNeeded: count)
    }
}
