/// Finds the path of a place in a JSON document, for messages.
///
/// Failures carry only an offset, so that reading pays nothing for paths; this function walks the document a second time.
package enum JSONPath {
    /// The longest path that is returned, in bytes; a client can send keys of any length.
    package static let byteLimit = 160

    /// The most levels that are remembered.
    ///
    /// Each level makes the path at least one byte longer, so deeper ones would not fit.
    private static let levelLimit = 256

    /// One level of nesting.
    private struct Level {
        let isArray: Bool
        var index = 0
        /// The bytes of the key, without quotes and with their escapes.
        var key: Range<Int>?
        var isBeforeKey: Bool
    }

    /// Returns the path of the value at an offset, such as `request.object.spec.containers[1].image`.
    ///
    /// The path is empty at the top of the document. The text before the offset must be well-formed. A path that is too long ends in `…`.
    package static func locating(_ offset: Int, in bytes: Span<UInt8>) -> String {
        var levels: [Level] = []
        var forgotten = 0
        var index = 0
        while index < min(offset, bytes.count) {
            switch bytes[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isArray = bytes[index] == UInt8(ascii: "[")
                if levels.count < levelLimit { levels.append(Level(isArray: isArray, isBeforeKey: !isArray)) } else { forgotten += 1 }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if forgotten > 0 { forgotten -= 1 } else { _ = levels.popLast() }
            case UInt8(ascii: ","):
                if forgotten == 0 { step(&levels) }
            case UInt8(ascii: "\""):
                let end = endOfString(from: index, in: bytes)
                if forgotten == 0, let top = levels.indices.last, levels[top].isBeforeKey {
                    levels[top].key = index + 1..<end
                    levels[top].isBeforeKey = false
                }
                index = end
            default:
                break
            }
            index += 1
        }
        return text(levels, in: bytes)
    }

    /// Goes on to the next member or element of the innermost level.
    private static func step(_ levels: inout [Level]) {
        guard let top = levels.indices.last else { return }
        if levels[top].isArray {
            levels[top].index += 1
        } else {
            levels[top].isBeforeKey = true
            levels[top].key = nil
        }
    }

    /// The offset of the quote that ends a string, or of the document's end.
    private static func endOfString(from start: Int, in bytes: Span<UInt8>) -> Int {
        var index = start + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, bytes.count)
    }

    /// Writes the levels as a path.
    private static func text(_ levels: [Level], in bytes: Span<UInt8>) -> String {
        var path: [UInt8] = []
        for level in levels {
            if level.isArray {
                path += Array("[\(level.index)]".utf8)
            } else if let key = level.key {
                if !path.isEmpty { path.append(UInt8(ascii: ".")) }
                // One byte more than fits, plus the rest of a character.
                for index in key.prefix(byteLimit + 4) { path.append(bytes[index]) }
            }
            if path.count > byteLimit + 4 { break }
        }
        return String(decoding: path, as: UTF8.self).cut(toBytes: byteLimit)
    }
}

extension DecodingFailure {
    /// Describes the failure in one line: path, reason and offset, as in `request.uid: expected string, found number (byte 61)`.
    ///
    /// `bytes` is the document that was read.
    package func explained(in bytes: Span<UInt8>) -> String {
        switch location {
        case .position(let position):
            return "\(position): \(reason)"
        case .byteOffset(let offset):
            let path = JSONPath.locating(offset, in: bytes)
            return (path.isEmpty ? "" : path + ": ") + "\(reason) (byte \(offset))"
        }
    }
}
