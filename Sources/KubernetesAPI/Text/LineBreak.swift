/// The line breaks of YAML 1.1 by which libyaml counts lines: LF, CR, CRLF, U+0085, U+2028 and U+2029.
package enum LineBreak {
    /// The length of the line break at an offset, in bytes; 0 if there is none.
    package static func length(at offset: Int, in bytes: Span<UInt8>) -> Int {
        guard offset < bytes.count else { return 0 }
        let left = bytes.count &- offset
        switch bytes[offset] {
        case 0x0A: return 1
        case 0x0D: return left > 1 && bytes[offset &+ 1] == 0x0A ? 2 : 1
        case 0xC2: return left > 1 && bytes[offset &+ 1] == 0x85 ? 2 : 0
        case 0xE2: return left > 2 && bytes[offset &+ 1] == 0x80 && bytes[offset &+ 2] & 0xFE == 0xA8 ? 3 : 0
        default: return 0
        }
    }

    /// The length of the line break that ends before an offset, in bytes; 0 if there is none.
    package static func length(endingAt end: Int, in bytes: Span<UInt8>) -> Int {
        guard end > 0, end <= bytes.count else { return 0 }
        switch bytes[end &- 1] {
        case 0x0A: return end > 1 && bytes[end &- 2] == 0x0D ? 2 : 1
        case 0x0D: return 1
        case 0x85: return end > 1 && bytes[end &- 2] == 0xC2 ? 2 : 0
        case 0xA8, 0xA9: return end > 2 && bytes[end &- 2] == 0x80 && bytes[end &- 3] == 0xE2 ? 3 : 0
        default: return 0
        }
    }
}
