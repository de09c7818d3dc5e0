/// A volume claim template of a StatefulSet.
package struct VolumeClaimTemplate: Sendable, Equatable {
    /// Whether the template has the key `spec`, even if it is null.
    package var hasSpec = false
    /// As written, in order.
    package var accessModes: [String] = []
    /// Whether `spec.resources.requests` has the key `storage`.
    package var requestsStorage = false

    /// Empty, to be filled while reading.
    package init() {}
}

/// The fields of a volume claim template that are read.
enum VolumeClaimTemplateField: String, FieldName {
    case spec

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a volume claim's `spec` that are read.
enum VolumeClaimSpecField: String, FieldName {
    case accessModes, resources

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a volume claim's resources that are read.
enum VolumeClaimResourcesField: String, FieldName {
    case requests

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The resource that a volume claim requests.
enum VolumeClaimRequestsField: String, FieldName {
    case storage

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension VolumeClaimTemplate: ManifestReadable {
    /// Reads one volume claim template; null reads as one without a `spec`.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while try reader.nextField(in: &object, of: VolumeClaimTemplateField.self) != nil {
            hasSpec = true
            guard var spec = try reader.beginObject() else { continue }
            while let field = try reader.nextField(in: &spec, of: VolumeClaimSpecField.self) {
                switch field {
                case .accessModes: accessModes = try reader.readStringsAndNulls()?.strings ?? []
                case .resources: requestsStorage = try Self.readsStorageRequest(from: &reader)
                }
            }
        }
    }

    /// Tells whether `resources.requests` has the key `storage`.
    private static func readsStorageRequest<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> Bool {
        guard var object = try reader.beginObject() else { return false }
        var isRequested = false
        while try reader.nextField(in: &object, of: VolumeClaimResourcesField.self) != nil {
            guard var requests = try reader.beginObject() else { continue }
            while try reader.nextField(in: &requests, of: VolumeClaimRequestsField.self) != nil {
                _ = try reader.readQuantity()
                isRequested = true
            }
        }
        return isRequested
    }
}
