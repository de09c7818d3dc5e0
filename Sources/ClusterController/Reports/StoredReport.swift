import Cluster
import KubernetesAPI
import Reports

/// The Namespace and the name of a report, which are the same in every API of reports.
struct ReportKey: Sendable, Hashable {
    /// The Namespace; empty for a report of the cluster.
    let namespace: String
    /// The name.
    let name: String
}

extension ReportKey: Comparable {
    /// Sorts by Namespace and name, as bytes.
    static func < (first: Self, second: Self) -> Bool {
        guard first.namespace.hasSameBytes(as: second.namespace) else {
            return first.namespace.utf8.lexicographicallyPrecedes(second.namespace.utf8)
        }
        return first.name.utf8.lexicographicallyPrecedes(second.name.utf8)
    }
}

/// A report in a cluster, as far as it must be known whether to write it again.
struct StoredReport: Sendable, Equatable {
    /// Its place.
    let key: ReportKey
    /// Its UID.
    let uid: String
    /// The version that was seen.
    let resourceVersion: String
    /// The digest of its content as its writer noted it; `nil` without a note.
    let content: String?
    /// Whether its label says that Podscore wrote it.
    let isLabelled: Bool
    /// Whether Podscore owns all fields that it writes; a server that keeps no owners is believed.
    ///
    /// A writer that changes a field takes it over, so fields that are still owned are unchanged.
    let isIntact: Bool

    /// Reads a report, or its metadata alone.
    init(reading object: Span<UInt8>) throws(DecodingFailure) {
        let header = try ObjectHeader(reading: object)
        var metadata = ReportMetadata()
        try metadata.read(object)
        key = ReportKey(namespace: header.namespace, name: header.name)
        uid = header.uid
        resourceVersion = header.resourceVersion?.text ?? ""
        content = metadata.content
        isLabelled = metadata.isLabelled
        isIntact = metadata.ownership.map(\.isComplete) ?? true
    }

    /// Whether it has a content, and nobody has changed it since.
    func has(_ content: String) -> Bool { isIntact && isLabelled && self.content == content }
}

/// The metadata that tell whether a report was changed.
private struct ReportMetadata {
    private enum ObjectField: String, FieldName {
        case metadata
        static let table = FieldTable<Self>()
    }

    private enum Field: String, FieldName {
        case annotations, labels, managedFields
        static let table = FieldTable<Self>()
    }

    /// The digest in the annotation.
    var content: String?
    /// Whether the label is that of Podscore.
    var isLabelled = false
    /// The fields that Podscore owns; `nil` if the server does not say.
    var ownership: ReportOwnership?

    /// Reads an object to its end.
    mutating func read(_ object: Span<UInt8>) throws(DecodingFailure) {
        var reader = JSONReader(object)
        reader.start()
        guard var cursor = try reader.beginObject() else { return }
        while try reader.nextField(in: &cursor, of: ObjectField.self) != nil {
            guard var metadata = try reader.beginObject() else { continue }
            while let field = try reader.nextField(in: &metadata, of: Field.self) {
                switch field {
                case .annotations: content = try Self.member(ReportMark.annotation, of: &reader)
                case .labels:
                    let label = ReportObjectList.label
                    isLabelled = try Self.member(label.name, of: &reader) == label.value
                case .managedFields: ownership = try ReportOwnership(&reader)
                }
            }
        }
    }

    private static func member(_ name: String, of reader: inout JSONReader) throws(DecodingFailure) -> String? {
        guard var cursor = try reader.beginObject() else { return nil }
        var value: String?
        while try reader.nextMember(in: &cursor, among: [name]) != nil { value = try reader.readString() }
        return value
    }
}

/// The fields of a report that Podscore owns by server-side apply.
///
/// Source: <https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management>
private struct ReportOwnership {
    private enum EntryField: String, FieldName {
        case manager, operation, subresource, fieldsV1
        static let table = FieldTable<Self>()
    }

    /// The fields that Podscore writes into each report, by their names in `fieldsV1`.
    private enum ContentField: String, FieldName {
        case metadata = "f:metadata"
        case results = "f:results"
        case scope = "f:scope"
        case summary = "f:summary"
        static let table = FieldTable<Self>()
    }

    /// The numbers of a summary.
    private static let numbers = ["f:pass", "f:fail", "f:warn", "f:error", "f:skip"]

    private enum NoteField: String, FieldName {
        case annotations = "f:annotations"
        case labels = "f:labels"
        static let table = FieldTable<Self>()
    }

    /// The number of fields that are owned in the content, the summary and the metadata.
    private var (contentCount, summaryCount, noteCount) = (0, 0, 0)

    /// Whether nothing of what Podscore writes was taken over by somebody else.
    ///
    /// A summary of which no single number is owned is owned as a whole.
    var isComplete: Bool {
        contentCount == ContentField.allCases.count && noteCount == NoteField.allCases.count
            && [0, Self.numbers.count].contains(summaryCount)
    }

    /// Reads the value of `managedFields`.
    init?(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginArray() else { return nil }
        var own = Self()
        while try reader.nextElement(in: &cursor) {
            var entry = Self()
            if try entry.readEntry(&reader) { own = entry }
        }
        self = own
    }

    /// Nothing is owned.
    private init() {}

    /// Reads an entry; `false` if it is another manager's.
    private mutating func readEntry(_ reader: inout JSONReader) throws(DecodingFailure) -> Bool {
        var (isOurs, applies, isWhole) = (false, false, true)
        guard var cursor = try reader.beginObject() else { return false }
        while let field = try reader.nextField(in: &cursor, of: EntryField.self) {
            switch field {
            case .manager: isOurs = try reader.readString() == ObjectWriter.fieldManager
            case .operation: applies = try reader.readString() == "Apply"
            case .subresource: isWhole = try (reader.readString() ?? "").isEmpty
            case .fieldsV1: try readContent(&reader)
            }
        }
        return isOurs && applies && isWhole
    }

    private mutating func readContent(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: ContentField.self) {
            contentCount += 1
            switch field {
            case .metadata: try readNotes(&reader)
            case .summary: summaryCount = try Self.count(&reader, among: Self.numbers)
            case .results, .scope: try reader.skipValue()
            }
        }
    }

    private mutating func readNotes(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: NoteField.self) {
            let name = field == .annotations ? ReportMark.annotation : ReportObjectList.label.name
            noteCount += try Self.count(&reader, among: ["f:" + name])
        }
    }

    private static func count(_ reader: inout JSONReader, among names: [String]) throws(DecodingFailure) -> Int {
        guard var cursor = try reader.beginObject() else { return 0 }
        var count = 0
        while try reader.nextMember(in: &cursor, among: names) != nil {
            count += 1
            try reader.skipValue()
        }
        return count
    }
}
