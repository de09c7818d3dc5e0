/// Reads a JSON document in place, in one pass.
///
/// Only values that the model keeps are copied. In skipped values only the grammar of RFC 8259 and the UTF-8 are checked, and in managed
/// fields only the grammar, so that every document of an API server is accepted. A field that is read may occur once in its object; keys
/// are compared as bytes, with their escapes decoded.
package struct JSONReader: ~Copyable, ~Escapable {
    /// The document.
    let bytes: Span<UInt8>
    /// The offset of the current byte.
    var index = 0
    /// The memory that the rest of the document may still take, in bytes.
    var room: Int

    /// The memory that the decoded document may take, in bytes.
    let memoryLimit: Int
    /// Whether the managed fields of objects may have invalid UTF-8: see ``ManagedFieldsSkipper``.
    ///
    /// `false` for the parts of a review around its objects. It matters only after invalid UTF-8 was found.
    var allowsRawManagedFields = true

    /// Starts at the beginning of a document.
    ///
    /// `memoryLimit` is the memory that its decoded form may take, in bytes; the default is what ``ModelBudget`` allows for its length.
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

    /// The current byte; 0 at the end, a byte that JSON never allows.
    @inline(__always)
    var current: UInt8 { bytes.byte(at: index) }

    /// Skips white space.
    @inline(__always)
    mutating func skipWhitespace() {
        index = bytes.whitespaceEnd(from: index)
    }

    /// Checks that only white space is left.
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
    /// The type of the current value; throws if no value begins here.
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

    /// Throws the failure for a value of the wrong type, or for malformed text if the value is malformed.
    @inline(never)
    mutating func throwWrongType(expected: DecodingFailure.ValueType) throws(DecodingFailure) -> Never {
        let start = index
        let found = try valueType()
        _ = try skipValue()
        throw failure(.wrongType(expected: expected, found: found), at: start)
    }

    /// Skips `null`; `false` if the current value is something else.
    @inline(__always)
    mutating func skipNull() throws(DecodingFailure) -> Bool {
        guard current == UInt8(ascii: "n") else { return false }
        try skipLiteral(.null)
        return true
    }

    /// Skips one of JSON's three words.
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

    /// The word for no value.
    static var null: Self { Self(text: "null", bytes: 0x6C6C_756E) }
    /// A boolean.
    static var `true`: Self { Self(text: "true", bytes: 0x6575_7274) }
    /// A boolean.
    static var `false`: Self { Self(text: "false", bytes: 0x65_736C_6166) }
}

extension JSONReader {
    /// Skips one value and checks its grammar and UTF-8, but not the UTF-8 of managed fields; `true` unless it was null.
    @discardableResult
    package mutating func skipValue() throws(DecodingFailure) -> Bool {
        let isNull = current == UInt8(ascii: "n")
        do throws(DecodingFailure) {
            index = try bytes.endOfValue(from: index)
        } catch {
            index = try end(ofValueFrom: index, after: error)
        }
        return !isNull
    }

    /// Skips a number; `true` if it has neither fraction nor exponent.
    mutating func scanNumber() throws(DecodingFailure) -> Bool {
        let number = try bytes.number(from: index)
        index = number.end
        return number.isInteger
    }
}
