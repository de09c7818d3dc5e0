/// Reads a JSON document in place, once, from the first byte to the last.
///
/// Nothing is copied but what the model keeps. Of what is skipped, the grammar of RFC 8259 and the UTF-8 are checked, and nothing else that an
/// API server could send. A field that is read may stand in its object once; keys are compared as bytes after their escapes.
package struct JSONReader: ~Copyable, ~Escapable {
    /// The document.
    let bytes: Span<UInt8>
    /// Offset of the byte on which the reader stands.
    var index = 0
    /// The bytes of memory that may still be kept of the document.
    var room: Int

    /// The bytes of memory that may be kept of the document in all.
    let memoryLimit: Int

    /// The document, and how many bytes of memory may be kept of it; by default as many as ``ModelBudget`` says for its length.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, keeping memoryLimit: Int? = nil) {
        self.bytes = bytes
        self.memoryLimit = memoryLimit ?? ModelBudget.byteLimit(forDocumentOf: bytes.count)
        room = self.memoryLimit
    }

    /// Builds a failure at an offset.
    @inline(never)
    func failure(_ reason: DecodingFailure.Reason, at offset: Int) -> DecodingFailure {
        DecodingFailure(reason, at: .byteOffset(offset))
    }

    /// The byte on which the reader stands; 0, which JSON allows nowhere, at the end.
    @inline(__always)
    var current: UInt8 { bytes.byte(at: index) }

    /// Goes over white space.
    @inline(__always)
    mutating func skipWhitespace() {
        index = bytes.whitespaceEnd(from: index)
    }

    /// Checks that nothing but white space is left.
    package mutating func finish() throws(DecodingFailure) {
        skipWhitespace()
        guard index == bytes.count else { throw failure(.trailingBytes, at: index) }
    }

    /// Goes to the first value of the document.
    package mutating func start() {
        skipWhitespace()
    }
}

extension JSONReader {
    /// The type of the value on which the reader stands, or the failure when none begins here.
    func valueType() throws(DecodingFailure) -> DecodingFailure.ValueType {
        switch current {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
        case UInt8(ascii: "n"): .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
        default: throw bytes.unexpected("a value", at: index)
        }
    }

    /// Throws the failure for a value of another type than wanted; malformed text is reported as what it is.
    @inline(never)
    mutating func throwWrongType(expected: DecodingFailure.ValueType) throws(DecodingFailure) -> Never {
        let start = index
        let found = try valueType()
        _ = try skipValue()
        throw failure(.wrongType(expected: expected, found: found), at: start)
    }

    /// Goes over `null` when the reader stands on it.
    @inline(__always)
    mutating func skipNull() throws(DecodingFailure) -> Bool {
        guard current == UInt8(ascii: "n") else { return false }
        try skipLiteral(.null)
        return true
    }

    /// Goes over one of JSON's three words.
    @inline(__always)
    mutating func skipLiteral(_ word: JSONWord) throws(DecodingFailure) {
        index = try bytes.end(of: word, from: index)
    }
}

/// One of the three words that are values in JSON.
struct JSONWord {
    /// The word.
    let text: StaticString
    /// Its bytes, the first one lowest.
    let bytes: UInt64

    /// The value of nothing.
    static var null: Self { Self(text: "null", bytes: 0x6C6C_756E) }
    /// A boolean.
    static var `true`: Self { Self(text: "true", bytes: 0x6575_7274) }
    /// A boolean.
    static var `false`: Self { Self(text: "false", bytes: 0x65_736C_6166) }
}

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
