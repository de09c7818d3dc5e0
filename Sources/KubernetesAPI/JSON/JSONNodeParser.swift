/// Parses JSON values into nodes with positions; checks grammar, UTF-8, duplicate keys and nesting of the whole text.
///
/// Values follow each other with only white space between them, so newline-separated JSON is read as several documents.
package struct JSONNodeParser: ~Copyable, ~Escapable {
    /// The deepest nesting that is accepted, in levels; each level is a recursive call.
    ///
    /// The deepest object of Kubernetes' own API, a Pod with its managed fields, nests about 20 levels.
    package static let depthLimit = 256

    /// The reader of the text.
    var reader: JSONReader
    /// The keys of the objects around the value.
    var keys = KeyStack()
    /// The number of objects and arrays around the value.
    private var depth = 0
    /// Where parsing starts.
    private let start: TextPlace
    private var place: TextPlace

    /// Starts at a place in a text; by default at the beginning.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, at place: TextPlace = TextPlace()) {
        reader = JSONReader(bytes)
        reader.index = place.offset
        start = place
        self.place = place
    }

    /// The place after the last value and the white space behind it.
    package var end: TextPlace { place }

    /// Reads the next value; `nil` when only white space is left.
    ///
    /// After a failure nothing more can be read.
    package mutating func next() throws(DecodingFailure) -> ManifestNode? {
        do throws(DecodingFailure) {
            skipWhitespace()
            guard reader.index < reader.bytes.count else { return nil }
            let node = try value()
            skipWhitespace()
            return node
        } catch {
            throw positioned(error)
        }
    }

    /// Skips white space and moves the place along.
    private mutating func skipWhitespace() {
        reader.skipWhitespace()
        place.advance(to: reader.index, in: reader.bytes)
    }

    /// The position of the current byte.
    private mutating func position() -> Position {
        place.advance(to: reader.index, in: reader.bytes)
        return place.position
    }

    /// Reads the current value.
    private mutating func value() throws(DecodingFailure) -> ManifestNode {
        let position = position()
        switch try reader.valueType() {
        case .object: return ManifestNode(.object(try members()), at: position)
        case .array: return ManifestNode(.array(try elements()), at: position)
        case .string: return ManifestNode(.string(try reader.copy(try reader.scanString())), at: position)
        case .boolean: return ManifestNode(.bool(try reader.readBool() ?? false), at: position)
        case .null:
            try reader.skipLiteral(.null)
            return ManifestNode(.null, at: position)
        case .number, .integer, .quantity: return ManifestNode(try number(), at: position)
        }
    }

    /// Reads a number: an integer if it is written as one and fits into 64 bits, otherwise its text.
    private mutating func number() throws(DecodingFailure) -> ManifestNode.Value {
        let start = reader.index
        let isInteger = try reader.scanNumber()
        let text = try reader.copy(ScannedString(start: start, end: reader.index, hasEscapes: false, hasOtherEscapes: false))
        return isInteger ? Int64(text).map { .integer($0) } ?? .number(text) : .number(text)
    }

    /// Enters one more level.
    private mutating func descend() throws(DecodingFailure) {
        guard depth < Self.depthLimit else { throw reader.failure(.nestingTooDeep(limit: Self.depthLimit), at: reader.index) }
        depth += 1
    }

    /// Reads the elements of an array.
    private mutating func elements() throws(DecodingFailure) -> [ManifestNode] {
        try descend()
        var elements: [ManifestNode] = []
        var cursor = reader.enterArray()
        while try reader.nextElement(in: &cursor) { elements.append(try value()) }
        depth -= 1
        return elements
    }

    /// Reads the members of an object.
    private mutating func members() throws(DecodingFailure) -> [ManifestNode.Member] {
        try descend()
        var members: [ManifestNode.Member] = []
        var (cursor, object) = (reader.enterObject(), beginKeys())
        while let key = try reader.nextKey(&cursor) {
            try remember(key, in: &object)
            place.advance(to: key.string.start - 1, in: reader.bytes)
            let position = place.position
            let name = try reader.copy(key.string)
            members.append(ManifestNode.Member(key: name, keyPosition: position, value: try value()))
        }
        try forgetKeys(of: object)
        depth -= 1
        return members
    }

    /// Turns the byte offset of a failure into a line and a column.
    private func positioned(_ failure: DecodingFailure) -> DecodingFailure {
        guard case .byteOffset(let offset) = failure.location else { return failure }
        var place = start
        place.advance(to: min(offset, reader.bytes.count), in: reader.bytes)
        // The node parser keeps all strings, so half of a surrogate pair is a fault of the text.
        let reason = failure.reason == .unpairedSurrogate ? .invalidEscape : failure.reason
        return DecodingFailure(reason, at: .position(place.position))
    }
}
