import Glibc

/// Paths of the system as text, without loss: a path may have bytes that are not UTF-8, such as names in Latin-1.
///
/// Such a byte becomes one character at the end of Unicode's last private area, U+10FF80 to U+10FFFF. A name that contains one of these
/// characters itself is treated as if its bytes were not UTF-8.
package enum SystemPath {
    private static let firstScalar: UInt32 = 0x10FF00

    /// The path as people see it, with `\xE9` for a byte that is not UTF-8.
    package static func display(_ path: String) -> String {
        guard hasHiddenBytes(path) else { return path }
        return path.unicodeScalars.reduce(into: "") { text, scalar in
            if let byte = hiddenByte(in: scalar) {
                text += "\\x" + String(byte, radix: 16, uppercase: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }

    /// The path in bytes that end with a zero.
    ///
    /// Safety: the caller says that the bytes end with a zero and stay until the call returns.
    @unsafe
    static func text(_ bytes: UnsafePointer<CChar>) -> String {
        let text = unsafe String(validatingCString: bytes)
        if let text, !hasHiddenBytes(text) { return text }
        var rest = unsafe UnsafeBufferPointer(start: bytes, count: strlen(bytes)).map { UInt8(bitPattern: $0) }[...]
        var path = ""
        while !rest.isEmpty {
            // The longest beginning in UTF-8; a character has at most four bytes.
            let length = (1...min(4, rest.count)).first { String(validating: rest.prefix($0), as: UTF8.self) != nil } ?? 0
            let part = String(decoding: rest.prefix(max(1, length)), as: UTF8.self)
            if length > 0, !hasHiddenBytes(part) {
                path += part
            } else {
                for byte in rest.prefix(max(1, length)) { path.unicodeScalars.append(hiding(byte)) }
            }
            rest = rest.dropFirst(max(1, length))
        }
        return path
    }

    /// Calls a closure with the path in bytes that end with a zero.
    static func withBytes<Result>(of path: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        guard hasHiddenBytes(path) else { return unsafe path.withCString { unsafe body($0) } }
        let bytes = path.unicodeScalars.flatMap { scalar in hiddenByte(in: scalar).map { [$0] } ?? Array(String(scalar).utf8) }
        // Safety: the pointer is used inside of the closure only, and the bytes end with a zero.
        return unsafe (bytes + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe body($0) } ?? path.withCString { unsafe body($0) }
        }
    }

    /// Whether a text has a character of the area; its first byte is F4, which begins no other common character.
    private static func hasHiddenBytes(_ text: String) -> Bool {
        text.utf8.contains(0xF4) && text.unicodeScalars.contains { hiddenByte(in: $0) != nil }
    }

    private static func hiddenByte(in scalar: Unicode.Scalar) -> UInt8? {
        scalar.value >= firstScalar + 0x80 ? UInt8(truncatingIfNeeded: scalar.value - firstScalar) : nil
    }

    private static func hiding(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(firstScalar + UInt32(byte)) ?? "\u{FFFD}"
    }
}
