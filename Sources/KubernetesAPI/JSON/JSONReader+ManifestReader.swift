/// Where a JSON reader is inside an object.
package struct JSONObjectCursor {
    /// The offset of the opening brace.
    let start: Int
    /// Whether the object is the value of the key `metadata`; `nil` until that matters.
    var isMetadata: Bool?
    /// One bit for each known field that was seen.
    var seenFields: UInt64 = 0
    /// Whether nothing was read yet, so that no comma may follow.
    var isAtStart = true
}

/// Where a JSON reader is inside an array.
package struct JSONArrayCursor {
    /// Whether nothing was read yet, so that no comma may follow.
    var isAtStart = true
}

/// A remembered place in a JSON document.
package struct JSONMark {
    /// Offset of the value.
    let index: Int
}

extension JSONReader: ManifestReader {
    /// The offset of the current value.
    package var location: DecodingFailure.Location { .byteOffset(index) }

    /// Steps over an opening brace.
    mutating func enterObject() -> JSONObjectCursor {
        defer { index &+= 1 }
        return JSONObjectCursor(start: index)
    }

    /// Steps over an opening bracket.
    mutating func enterArray() -> JSONArrayCursor {
        index &+= 1
        return JSONArrayCursor()
    }

    /// Steps to the value of the next key; at the end of the object steps past the brace and returns `nil`.
    mutating func nextKey(_ cursor: inout JSONObjectCursor) throws(DecodingFailure) -> ScannedKey? {
        var offset = index
        defer { index = offset }
        return try nextKey(&cursor, at: &offset)
    }

