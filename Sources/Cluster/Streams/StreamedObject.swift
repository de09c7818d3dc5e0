import KubernetesAPI

/// An object of a list or of a watch, as bytes.
package enum StreamedObject: Sendable, Equatable {
    /// The largest object that is taken, in bytes.
    ///
    /// An API server stores at most about 1.5 MB: <https://etcd.io/docs/v3.6/dev-guide/limit/>
    package static let byteLimit = 2 << 20

    /// The whole object.
    case whole([UInt8])
    /// An object beyond the limit, of which only the beginning was kept to tell its name.
    case tooLarge(LargeObject)
}

/// An object that is too large to be taken.
package struct LargeObject: Sendable, Equatable {
    /// Its size in bytes, as far as it was received.
    package let byteCount: Int
    /// `metadata.namespace`, if it stands in the kept beginning.
    package let namespace: String?
    /// `metadata.name`, if it stands in the kept beginning.
    package let name: String?

    /// Finds the name in the beginning of an object, or of an event of a watch.
    init(beginning: [UInt8], byteCount: Int) {
        self.byteCount = byteCount
        var identity = ObjectIdentity()
        identity.read(beginning.span)
        namespace = identity.namespace
        name = identity.name
    }
}

/// The name of an object, read until the text ends.
private struct ObjectIdentity {
    private enum Field: String, FieldName {
        case object, metadata, name, namespace
        static let table = FieldTable<Self>()
    }

    var namespace: String?
    var name: String?

    /// Reads what stands before the end of a cut text; the failure that the cut causes tells nothing.
    mutating func read(_ bytes: Span<UInt8>) {
        var reader = JSONReader(bytes)
        reader.start()
        try? readObject(&reader)
    }

    private mutating func readObject(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            // An event of a watch has its object one level deeper; only there is this key an object with metadata.
            case .object: try readMetadataOwner(&reader)
            case .metadata: try readMetadata(&reader)
            case .name, .namespace: try reader.skipValue()
            }
        }
    }

    private mutating func readMetadataOwner(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            if field == .metadata { try readMetadata(&reader) } else { try reader.skipValue() }
        }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .name: name = try reader.readString()
            case .namespace: namespace = try reader.readString()
            case .object, .metadata: try reader.skipValue()
            }
        }
    }
}
