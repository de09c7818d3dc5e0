/// The fields of `metadata` that are read.
enum ObjectMetaField: String, FieldName {
    case name, generateName, namespace, deletionTimestamp, annotations

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension ObjectMeta: ManifestReadable {
    /// Reads `metadata`; null reads as empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: ObjectMetaField.self) {
            switch field {
            case .name: name = try reader.readString() ?? ""
            case .generateName: generateName = try reader.readString() ?? ""
            case .namespace: namespace = try reader.readString() ?? ""
            case .deletionTimestamp: isBeingDeleted = try reader.readString() != nil
            case .annotations: annotations = try Self.readAnnotations(from: &reader)
            }
        }
    }

    /// Reads the annotations whose names are known; one that is null has an empty value.
    private static func readAnnotations<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> [Annotation] {
        guard var object = try reader.beginObject() else { return [] }
        var annotations: [Annotation] = []
        while let name = try reader.nextKey(in: &object, withPrefixIn: Annotation.keptPrefixes) {
            try reader.checkRoom(annotations.count)
            annotations.append(Annotation(name: name, value: try reader.readString() ?? ""))
        }
        return annotations
    }
}
