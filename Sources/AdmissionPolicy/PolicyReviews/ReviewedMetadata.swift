import KubernetesAPI

/// The metadata of a reviewed policy, waiver or Namespace.
struct ReviewedMetadata: Sendable {
    /// The name; empty when missing.
    private(set) var name = ""
    /// Whether the object is being deleted.
    private(set) var isBeingDeleted = false
    /// The values of the labels by their keys, which are ASCII, since API servers check them.
    private(set) var labels: [String: String] = [:]

    private enum ObjectField: String, FieldName {
        case metadata
        static let table = FieldTable<Self>()
    }

    private enum Field: String, FieldName {
        case name, deletionTimestamp, labels
        static let table = FieldTable<Self>()
    }

    /// Reads the metadata of an object in JSON.
    init(reading object: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(object)
        reader.start()
        guard var cursor = try reader.beginObject() else { return }
        while try reader.nextField(in: &cursor, of: ObjectField.self) != nil {
            guard var metadata = try reader.beginObject() else { continue }
            while let field = try reader.nextField(in: &metadata, of: Field.self) {
                switch field {
                case .name: name = try reader.readString() ?? ""
                case .deletionTimestamp: isBeingDeleted = try reader.skipValue()
                case .labels: try readLabels(&reader)
                }
            }
        }
    }

    private mutating func readLabels(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let (key, _) = try reader.nextKey(in: &cursor, withPrefixIn: [""]) {
            try reader.keep(Self.labelByteCount)
            labels[key] = try reader.readString() ?? ""
        }
    }

    /// The memory of a label besides its texts, in bytes.
    private static let labelByteCount = 64
}
