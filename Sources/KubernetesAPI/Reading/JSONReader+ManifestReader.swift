/// Where a JSON reader is inside an object.
package struct JSONObjectCursor {
    /// One bit for each known field that was seen.
    var seenFields: UInt64 = 0
    /// Whether nothing was read yet, so that no comma is due.
    var isAtStart = true
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
    /// The number of respelled bytes on the stack.
    let respelledCount: Int
}

extension JSONReader: ManifestReader {
    /// The offset of the value on which the reader stands.
    package var location: DecodingFailure.Location { .byteOffset(index) }

    /// Steps over an opening brace.
    @inline(__always)
    mutating func enterObject() throws(DecodingFailure) -> JSONObjectCursor {
        try descend()
        return JSONObjectCursor(keysBase: keys.count, respelledBase: keys.respelled.count)
    }

    /// Steps over an opening bracket.
    @inline(__always)
    mutating func enterArray() throws(DecodingFailure) -> JSONArrayCursor {
        try descend()
        return JSONArrayCursor()
    }

    /// Steps to the value behind the next key; `nil`, past the closing brace, at the end.
    @inline(__always)
    mutating func nextKey(_ cursor: inout JSONObjectCursor) throws(DecodingFailure) -> ScannedString? {
        skipWhitespace()
        let isAtEnd = current == UInt8(ascii: "}")
        if cursor.isAtStart {
            cursor.isAtStart = false
        } else if !isAtEnd {
            try expect(UInt8(ascii: ","), "',' or '}'")
        }
        if isAtEnd {
            index &+= 1
            depth &-= 1
            try forgetKeys(from: cursor.keysBase, respelledFrom: cursor.respelledBase)
            return nil
        }
        guard current == UInt8(ascii: "\"") else { throw unexpected("a key") }
        let key = try scanString()
        skipWhitespace()
        try expect(UInt8(ascii: ":"), "':'")
        return key
    }

    /// The entry by which a key is remembered.
    @inline(__always)
    mutating func entry(for key: ScannedString) throws(DecodingFailure) -> KeyStack.Entry {
        if key.hasOtherEscapes { return try respelledEntry(for: key) }
        let count = key.end &- key.start
        let fingerprint = KeyFingerprint.of(bytes.extracting(key.start..<key.end))
        return KeyStack.Entry(fingerprint: fingerprint, start: key.start, count: count, offset: key.start, isRespelled: false)
    }

    /// The entry of a key with escapes that it does not need, in its canonical spelling.
    @inline(never)
    private mutating func respelledEntry(for key: ScannedString) throws(DecodingFailure) -> KeyStack.Entry {
        var spelling: [UInt8] = []
        for byte in try decodedBytes(of: key) {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { spelling.append(UInt8(ascii: "\\")) }
            spelling.append(byte)
        }
        let start = keys.respelled.count
        keys.respelled.append(contentsOf: spelling)
        let fingerprint = KeyFingerprint.of(spelling.span)
        return KeyStack.Entry(fingerprint: fingerprint, start: start, count: spelling.count, offset: key.start, isRespelled: true)
    }

    /// Steps into an object; `nil` when the value is null.
    package mutating func beginObject() throws(DecodingFailure) -> JSONObjectCursor? {
        if current == UInt8(ascii: "{") { return try enterObject() }
        if try skipNull() { return nil }
        try throwWrongType(expected: .object)
    }

    /// Steps to the value of the next known field; `nil` at the end of the object.
    package mutating func nextField<Field: FieldName>(
        in cursor: inout JSONObjectCursor,
        of type: Field.Type
    ) throws(DecodingFailure) -> Field? {
        while let key = try nextKey(&cursor) {
            let entry = try entry(for: key)
            guard let field = field(of: type, named: entry) else {
                try remember(entry, base: cursor.keysBase)
                try skipValue()
                continue
            }
            let bit: UInt64 = 1 << UInt64(field.rawValue)
            guard cursor.seenFields & bit == 0 else { throw duplicate(entry) }
            cursor.seenFields |= bit
            return field
        }
        return nil
    }

    /// The known field that a key names.
    @inline(__always)
    private func field<Field: FieldName>(of type: Field.Type, named key: KeyStack.Entry) -> Field? {
        if key.isRespelled {
            return type.table.field(
                named: keys.respelled.span.extracting(key.start..<key.start + key.count),
                fingerprint: key.fingerprint
            )
        }
        return type.table.field(named: bytes.extracting(key.start..<key.start &+ key.count), fingerprint: key.fingerprint)
    }

    /// Steps to the value of the next key with one of the prefixes; `nil` at the end of the object.
    package mutating func nextKey(
        in cursor: inout JSONObjectCursor,
        withPrefixIn prefixes: [String]
    ) throws(DecodingFailure) -> String? {
        while let key = try nextKey(&cursor) {
            try remember(try entry(for: key), base: cursor.keysBase)
            if let name = try name(key, withPrefixIn: prefixes) { return name }
            try skipValue()
        }
        return nil
    }

    /// Copies a key that begins with one of the prefixes; `nil` when it does not.
    private mutating func name(_ key: ScannedString, withPrefixIn prefixes: [String]) throws(DecodingFailure) -> String? {
        if key.hasEscapes {
            let name = try copy(key)
            return prefixes.contains { name.utf8.starts(with: $0.utf8) } ? name : nil
        }
        for prefix in prefixes where bytes.extracting(key.start..<key.end).starts(with: prefix.utf8.span) {
            return try copy(key)
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
    @inline(__always)
    package mutating func nextElement(in cursor: inout JSONArrayCursor) throws(DecodingFailure) -> Bool {
        skipWhitespace()
        if current == UInt8(ascii: "]") {
            index &+= 1
            depth &-= 1
            return false
        }
        if cursor.isAtStart {
            cursor.isAtStart = false
        } else {
            try expect(UInt8(ascii: ","), "',' or ']'")
            guard current != UInt8(ascii: "]") else { throw unexpected("a value") }
        }
        return true
    }

    /// Reads a boolean.
    package mutating func readBool() throws(DecodingFailure) -> Bool? {
        switch current {
        case UInt8(ascii: "t"):
            try skipLiteral("true")
            return true
        case UInt8(ascii: "f"):
            try skipLiteral("false")
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

extension Span<UInt8> {
    /// Tells whether these bytes begin with those.
    @inline(__always)
    func starts(with prefix: Span<UInt8>) -> Bool {
        count >= prefix.count && extracting(0..<prefix.count).equals(prefix)
    }
}
