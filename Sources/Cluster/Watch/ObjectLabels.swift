package import KubernetesAPI

/// The labels of an object, sorted by their keys as bytes.
///
/// They are held in one block of memory, because a cluster can have 10 000 Namespaces.
package struct ObjectLabels: Sendable, Equatable {
    /// Ends each key and each value; labels can't contain it.
    private static let separator: UInt8 = 0

    /// Keys and values in turn, each with its separator.
    private var text: [UInt8] = []

    private enum ObjectField: String, FieldName {
        case metadata
        static let table = FieldTable<Self>()
    }

    private enum Field: String, FieldName {
        case labels
        static let table = FieldTable<Self>()
    }

    /// No labels.
    package init() {}

    /// Reads `metadata.labels` of an object; throws if a label is repeated or is not a text.
    package init(reading object: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(object)
        reader.start()
        guard var cursor = try reader.beginObject() else { return }
        while try reader.nextField(in: &cursor, of: ObjectField.self) != nil {
            guard var metadata = try reader.beginObject() else { continue }
            while try reader.nextField(in: &metadata, of: Field.self) != nil { try readLabels(&reader) }
        }
        try reader.finish()
    }

    /// The value of a label; `nil` if the object does not have it.
    ///
    /// Keys compare as bytes.
    package subscript(key: String) -> String? {
        var value: String?
        forEach { if value == nil, $0.hasSameBytes(as: key) { value = $1 } }
        return value
    }

    /// Whether there are no labels.
    package var isEmpty: Bool { text.isEmpty }

    /// Calls a closure with each key and value.
    package func forEach(_ use: (_ key: String, _ value: String) -> Void) {
        var parts = text.split(separator: Self.separator, omittingEmptySubsequences: false)[...]
        while let key = parts.popFirst(), let value = parts.popFirst() {
            use(String(decoding: key, as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
    }

    private mutating func readLabels(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        var labels: [(key: [UInt8], value: String, location: DecodingFailure.Location)] = []
        while let (key, location) = try reader.nextKey(in: &cursor, withPrefixIn: [""]) {
            let valueLocation = reader.location
            let value = try reader.readString() ?? ""
            for (part, location) in [(key, location), (value, valueLocation)] where part.utf8.contains(Self.separator) {
                throw DecodingFailure(.unknownValue(part, allowed: "a text without NUL"), at: location)
            }
            try reader.makeRoom(in: &labels)
            labels.append((Array(key.utf8), value, location))
        }
        labels.sort { $0.key.lexicographicallyPrecedes($1.key) }
        for (label, next) in zip(labels, labels.dropFirst()) where label.key == next.key {
            throw DecodingFailure(.duplicateKey(String(decoding: next.key, as: UTF8.self)), at: next.location)
        }
        text.reserveCapacity(labels.reduce(0) { $0 + $1.key.count + $1.value.utf8.count + 2 })
        for label in labels { text += label.key + [Self.separator] + Array(label.value.utf8) + [Self.separator] }
    }
}
