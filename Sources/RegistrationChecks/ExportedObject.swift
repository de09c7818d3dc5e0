package import AdmissionPolicy
package import KubernetesAPI

/// A ValidatingAdmissionPolicy of an export, or a binding of one, as a cluster has it.
package struct ExportedObject: Sendable, Equatable {
    /// The name.
    package private(set) var name = ""
    /// The name of the exported policy.
    package private(set) var policy = ""
    /// The exported level: `enforce`, `warn`, `audit` or `floor`.
    package private(set) var level = ""
    /// The digest of the export; `nil` if somebody has removed the annotation.
    package private(set) var digest: String?
    /// The options of a floor; `nil` if it has none that can be read.
    package private(set) var options: FloorOptions?
    /// Whether it is a binding, without which a policy has no effect.
    package let isBinding: Bool

    private enum ObjectField: String, FieldName {
        case metadata
        static let table = FieldTable<Self>()
    }

    private enum Field: String, FieldName {
        case name, labels, annotations
        static let table = FieldTable<Self>()
    }

    /// An object with these values.
    package init(name: String, policy: String, level: String, digest: String?, options: FloorOptions? = nil, isBinding: Bool = false) {
        self.name = name
        self.policy = policy
        self.level = level
        self.digest = digest
        self.options = options
        self.isBinding = isBinding
    }

    /// Reads the metadata of an object; `nil` for one that Podscore has not exported.
    package init?(reading object: Span<UInt8>, isBinding: Bool) throws(DecodingFailure) {
        self.isBinding = isBinding
        var reader = JSONReader(object)
        reader.start()
        guard var cursor = try reader.beginObject() else { return nil }
        while try reader.nextField(in: &cursor, of: ObjectField.self) != nil {
            guard var metadata = try reader.beginObject() else { continue }
            while let field = try reader.nextField(in: &metadata, of: Field.self) {
                switch field {
                case .name: name = try reader.readString() ?? ""
                case .labels: try readLabels(&reader)
                case .annotations: try readAnnotations(&reader)
                }
            }
        }
        try reader.finish()
        guard !policy.isEmpty, !level.isEmpty else { return nil }
    }

    private mutating func readLabels(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let (key, _) = try reader.nextKey(in: &cursor, withPrefixIn: [ExportedPolicy.policyLabel, ExportedPolicy.levelLabel]) {
            let value = try reader.readString() ?? ""
            if key.hasSameBytes(as: ExportedPolicy.policyLabel) { policy = value }
            if key.hasSameBytes(as: ExportedPolicy.levelLabel) { level = value }
        }
    }

    private mutating func readAnnotations(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let (key, _) = try reader.nextKey(in: &cursor, withPrefixIn: [ExportedPolicy.digestAnnotation, FloorOptions.annotation]) {
            let value = try reader.readString()
            if key.hasSameBytes(as: ExportedPolicy.digestAnnotation) { digest = value }
            if key.hasSameBytes(as: FloorOptions.annotation) { options = value.flatMap { FloorOptions(parsing: $0) } }
        }
    }
}
