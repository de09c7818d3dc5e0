/// Where a JSON reader is inside an object.
package struct JSONObjectCursor {
    /// One bit for each known field that was seen.
    var seenFields: UInt64 = 0
    /// Whether nothing was read yet, so that no comma is due.
    var isAtStart = true
    /// One bit for each of the object's remembered keys, by their fingerprints.
    var marks: UInt64 = 0
    /// Where the object's keys begin in the key stack.
    let keysBase: Int
    /// Where the object's respelled keys begin in the key stack.
    let respelledBase: Int
}

/// Where a JSON reader is inside an array.
package struct JSONArrayCursor {
    /// Whether nothing was read yet, so that no comma is due.
    var isAtStart = true
}

/// A remembered place in a JSON document.
package struct JSONMark {
    /// Offset of the value.
    let index: Int
    /// The nesting around the value.
    let depth: Int
    /// The number of keys on the stack.
    let keyCount: Int
    /// The number of respelled keys on the stack.
    let respelledCount: Int
}

extension JSONReader: ManifestReader {
    /// The offset of the value on which the reader stands.
    package var location: DecodingFailure.Location { .byteOffset(index) }

    /// Steps over an opening brace.
    mutating func enterObject() throws(DecodingFailure) -> JSONObjectCursor {
        let (cursor, content) = try enterObject(at: index)
        index = content
        return cursor
    }

    /// Steps over the opening brace at an offset; returns where the content begins.
    @inline(__always)
    mutating func enterObject(at offset: Int) throws(DecodingFailure) -> (JSONObjectCursor, content: Int) {
        let content = try descend(at: offset)
        return (JSONObjectCursor(keysBase: keys.count, respelledBase: keys.respelled.count), content)
    }

    /// Steps over an opening bracket.
    mutating func enterArray() throws(DecodingFailure) -> JSONArrayCursor {
        index = try descend(at: index)
        return JSONArrayCursor()
    }

    /// Steps to the value behind the next key; `nil`, past the closing brace, at the end.
    mutating func nextKey(_ cursor: inout JSONObjectCursor) throws(DecodingFailure) -> ScannedKey? {
        var offset = index
        defer { index = offset }
        return try nextKey(&cursor, at: &offset)
    }

