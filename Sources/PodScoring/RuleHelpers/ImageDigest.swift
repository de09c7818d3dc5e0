/// A digest as it stands at the end of an image reference.
enum ImageDigest {
    /// The algorithms whose digests the container runtimes verify, and the number of hexadecimal digits of each.
    ///
    /// The image specification registers these two and BLAKE3, which no runtime has to know and the common ones refuse.
    /// Source: <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms>
    private static let algorithms = [(start: "@sha256:", digits: 64), (start: "@sha512:", digits: 128)]

    /// Tells whether a reference ends with a digest behind a name.
    ///
    /// The specification knows small letters alone, and so do the runtimes. What is too short for a digest is not read at all.
    static func isAtEnd(of reference: String) -> Bool {
        let length = reference.utf8.count
        return algorithms.contains { algorithm in
            let digestLength = algorithm.start.utf8.count + algorithm.digits
            guard length > digestLength else { return false }
            let digest = reference.utf8.suffix(digestLength)
            return digest.starts(with: algorithm.start.utf8) && digest.suffix(algorithm.digits).allSatisfy(isDigit)
        }
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
