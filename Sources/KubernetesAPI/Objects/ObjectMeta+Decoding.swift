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
        var places: [DecodingFailure.Location] = []
        while let (name, place) = try reader.nextKey(in: &object, withPrefixIn: Annotation.keptPrefixes) {
            try reader.makeRoom(in: &annotations)
            annotations.append(Annotation(name: name, value: try reader.readString() ?? ""))
            places.append(place)
        }
        if let repeated = repeatedName(in: annotations) {
            throw DecodingFailure(.duplicateKey(annotations[repeated].name), at: places[repeated])
        }
        return annotations
    }

    /// The index of the first annotation whose name one before it has; `nil` when there is none.
    ///
    /// Takes *n* log *n* steps, whatever the names are: digests are seeded, and names with the same digest are sorted.
    private static func repeatedName(in annotations: [Annotation]) -> Int? {
        guard annotations.count > 1 else { return nil }
        let sorted = annotations.indices.map { (digest: annotations[$0].name.hashValue, index: $0) }.sorted { first, second in
            if first.digest != second.digest { return first.digest < second.digest }
            let (name, other) = (annotations[first.index].name, annotations[second.index].name)
            return name.hasSameBytes(as: other) ? first.index < second.index : name.utf8.lexicographicallyPrecedes(other.utf8)
        }
        var earliest: Int?
        for (first, second) in zip(sorted, sorted.dropFirst())
        where first.digest == second.digest && annotations[first.index].name.hasSameBytes(as: annotations[second.index].name) {
            earliest = min(earliest ?? second.index, second.index)
        }
        return earliest
    }
}