    /// Moves an offset to the value of the next key; at the end of the object moves past the brace and returns `nil`.
    @inline(__always)
    mutating func nextKey(_ cursor: inout JSONObjectCursor, at index: inout Int) throws(DecodingFailure) -> ScannedKey? {
        var offset = bytes.whitespaceEnd(from: index)
        let byte = bytes.byte(at: offset)
        if byte == UInt8(ascii: "}") {
            index = offset &+ 1
            return nil
        }
        if cursor.isAtStart {
            cursor.isAtStart = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw bytes.unexpected("',' or '}'", at: offset) }
            offset = bytes.whitespaceEnd(from: offset &+ 1)
        }
        guard bytes.byte(at: offset) == UInt8(ascii: "\"") else { throw bytes.unexpected("a key", at: offset) }
        let key = try bytes.key(from: offset)
        offset = bytes.whitespaceEnd(from: key.string.end &+ 1)
        guard bytes.byte(at: offset) == UInt8(ascii: ":") else { throw bytes.unexpected("':'", at: offset) }
        index = bytes.whitespaceEnd(from: offset &+ 1)
        return key
    }

    /// Steps into an object; `nil` when the value is null.
    package mutating func beginObject() throws(DecodingFailure) -> JSONObjectCursor? {
        if current == UInt8(ascii: "{") { return enterObject() }
        if try skipNull() { return nil }
        try throwWrongType(expected: .object)
    }

    /// Steps to the value of the next known field; `nil` at the end of the object.
    @inline(__always)
    package mutating func nextField<Field: FieldName>(
        in cursor: inout JSONObjectCursor,
        of type: Field.Type
    ) throws(DecodingFailure) -> Field? {
        guard let number = try nextField(in: &cursor, of: type.table.names) else { return nil }
        return type.table.fields[Int(number)]
    }

    /// Steps to the value of the next field with one of the names, and returns the field's number; `nil` at the end of the object.
    ///
    /// One piece of code serves all types of objects, so that it stays in the processor's cache.
    @inline(never)
    private mutating func nextField(
        in cursor: inout JSONObjectCursor,
        of names: borrowing FieldNames
    ) throws(DecodingFailure) -> UInt8? {
        var offset = index
        defer { index = offset }
        while let key = try nextKey(&cursor, at: &offset) {
            guard let field = bytes.field(key, among: names) else {
                do throws(DecodingFailure) {
                    offset = try bytes.endOfValue(from: offset)
                } catch {
                    offset = try end(ofMember: key.string, from: offset, in: &cursor, after: error)
                }
                continue
            }
            let bit: UInt64 = 1 &<< UInt64(field)
            guard cursor.seenFields & bit == 0 else { throw bytes.duplicate(key.string) }
            cursor.seenFields |= bit
            return field
        }
        return nil
    }

    /// Steps to the value of the next key with one of the prefixes; `nil` at the end of the object.
    package mutating func nextKey(
        in cursor: inout JSONObjectCursor,
        withPrefixIn prefixes: [String]
    ) throws(DecodingFailure) -> (name: String, location: DecodingFailure.Location)? {
        while let key = try nextKey(&cursor) {
            if let name = try name(key.string, withPrefixIn: prefixes) { return (try keeping(name), .byteOffset(key.string.start)) }
            try skipValue()
        }
        return nil
    }

    /// Copies a key that begins with one of the prefixes; `nil` when it does not.
    private mutating func name(_ key: ScannedString, withPrefixIn prefixes: [String]) throws(DecodingFailure) -> String? {
        if key.hasEscapes {
            // A key that is not valid Unicode is unknown.
            guard let name = try? bytes.copy(key) else { return nil }
            return prefixes.contains { name.beginsWithBytes(of: $0) } ? name : nil
        }
        for prefix in prefixes where bytes.extracting(key.start..<key.end).starts(with: prefix.utf8.span) {
            return try bytes.copy(key)
        }
        return nil
    }

    /// Steps to the value of the next key with one of the names; `nil` at the end of the object.
    package mutating func nextMember(in cursor: inout JSONObjectCursor, among names: [String]) throws(DecodingFailure) -> Int? {
        while let key = try nextKey(&cursor) {
            guard let number = place(of: key.string, among: names) else {
                try skipValue()
                continue
            }
            let bit: UInt64 = 1 &<< UInt64(number)
            guard cursor.seenFields & bit == 0 else { throw bytes.duplicate(key.string) }
            cursor.seenFields |= bit
            return number
        }
        return nil
    }

    /// Tells whether the current object has a key besides `name` whose value is not null; stands behind the object then.
    package mutating func hasMember(besides name: String) throws(DecodingFailure) -> Bool {
        guard var cursor = try beginObject() else { return false }
        var isFound = false
        while let key = try nextKey(&cursor) {
            let isSet = try skipValue()
            if isSet, !isFound { isFound = !hasSameBytes(key.string, as: name) }
        }
        return isFound
    }

    private func place(of key: ScannedString, among names: [String]) -> Int? {
        for index in names.indices where hasSameBytes(key, as: names[index]) { return index }
        return nil
    }

    private func hasSameBytes(_ key: ScannedString, as name: String) -> Bool {
        guard key.hasEscapes else { return bytes.extracting(key.start..<key.end).equals(name.utf8.span) }
        guard key.end &- key.start <= 6 &* name.utf8.count, let spelling = try? bytes.decodedBytes(of: key) else { return false }
        return spelling.span.equals(name.utf8.span)
    }

    /// Steps into an array; `nil` when the value is null.
    package mutating func beginArray() throws(DecodingFailure) -> JSONArrayCursor? {
        if current == UInt8(ascii: "[") { return enterArray() }
        if try skipNull() { return nil }
        try throwWrongType(expected: .array)
    }

    /// Steps to the next element; `false` at the end of the array.
    package mutating func nextElement(in cursor: inout JSONArrayCursor) throws(DecodingFailure) -> Bool {
        var offset = index
        defer { index = offset }
        return try nextElement(&cursor, at: &offset)
    }

    /// Moves an offset to the next element; at the end of the array moves past the bracket and returns `false`.
    @inline(__always)
    mutating func nextElement(_ cursor: inout JSONArrayCursor, at index: inout Int) throws(DecodingFailure) -> Bool {
        index = bytes.whitespaceEnd(from: index)
        let byte = bytes.byte(at: index)
        if byte == UInt8(ascii: "]") {
            index &+= 1
            return false
        }
        if cursor.isAtStart {
            cursor.isAtStart = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw bytes.unexpected("',' or ']'", at: index) }
            index = bytes.whitespaceEnd(from: index &+ 1)
            guard bytes.byte(at: index) != UInt8(ascii: "]") else { throw bytes.unexpected("a value", at: index) }
        }
        return true
    }

    /// Reads a boolean.
    package mutating func readBool() throws(DecodingFailure) -> Bool? {
        switch current {
        case UInt8(ascii: "t"):
            try skipLiteral(.true)
            return true
        case UInt8(ascii: "f"):
            try skipLiteral(.false)
            return false
        default:
            if try skipNull() { return nil }
            try throwWrongType(expected: .boolean)
        }
    }

    /// Reads a 64-bit integer; a number with a fraction or an exponent has the wrong type.
    package mutating func readInteger() throws(DecodingFailure) -> Int64? {
        if try skipNull() { return nil }
        let start = index
        guard try valueType() == .number else { try throwWrongType(expected: .integer) }
        guard try scanNumber() else { throw failure(.wrongType(expected: .integer, found: .number), at: start) }
        guard let value = Self.integer(in: bytes.extracting(start..<index)) else { throw failure(.integerOutOfRange, at: start) }
        return value
    }

    /// Computes the value of checked decimal digits with an optional minus sign; `nil` beyond 64 bits.
    private static func integer(in digits: Span<UInt8>) -> Int64? {
        let isNegative = digits[0] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in (isNegative ? 1 : 0)..<digits.count {
            let digit = Int64(digits[index] &- UInt8(ascii: "0"))
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        return value
    }

    /// Reads a string.
    package mutating func readString() throws(DecodingFailure) -> String? {
        if current == UInt8(ascii: "\"") { return try keeping(try copy(try scanString())) }
        if try skipNull() { return nil }
        try throwWrongType(expected: .string)
    }

    /// Reads a resource amount: a string, or a number as its text.
    package mutating func readQuantity() throws(DecodingFailure) -> Quantity? {
        if current == UInt8(ascii: "\"") { return Quantity(try keeping(try copy(try scanString()))) }
        if try skipNull() { return nil }
        let start = index
        guard try valueType() == .number else { try throwWrongType(expected: .quantity) }
        _ = try scanNumber()
        return Quantity(try keeping(try copy(ScannedString(start: start, end: index, hasEscapes: false, hasOtherEscapes: false))))
    }

    /// Remembers the current value.
    package func mark() -> JSONMark {
        JSONMark(index: index)
    }

    /// Returns to a remembered value.
    package mutating func rewind(to mark: JSONMark) {
        index = mark.index
    }
}

// An extension of the bytes and not of the reader, which would be copied for each key.
extension Span<UInt8> {
    /// The number of the field that a key names.
    @inline(__always)
    fileprivate func field(_ key: ScannedKey, among names: borrowing FieldNames) -> UInt8? {
        if key.string.hasOtherEscapes { return field(respelled: key.string, among: names) }
        return names.field(named: key.bytes, extracting(key.string.start..<key.string.end))
    }

    /// The number of the field that a key with escapes names; `nil` also for a key that is not valid Unicode.
    @inline(never)
    private func field(respelled key: ScannedString, among names: borrowing FieldNames) -> UInt8? {
        // A byte is written with at most six bytes.
        guard key.end &- key.start <= 6 &* names.longest, let name = try? decodedBytes(of: key) else { return nil }
        return names.field(named: KeyBytes(of: name.span), name.span)
    }
}
