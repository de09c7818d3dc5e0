/// The encoding of a text, as its byte order mark says.
package enum TextEncoding {
    /// Converts a text in UTF-16 with a byte order mark to UTF-8, and returns any other text as it is.
    ///
    /// Half of a surrogate pair becomes U+FFFD, as in kubectl.
    /// Source: <https://github.com/kubernetes/cli-runtime/blob/v0.32.0/pkg/resource/visitor.go#L560>
    package static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        highByte(ofUTF16: bytes).map { utf8(bytes, highByte: $0) } ?? bytes
    }

    /// The index of the high byte in each pair of a text in UTF-16 with a byte order mark; `nil` for any other text.
    static func highByte(ofUTF16 bytes: [UInt8]) -> Int? {
        guard bytes.count >= 2 else { return nil }
        return switch (bytes[0], bytes[1]) {
        case (0xFF, 0xFE): 1
        case (0xFE, 0xFF): 0
        default: nil
        }
    }

    /// Converts UTF-16 after its byte order mark; `highByte` is the index of the high byte in each pair.
    private static func utf8(_ bytes: [UInt8], highByte: Int) -> [UInt8] {
        let units = (1..<bytes.count / 2).map { pair in
            UInt16(bytes[2 * pair + highByte]) << 8 | UInt16(bytes[2 * pair + 1 - highByte])
        }
        let text = String(decoding: units, as: UTF16.self) + (bytes.count % 2 == 0 ? "" : "\u{FFFD}")
        return Array(text.utf8)
    }
}
