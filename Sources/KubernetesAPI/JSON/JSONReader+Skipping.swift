extension JSONReader {
    /// Goes over one value, checking its grammar and its UTF-8; `true` when it was something other than null.
    @discardableResult
    package mutating func skipValue() throws(DecodingFailure) -> Bool {
        let isNull = current == UInt8(ascii: "n")
        index = try bytes.endOfValue(from: index)
        return !isNull
    }

    /// Goes over a number and tells whether it has neither fraction nor exponent.
    mutating func scanNumber() throws(DecodingFailure) -> Bool {
        let number = try bytes.number(from: index)
        index = number.end
        return number.isInteger
    }
}
