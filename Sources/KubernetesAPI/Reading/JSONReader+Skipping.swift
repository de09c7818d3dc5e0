extension JSONReader {
    /// Goes over one value, checking everything that a kept value is checked for; `true` when it was something other than null.
    @discardableResult
    package mutating func skipValue() throws(DecodingFailure) -> Bool {
        switch current {
        case UInt8(ascii: "\""):
            _ = try scanString()
        case UInt8(ascii: "{"):
            try skipObject()
        case UInt8(ascii: "["):
            try skipArray()
        case UInt8(ascii: "t"):
            try skipLiteral("true")
        case UInt8(ascii: "f"):
            try skipLiteral("false")
        case UInt8(ascii: "n"):
            try skipLiteral("null")
            return false
        default:
            _ = try scanNumber()
        }
        return true
    }

    /// Goes over an object.
    private mutating func skipObject() throws(DecodingFailure) {
        // Managed fields are full of empty objects.
        if index &+ 1 < bytes.count, bytes[index &+ 1] == UInt8(ascii: "}"), depth < Self.depthLimit {
            index &+= 2
            return
        }
        var cursor = try enterObject()
        while let key = try nextKey(&cursor) {
            try remember(try entry(for: key), base: cursor.keysBase)
            _ = try skipValue()
        }
    }

    /// Goes over an array.
    private mutating func skipArray() throws(DecodingFailure) {
        var cursor = try enterArray()
        while try nextElement(in: &cursor) {
            _ = try skipValue()
        }
    }

    /// Goes over a number and tells whether it has neither fraction nor exponent.
    mutating func scanNumber() throws(DecodingFailure) -> Bool {
        let start = index
        guard current == UInt8(ascii: "-") || isDigit(current) else { throw unexpected("a value") }
        if current == UInt8(ascii: "-") { index &+= 1 }
        if current == UInt8(ascii: "0") {
            index &+= 1
            guard !isDigit(current) else { throw failure(.invalidNumber, at: start) }
        } else {
            try skipDigits(of: start)
        }
        var isInteger = true
        if current == UInt8(ascii: ".") {
            isInteger = false
            index &+= 1
            try skipDigits(of: start)
        }
        if current | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index &+= 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index &+= 1 }
            try skipDigits(of: start)
        }
        return isInteger
    }

    /// Goes over at least one digit.
    @inline(__always)
    private mutating func skipDigits(of start: Int) throws(DecodingFailure) {
        guard index < bytes.count else { throw failure(.unexpectedEnd, at: bytes.count) }
        guard isDigit(current) else { throw failure(.invalidNumber, at: start) }
        while isDigit(current) { index &+= 1 }
    }

    /// Tells whether a byte is an ASCII digit.
    @inline(__always)
    private func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }
}
