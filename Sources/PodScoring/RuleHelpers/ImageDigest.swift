/// The digest at the end of an image reference.
enum ImageDigest {
    /// The algorithms whose digests container runtimes verify, each with its number of hexadecimal digits.
    ///
    /// The image specification also registers BLAKE3, but support is optional and the common runtimes reject it.
    /// Source: <https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms>
    private static let algorithms = [(start: "@sha256:", digits: 64), (start: "@sha512:", digits: 128)]

    /// The length in bytes of the longest reference that is too short to end with a name and a digest.
    static let tooShortByteCount = algorithms.map { $0.start.utf8.count + $0.digits }.min() ?? 0

    /// A regular expression for the references that end with a name and a digest.
    static let pattern = "(?s:.)(\(algorithms.map { "\($0.start)[0-9a-f]{\($0.digits)}" }.joined(separator: "|")))$"

    /// Returns whether a reference ends with a name and a digest.
    ///
    /// The specification and the runtimes allow only lower-case digits.
    static func isAtEnd(of reference: String) -> Bool {
        let bytes = reference.utf8.span
        for algorithm in algorithms where isDigest(bytes, algorithm.start.utf8.span, digits: algorithm.digits) { return true }
        return false
    }

    private static func isDigest(_ reference: Span<UInt8>, _ start: Span<UInt8>, digits: Int) -> Bool {
        let digitStart = reference.count - digits
        let nameEnd = digitStart - start.count
        guard nameEnd > 0 else { return false }
        for index in start.indices where reference[nameEnd + index] != start[index] { return false }
        for index in digitStart..<reference.count where !isDigit(reference[index]) { return false }
        return true
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
