/// A source from which the model is decoded: the bytes of a JSON document or a tree of nodes from YAML.
///
/// Decoding is written once against this protocol, so that both sources read the same fields in the same way. The reader stands on one
/// value; each call below consumes that value or, for objects and arrays, steps into it. `nil` stands for null throughout.
package protocol ManifestReader: ~Copyable, ~Escapable {
    /// Where the reader is inside an object.
    associatedtype ObjectCursor
    /// Where the reader is inside an array.
    associatedtype ArrayCursor
    /// A remembered value, to come back to.
    associatedtype Mark

    /// Steps into an object; `nil` when the value is null.
    mutating func beginObject() throws(DecodingFailure) -> ObjectCursor?

    /// Steps to the next known field and stands on its value, skipping unknown ones; `nil` at the end of the object.
    mutating func nextField<Field: FieldName>(
        in cursor: inout ObjectCursor,
        of type: Field.Type
    ) throws(DecodingFailure) -> Field?

    /// Steps to the next key that begins with one of the prefixes and stands on its value; `nil` at the end of the object.
    ///
    /// Returns the key and where it stands. Whether a key came before is not checked.
    mutating func nextKey(
        in cursor: inout ObjectCursor,
        withPrefixIn prefixes: [String]
    ) throws(DecodingFailure) -> (name: String, location: DecodingFailure.Location)?

    /// Tells whether the object on which the reader stands has a key that holds something, other than one; stays behind the object.
    mutating func hasMember(besides name: String) throws(DecodingFailure) -> Bool

    /// Steps into an array; `nil` when the value is null.
    mutating func beginArray() throws(DecodingFailure) -> ArrayCursor?

    /// Steps to the next element; `false` at the end of the array.
    mutating func nextElement(in cursor: inout ArrayCursor) throws(DecodingFailure) -> Bool

    /// Reads a boolean.
    mutating func readBool() throws(DecodingFailure) -> Bool?

    /// Reads a 64-bit integer.
    mutating func readInteger() throws(DecodingFailure) -> Int64?

    /// Reads a string.
    mutating func readString() throws(DecodingFailure) -> String?

    /// Reads a resource amount: a string, or a number as its text.
    mutating func readQuantity() throws(DecodingFailure) -> Quantity?

    /// Skips the value, checking its grammar; `true` when it was something other than null.
    mutating func skipValue() throws(DecodingFailure) -> Bool

    /// Remembers the value on which the reader stands.
    func mark() -> Mark

    /// Goes back to a remembered value.
    mutating func rewind(to mark: Mark)

    /// Makes room in a list for one more element; throws where the document may not be kept in that much memory.
    mutating func makeRoom<Element>(in list: inout [Element]) throws(DecodingFailure)

    /// Counts bytes of memory that are about to be kept; throws where there are too many of them.
    mutating func keep(_ byteCount: Int) throws(DecodingFailure)

    /// Where the value stands on which the reader stands.
    var location: DecodingFailure.Location { get }
}

extension ManifestReader where Self: ~Copyable, Self: ~Escapable {
    /// Reads an array, one element at a time; null reads as an empty array.
    @inline(__always)
    package mutating func readArray<Element>(
        _ element: (inout Self) throws(DecodingFailure) -> Element
    ) throws(DecodingFailure) -> [Element] {
        guard var cursor = try beginArray() else { return [] }
        var elements: [Element] = []
        while try nextElement(in: &cursor) {
            try makeRoom(in: &elements)
            elements.append(try element(&self))
        }
        return elements
    }

    /// Reads an array of strings, `nil` when it is null; a null among the elements is a wrong type.
    package mutating func readStrings() throws(DecodingFailure) -> [String]? {
        guard var cursor = try beginArray() else { return nil }
        var strings: [String] = []
        while try nextElement(in: &cursor) {
            try makeRoom(in: &strings)
            let place = location
            guard let string = try readString() else { throw DecodingFailure(.wrongType(expected: .string, found: .null), at: place) }
            strings.append(string)
        }
        return strings
    }

    /// Reads an array of strings in which a null stands for the empty string, as the API server reads it; `nil` when the array is null.
    package mutating func readStringsAndNulls() throws(DecodingFailure) -> (strings: [String], hasNull: Bool)? {
        guard var cursor = try beginArray() else { return nil }
        var strings: [String] = []
        var hasNull = false
        while try nextElement(in: &cursor) {
            try makeRoom(in: &strings)
            let string = try readString()
            hasNull = hasNull || string == nil
            strings.append(string ?? "")
        }
        return (strings, hasNull)
    }

    /// Skips an object, checking its grammar; `false` when the value is null.
    package mutating func skipObjectOrNull() throws(DecodingFailure) -> Bool {
        let start = mark()
        guard try beginObject() != nil else { return false }
        rewind(to: start)
        return try skipValue()
    }
}

/// A part of the model that is read field by field into an empty value.
///
/// Read in place, and not built and returned: a large value that an initializer or a function has filled while it could throw is copied
/// on its way out, and each of its strings and lists retained.
protocol ManifestReadable {
    /// The value of something that says nothing.
    init()

    /// Reads the value on which the reader stands; null leaves it empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
}

extension ManifestReadable {
    /// Reads the value on which the reader stands.
    @inline(__always)
    init<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        self.init()
        try read(from: &reader)
    }
}