    /// Moves an offset to the value behind the next key; `nil`, past the closing brace, at the end.
    @inline(__always)
    mutating func nextKey(_ cursor: inout JSONObjectCursor, at index: inout Int) throws(DecodingFailure) -> ScannedKey? {
        var offset = bytes.whitespaceEnd(from: index)
        let byte = bytes.byte(at: offset)
        if byte == UInt8(ascii: "}") {
            index = offset &+ 1
            depth &-= 1
            try forgetKeys(of: cursor)
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

    /// The entry by which a key is remembered.
    @inline(__always)
    mutating func entry(for key: ScannedKey) throws(DecodingFailure) -> KeyStack.Entry {
        if key.string.hasOtherEscapes { return try respelledEntry(for: key.string) }
        return KeyStack.Entry(fingerprint: key.bytes.fingerprint, offset: key.string.start)
    }

    /// The entry of a key with escapes that it does not need, in its canonical spelling.
    @inline(never)
    private mutating func respelledEntry(for key: ScannedString) throws(DecodingFailure) -> KeyStack.Entry {
        var spelling: [UInt8] = []
        for byte in try bytes.decodedBytes(of: key) {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { spelling.append(UInt8(ascii: "\\")) }
            spelling.append(byte)
        }
        keys.respelled.append(KeyStack.Respelled(spelling: spelling, offset: key.start))
        return KeyStack.Entry(fingerprint: KeyBytes(of: spelling.span).fingerprint, respelled: keys.respelled.count &- 1)
    }

    /// Steps into an object; `nil` when the value is null.
    package mutating func beginObject() throws(DecodingFailure) -> JSONObjectCursor? {
        if current == UInt8(ascii: "{") { return try enterObject() }
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
    /// One piece of code for all objects, which stays in the processor's cache.
    @inline(never)
    private mutating func nextField(
        in cursor: inout JSONObjectCursor,
        of names: borrowing FieldNames
    ) throws(DecodingFailure) -> UInt8? {
        var offset = index
        defer { index = offset }
        while let key = try nextKey(&cursor, at: &offset) {
            guard let field = try field(key, among: names) else {
                try remember(try entry(for: key), in: &cursor)
                offset = try endOfValue(from: offset)
                continue
            }
            let bit: UInt64 = 1 &<< UInt64(field)
            guard cursor.seenFields & bit == 0 else { throw duplicate(try entry(for: key)) }
            cursor.seenFields |= bit
            return field
        }
        return nil
    }

    /// The number of the field that a key names.
    @inline(__always)
    private mutating func field(_ key: ScannedKey, among names: borrowing FieldNames) throws(DecodingFailure) -> UInt8? {
        if key.string.hasOtherEscapes { return try field(respelled: key.string, among: names) }
        return names.field(named: key.bytes, bytes.extracting(key.string.start..<key.string.end))
    }

    @inline(never)
    private mutating func field(respelled key: ScannedString, among names: borrowing FieldNames) throws(DecodingFailure) -> UInt8? {
        let name = try bytes.decodedBytes(of: key)
        return names.field(named: KeyBytes(of: name.span), name.span)
    }

    /// Steps to the value of the next key with one of the prefixes; `nil` at the end of the object.
    package mutating func nextKey(
        in cursor: inout JSONObjectCursor,
        withPrefixIn prefixes: [String]
    ) throws(DecodingFailure) -> String? {
        while let key = try nextKey(&cursor) {
            try remember(try entry(for: key), in: &cursor)
            if let name = try name(key.string, withPrefixIn: prefixes) { return name }
            try skipValue()
        }
        return nil
    }

    /// Copies a key that begins with one of the prefixes; `nil` when it does not.
    private mutating func name(_ key: ScannedString, withPrefixIn prefixes: [String]) throws(DecodingFailure) -> String? {
        if key.hasEscapes {
            let name = try bytes.copy(key)
            return prefixes.contains { name.beginsWithBytes(of: $0) } ? name : nil
        }
        for prefix in prefixes where bytes.extracting(key.start..<key.end).starts(with: prefix.utf8.span) {
            return try bytes.copy(key)
        }
        return nil
    }

    /// Steps into an array; `nil` when the value is null.
    package mutating func beginArray() throws(DecodingFailure) -> JSONArrayCursor? {
        if current == UInt8(ascii: "[") { return try enterArray() }
        if try skipNull() { return nil }
        try throwWrongType(expected: .array)
    }

    /// Steps to the next element; `false` at the end of the array.
    package mutating func nextElement(in cursor: inout JSONArrayCursor) throws(DecodingFailure) -> Bool {
        var offset = index
        defer { index = offset }
        return try nextElement(&cursor, at: &offset)
    }

    /// Moves an offset to the next element; `false`, past the closing bracket, at the end.
    @inline(__always)
    mutating func nextElement(_ cursor: inout JSONArrayCursor, at index: inout Int) throws(DecodingFailure) -> Bool {
        index = bytes.whitespaceEnd(from: index)
        let byte = bytes.byte(at: index)
        if byte == UInt8(ascii: "]") {
            index &+= 1
            depth &-= 1
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

    /// Reads a 64-bit integer; a number with a fraction or an exponent is none.
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
        if current == UInt8(ascii: "\"") { return try copy(try scanString()) }
        if try skipNull() { return nil }
        try throwWrongType(expected: .string)
    }

    /// Reads a resource amount: a string, or a number as its text.
    package mutating func readQuantity() throws(DecodingFailure) -> Quantity? {
        if current == UInt8(ascii: "\"") { return Quantity(try copy(try scanString())) }
        if try skipNull() { return nil }
        let start = index
        guard try valueType() == .number else { try throwWrongType(expected: .quantity) }
        _ = try scanNumber()
        return Quantity(try copy(ScannedString(start: start, end: index, hasEscapes: false, hasOtherEscapes: false)))
    }

    /// Remembers the value on which the reader stands.
    package func mark() -> JSONMark {
        JSONMark(index: index, depth: depth, keyCount: keys.count, respelledCount: keys.respelled.count)
    }

    /// Goes back to a remembered value.
    package mutating func rewind(to mark: JSONMark) {
        index = mark.index
        depth = mark.depth
        // A mark inside an object that has ended since remembers keys that are gone already.
        keys.pop(to: mark.keyCount)
        keys.forgetRespelled(from: mark.respelledCount)
    }
}
