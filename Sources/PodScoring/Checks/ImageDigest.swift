/// A digest as it stands at the end of an image reference.
enum ImageDigest {
    /// The algorithms whose digests the container runtimes verify, and the number of hexadecimal digits of each.
    ///
    /// The image specification registers these two and BLAKE3, which no runtime has to know and the common ones refuse.
    /// Source: <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms>
    private static let algorithms = [(prefix: "sha256:", digits: 64), (prefix: "sha512:", digits: 128)]

    /// Tells whether a reference ends with a digest behind a name.
    ///
    /// The specification knows small letters alone, and so do the runtimes.
    static func isAtEnd(of reference: String) -> Bool {
        guard let sign = reference.utf8.lastIndex(of: UInt8(ascii: "@")), sign != reference.utf8.startIndex else { return false }
        let digest = reference.utf8[reference.utf8.index(after: sign)...]
        return algorithms.contains { algorithm in
            guard digest.starts(with: algorithm.prefix.utf8) else { return false }
            let digits = digest.dropFirst(algorithm.prefix.utf8.count)
            return digits.count == algorithm.digits && digits.allSatisfy(isDigit)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
