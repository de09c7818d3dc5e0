extension JSONReader {
    /// Goes over one value, checking everything that a kept value is checked for; `true` when it was something other than null.
    @discardableResult
    package mutating func skipValue() throws(DecodingFailure) -> Bool {
        let isNull = current == UInt8(ascii: "n")
        index = try endOfValue(from: index)
        return !isNull
    }

    /// Goes over the value that begins at an offset and returns the one behind it.
    ///
    /// Offsets are passed along and not kept in the reader, so that they stay in the processor's registers.
    @inline(__always)
    mutating func endOfValue(from start: Int) throws(DecodingFailure) -> Int {
        switch bytes.byte(at: start) {
        case UInt8(ascii: "\""): return try bytes.string(from: start).end &+ 1
        case UInt8(ascii: "{"):
            // Managed fields are full of empty objects.
            if bytes.byte(at: start &+ 1) == UInt8(ascii: "}"), depth < Self.depthLimit { return start &+ 2 }
            return try endOfObject(from: start)
        case UInt8(ascii: "["): return try endOfArray(from: start)
        case UInt8(ascii: "t"): return try bytes.end(of: .true, from: start)
        case UInt8(ascii: "f"): return try bytes.end(of: .false, from: start)
        case UInt8(ascii: "n"): return try bytes.end(of: .null, from: start)
        default: return try bytes.number(from: start).end
        }
    }

    /// Goes over an object.
    @inline(never)
    private mutating func endOfObject(from start: Int) throws(DecodingFailure) -> Int {
        var (cursor, index) = try enterObject(at: start)
        while let key = try nextKey(&cursor, at: &index) {
            try remember(try entry(for: key), in: &cursor)
            index = try endOfValue(from: index)
        }
        return index
    }

    /// Goes over an array.
    @inline(never)
    private mutating func endOfArray(from start: Int) throws(DecodingFailure) -> Int {
        var cursor = JSONArrayCursor()
        var index = try descend(at: start)
        while try nextElement(&cursor, at: &index) {
            index = try endOfValue(from: index)
        }
        return index
    }

    /// Goes over a number and tells whether it has neither fraction nor exponent.
    mutating func scanNumber() throws(DecodingFailure) -> Bool {
        let number = try bytes.number(from: index)
        index = number.end
        return number.isInteger
    }
}
