/// Reads a JSON document in place, once, from the first byte to the last.
///
/// Nothing is copied but what the model keeps. Everything is checked, also what is skipped: the grammar of RFC 8259, UTF-8, escapes,
/// duplicate keys (compared as bytes after their escapes) and the nesting depth.
package struct JSONReader: ~Copyable, ~Escapable {
    /// The deepest nesting accepted, in levels.
    ///
    /// The deepest object of Kubernetes' own API, a Pod with its managed fields, nests about 20 levels.
    package static let depthLimit = 256

    /// The document.
    let bytes: Span<UInt8>
    /// Offset of the byte on which the reader stands.
    var index = 0
    /// The number of objects and arrays around it.
    var depth = 0
    /// The keys of these objects.
    var keys = KeyStack()

    /// The document.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
    }

    /// Builds a failure at an offset.
    @inline(never)
    func failure(_ reason: DecodingFailure.Reason, at offset: Int) -> DecodingFailure {
        DecodingFailure(reason, at: .byteOffset(offset))
    }

    /// Builds the failure for a byte, or the end of the document, where the grammar wants something else.
    @inline(never)
    func unexpected(_ expected: String) -> DecodingFailure {
        guard index < bytes.count else { return failure(.unexpectedEnd, at: bytes.count) }
        return failure(.unexpectedByte(bytes[index], expected: expected), at: index)
    }

    /// The byte on which the reader stands; 0, which JSON allows nowhere, at the end.
    @inline(__always)
    var current: UInt8 {
        index < bytes.count ? bytes[index] : 0
    }

    /// Goes over white space.
    @inline(__always)
    mutating func skipWhitespace() {
        while index < bytes.count {
            let byte = bytes[index]
            guard byte <= 0x20, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            index &+= 1
        }
    }

    /// Goes over one byte that the grammar asks for, and the white space behind it.
    @inline(__always)
    mutating func expect(_ byte: UInt8, _ expected: StaticString) throws(DecodingFailure) {
        guard current == byte else { throw unexpected(expected.description) }
        index &+= 1
        skipWhitespace()
    }

    /// Counts one more level.
    @inline(__always)
    mutating func descend() throws(DecodingFailure) {
        guard depth < Self.depthLimit else { throw failure(.nestingTooDeep(limit: Self.depthLimit), at: index) }
        depth &+= 1
        index &+= 1
        skipWhitespace()
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
        default: throw unexpected("a value")
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
        try skipLiteral("null")
        return true
    }

    /// Goes over one of JSON's three words.
    mutating func skipLiteral(_ word: StaticString) throws(DecodingFailure) {
        for byte in word.description.utf8 {
            guard current == byte else { throw unexpected(word.description) }
            index &+= 1
        }
    }
}
