/// A digest of 64 bits by FNV-1a: the same in every process, unlike Swift's own hash values.
///
/// Anyone can make texts with equal digests, so compare the texts where that matters.
/// Source: <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv-21>
package struct FNV1a: Sendable {
    /// The digest so far.
    package var value: UInt64

    /// Starts with no bytes; another basis than the standard one gives another digest of the same bytes.
    @inlinable
    package init(basis: UInt64 = 0xcbf2_9ce4_8422_2325) {
        value = basis
    }

    /// Adds one byte.
    @inlinable
    package mutating func combine(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    /// Adds bytes in their order.
    @inlinable
    package mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { combine(byte) }
    }

    /// The hexadecimal digits of a digest of texts; each counts with its length, so no two lists run into each other.
    package static func hexDigits(of texts: [String]) -> String {
        var digest = Self()
        for text in texts {
            digest.combine("\(text.utf8.count):".utf8)
            digest.combine(text.utf8)
        }
        return digest.value.hexDigits
    }
}

extension UInt64 {
    /// All 16 hexadecimal digits.
    package var hexDigits: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
