package import KubernetesAPI

/// The part of an object's metadata that names the object and its state.
package struct ObjectHeader: Sendable, Equatable {
    /// The longest name of an object, in bytes.
    private static let nameByteLimit = 253

    /// The name.
    package private(set) var name = ""
    /// The Namespace; empty for an object that belongs to none.
    package private(set) var namespace = ""
    /// Distinguishes objects that had the same name one after another; empty only if the object was cut.
    package private(set) var uid = ""
    /// The version of this state; `nil` only if the object was cut.
    package private(set) var resourceVersion: ResourceVersion?
    /// Counts the changes outside of metadata and status; 0 for kinds that don't count them.
    package private(set) var generation: Int64 = 0
    /// When the object was created, such as `2026-11-28T08:09:37Z`.
    package private(set) var creationTimestamp = ""
    /// Whether the object is too large: only its beginning was received, and fields may be missing.
    package private(set) var isCut = false

    private enum ObjectField: String, FieldName {
        case metadata
        static let table = FieldTable<Self>()
    }

    private enum Field: String, FieldName {
        case name, namespace, uid, resourceVersion, generation, creationTimestamp
        static let table = FieldTable<Self>()
    }

    /// Reads a whole object, and checks the grammar of all of it.
    ///
    /// Throws for an object without a name, a UID or a version, which no API server sends.
    package init(reading object: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(object)
        reader.start()
        try readObject(&reader)
        try reader.finish()
        guard !name.isEmpty else { throw Self.missing("name") }
        guard !uid.isEmpty else { throw Self.missing("uid") }
        guard resourceVersion != nil else { throw Self.missing("resourceVersion") }
        try checkNames()
    }

    /// Reads what stands in the beginning of an object that was cut; throws if the name does not stand there.
    package init(readingBeginning object: Span<UInt8>) throws(DecodingFailure) {
        isCut = true
        var reader = JSONReader(object)
        reader.start()
        let end: DecodingFailure?
        do throws(DecodingFailure) {
            try readObject(&reader)
            end = nil
        } catch {
            end = error
        }
        guard !name.isEmpty else { throw end ?? Self.missing("name") }
        try checkNames()
    }

    /// The name, behind that of the Namespace if there is one: different for each object of a kind.
    package var key: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }

    private static func missing(_ field: String) -> DecodingFailure {
        DecodingFailure(.missingField("metadata.\(field)"), at: .byteOffset(0))
    }

    private mutating func readObject(_ reader: inout JSONReader) throws(DecodingFailure) {
        let start = reader.location
        guard var object = try reader.beginObject() else { throw DecodingFailure(.wrongType(expected: .object, found: .null), at: start) }
        while try reader.nextField(in: &object, of: ObjectField.self) != nil { try readMetadata(&reader) }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var metadata = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &metadata, of: Field.self) {
            switch field {
            case .name: name = try reader.readString() ?? ""
            case .namespace: namespace = try reader.readString() ?? ""
            case .uid: uid = try reader.readString() ?? ""
            case .resourceVersion: resourceVersion = try ResourceVersion(reader.readString() ?? "")
            case .generation: generation = try reader.readInteger() ?? 0
            case .creationTimestamp: creationTimestamp = try reader.readString() ?? ""
            }
        }
    }

    /// Throws for names that no object can have.
    ///
    /// Names of one spelling are then one text, and the slash between them is the only one.
    private func checkNames() throws(DecodingFailure) {
        for text in [name, namespace] {
            let isName = text.utf8.count <= Self.nameByteLimit && text.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "/") }
            guard isName else {
                throw DecodingFailure(.unknownValue(text, allowed: "letters, digits and signs without '/'"), at: .byteOffset(0))
            }
        }
    }
}
