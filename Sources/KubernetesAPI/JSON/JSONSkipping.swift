/// The objects and arrays around a place inside of a skipped value, one bit each.
struct OpenLevels {
    /// The most levels of a skipped value.
    ///
    /// Go's decoder has the same limit: <https://github.com/golang/go/blob/go1.24.0/src/encoding/json/scanner.go#L142>. The levels around
    /// the value do not count, because an API server checks each object separately.
    static let limit = 10_000

    /// The number of levels.
    private(set) var count = 0
    /// The innermost levels, at most 64; the lowest bit is the last level, 1 for an object.
    private var innermost: UInt64 = 0
    /// The outer levels that don't fit into ``innermost``, in words of 64: at most 1 250 bytes.
    private var outer: [UInt64] = []

    /// Starts without levels.
    @inline(__always)
    init() {}

    /// Whether the innermost level is an object.
    @inline(__always)
    var isInObject: Bool { innermost & 1 != 0 }

    /// Opens one more level; the caller has compared ``count`` with ``limit``.
    @inline(__always)
    mutating func open(isObject: Bool) {
        if count & 63 == 0, count != 0 { save() }
        innermost = innermost &<< 1 | (isObject ? 1 : 0)
        count &+= 1
    }

    /// Closes the innermost level; there must be one.
    @inline(__always)
    mutating func close() {
        innermost = innermost &>> 1
        count &-= 1
        if count & 63 == 0, count != 0 { restore() }
    }

    @inline(never)
    private mutating func save() {
        outer.append(innermost)
    }

    @inline(never)
    private mutating func restore() {
        innermost = outer.popLast() ?? 0
    }
}

// An extension of the bytes and not of the reader, as in `JSONReader+Strings.swift`. Offsets are passed as parameters, so that they stay in
// the processor's registers.
extension Span<UInt8> {
    /// Skips the value at an offset, checks its grammar and UTF-8, and returns the offset behind it.
    @inline(__always)
    func endOfValue(from start: Int) throws(DecodingFailure) -> Int {
        switch byte(at: start) {
        case UInt8(ascii: "\""): return try string(from: start).end &+ 1
        case UInt8(ascii: "{"):
            // Managed fields have many empty objects.
            if byte(at: start &+ 1) == UInt8(ascii: "}") { return start &+ 2 }
            return try endOfNested(from: start)
        case UInt8(ascii: "["): return try endOfNested(from: start)
        case UInt8(ascii: "t"): return try end(of: .true, from: start)
        case UInt8(ascii: "f"): return try end(of: .false, from: start)
        case UInt8(ascii: "n"): return try end(of: .null, from: start)
        default: return try number(from: start).end
        }
    }

    /// Skips an object or array with all its content, without recursion.
    @inline(never)
    private func endOfNested(from start: Int) throws(DecodingFailure) -> Int {
        var levels = OpenLevels()
        var index = start
        while true {
            switch byte(at: index) {
            case UInt8(ascii: "{"):
                let content = try contentStart(at: index, levels.count)
                if byte(at: content) != UInt8(ascii: "}") {
                    levels.open(isObject: true)
                    index = try endOfKey(from: content)
                    continue
                }
                index = content &+ 1
            case UInt8(ascii: "["):
                let content = try contentStart(at: index, levels.count)
                if byte(at: content) != UInt8(ascii: "]") {
                    levels.open(isObject: false)
                    index = content
                    continue
                }
                index = content &+ 1
            case UInt8(ascii: "\""): index = try string(from: index).end &+ 1
            case UInt8(ascii: "t"): index = try end(of: .true, from: index)
            case UInt8(ascii: "f"): index = try end(of: .false, from: index)
            case UInt8(ascii: "n"): index = try end(of: .null, from: index)
            default: index = try number(from: index).end
            }
            guard let next = try nextValue(behind: index, closing: &levels, end: &index) else { return index }
            index = next
        }
    }

    /// Closes the levels that end behind a value and returns the offset of the next value; `nil`, with the offset of the end, if no level
    /// is left.
    @inline(__always)
    private func nextValue(behind value: Int, closing levels: inout OpenLevels, end: inout Int) throws(DecodingFailure) -> Int? {
        var index = value
        while levels.count > 0 {
            index = whitespaceEnd(from: index)
            let byte = byte(at: index)
            if levels.isInObject {
                if byte == UInt8(ascii: ",") { return try endOfKey(from: whitespaceEnd(from: index &+ 1)) }
                guard byte == UInt8(ascii: "}") else { throw unexpected("',' or '}'", at: index) }
            } else {
                if byte == UInt8(ascii: ",") { return whitespaceEnd(from: index &+ 1) }
                guard byte == UInt8(ascii: "]") else { throw unexpected("',' or ']'", at: index) }
            }
            levels.close()
            index &+= 1
        }
        end = index
        return nil
    }

    /// The offset of the content of the object or array that opens at an offset; `levelCount` is the number of levels around it.
    @inline(__always)
    private func contentStart(at offset: Int, _ levelCount: Int) throws(DecodingFailure) -> Int {
        guard levelCount < OpenLevels.limit else {
            throw DecodingFailure(.nestingTooDeep(limit: OpenLevels.limit), at: .byteOffset(offset))
        }
        return whitespaceEnd(from: offset &+ 1)
    }

    /// Skips a key and the colon behind it; returns the offset of the value.
    @inline(__always)
    private func endOfKey(from quote: Int) throws(DecodingFailure) -> Int {
        guard byte(at: quote) == UInt8(ascii: "\"") else { throw unexpected("a key", at: quote) }
        let colon = whitespaceEnd(from: try string(from: quote).end &+ 1)
        guard byte(at: colon) == UInt8(ascii: ":") else { throw unexpected("':'", at: colon) }
        return whitespaceEnd(from: colon &+ 1)
    }
}
