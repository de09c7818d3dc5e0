/// Reads JSON values from a text as nodes with positions, and checks the grammar, the UTF-8, duplicate keys and the nesting of all of it.
///
/// One value after the other, with nothing but white space between them, so that newline-separated JSON reads as several documents.
package struct JSONNodeParser: ~Copyable, ~Escapable {
    /// The deepest nesting accepted, in levels, since each is a call.
    ///
    /// The deepest object of Kubernetes' own API, a Pod with its managed fields, nests about 20 levels.
    package static let depthLimit = 256

    /// Walks the text.
    var reader: JSONReader
    /// The keys of the objects around the value.
    var keys = KeyStack()
    /// The number of objects and arrays around the value.
    private var depth = 0
    /// Where reading began.
    private let start: TextPlace
    private var place: TextPlace

    /// Begins at a place in a text, at its beginning unless told otherwise.
    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, at place: TextPlace = TextPlace()) {
        reader = JSONReader(bytes)
        reader.index = place.offset
        start = place
        self.place = place
    }

    /// The place behind what has been read, white space included.
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

    /// Goes over white space, also for the place.
    private mutating func skipWhitespace() {
        reader.skipWhitespace()
        place.advance(to: reader.index, in: reader.bytes)
    }

    /// The position of the byte on which the reader stands.
    private mutating func position() -> Position {
        place.advance(to: reader.index, in: reader.bytes)
        return place.position
    }

    /// Reads the value on which the reader stands.
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

    /// Reads a number: an integer when it is written as one and fits, else its text.
    private mutating func number() throws(DecodingFailure) -> ManifestNode.Value {
        let start = reader.index
        let isInteger = try reader.scanNumber()
        let text = try reader.copy(ScannedString(start: start, end: reader.index, hasEscapes: false, hasOtherEscapes: false))
        return isInteger ? Int64(text).map { .integer($0) } ?? .number(text) : .number(text)
    }

    /// Counts one more level.
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
        // Here all of a document is kept, so that half of a pair is an error of its text.
        let reason = failure.reason == .unpairedSurrogate ? .invalidEscape : failure.reason
        return DecodingFailure(reason, at: .position(place.position))
    }
}
