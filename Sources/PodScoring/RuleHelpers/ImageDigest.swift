/// The digest at the end of an image reference.
enum ImageDigest {
    /// The algorithms whose digests container runtimes verify, each with its number of hexadecimal digits.
    ///
    /// The image specification also registers BLAKE3, but support is optional and the common runtimes reject it.
    /// Source: <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms>
    private static let algorithms = [(start: "@sha256:", digits: 64), (start: "@sha512:", digits: 128)]

    /// Returns whether a reference ends with a name and a digest.
    ///
    /// The specification and the runtimes allow only lower-case digits. A reference that is too short for a digest is not read.
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
