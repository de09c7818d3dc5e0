/// A source from which the model is decoded: the bytes of a JSON document or a tree of nodes from YAML.
///
/// Decoding is written once against this protocol, so that both sources read the same fields in the same way. The reader stands on one
/// value; each call below consumes that value or, for objects and arrays, steps into it. `nil` stands for null throughout.
package protocol ManifestReader: ~Copyable, ~Escapable {
    /// Where the reader is inside an object.
    associatedtype ObjectCursor
    /// Where the reader is inside an array.
    associatedtype ArrayCursor
    /// A remembered place, to return to.
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
    /// Returns the key and its location. Duplicate keys are not detected.
    mutating func nextKey(
        in cursor: inout ObjectCursor,
        withPrefixIn prefixes: [String]
    ) throws(DecodingFailure) -> (name: String, location: DecodingFailure.Location)?

    /// Steps to the next key with one of the names and stands on its value, skipping others; `nil` at the end of the object.
    ///
    /// Returns the number of the name. At most 64 names, which differ; for names that are known when compiling there is
    /// ``nextField(in:of:)``.
    mutating func nextMember(in cursor: inout ObjectCursor, among names: [String]) throws(DecodingFailure) -> Int?

    /// Tells whether the current object has a key besides `name` whose value is not null; stands behind the object then.
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

    /// Skips the value and checks its grammar; `true` unless it was null.
    mutating func skipValue() throws(DecodingFailure) -> Bool

    /// Remembers the current value.
    func mark() -> Mark

    /// Goes back to a remembered value.
    mutating func rewind(to mark: Mark)

    /// Makes room in a list for one more element; throws if the document then takes more memory than it may.
    mutating func makeRoom<Element>(in list: inout [Element]) throws(DecodingFailure)

    /// Counts memory that is about to be kept, in bytes; throws if the document then takes more than it may.
    mutating func keep(_ byteCount: Int) throws(DecodingFailure)

    /// Where the current value begins.
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

    /// Reads an array of strings; `nil` when the array is null.
    ///
    /// An element that is null has the wrong type.
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

    /// Reads an array of strings; `nil` when the array is null.
    ///
    /// An element that is null reads as the empty string, as in the API server.
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

    /// Skips an object and checks its grammar; `false` when the value is null.
    package mutating func skipObjectOrNull() throws(DecodingFailure) -> Bool {
        let start = mark()
        guard try beginObject() != nil else { return false }
        rewind(to: start)
        return try skipValue()
    }
}

/// A part of the model that is read field by field into an empty value.
///
/// The value is filled in place instead of returned: if a throwing initializer or function returns a large value, the compiler copies it
/// and retains each of its strings and lists.
protocol ManifestReadable {
    /// An empty value.
    init()

    /// Reads the current value; null leaves this one empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
}

extension ManifestReadable {
    /// Reads the current value.
    @inline(__always)
    init<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        self.init()
        try read(from: &reader)
    }
}
