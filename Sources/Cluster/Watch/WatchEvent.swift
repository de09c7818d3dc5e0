package import KubernetesAPI

/// An event of a watch.
package enum WatchEvent: Sendable, Equatable {
    /// An object was created or changed; the range is that of its bytes in the line.
    case stored(ObjectHeader, object: Range<Int>)
    /// An object was deleted; its last state is not of interest.
    case deleted(ObjectHeader)
    /// Everything up to a version was sent.
    case bookmark(ResourceVersion)
    /// The watch can't go on.
    case error(StatusAnswer)
    /// An event of a type that this program does not know.
    case unknown(type: String)

    private enum Field: String, FieldName {
        case type, object
        static let table = FieldTable<Self>()
    }

    private enum ObjectField: String, FieldName {
        case metadata, resourceVersion
        static let table = FieldTable<Self>()
    }

    /// Reads a line without its line feed; throws if it is not a whole event.
    package init(reading line: ReceivedText) throws(DecodingFailure) {
        let text = line.bytes.span
        var frame = Frame()
        do throws(DecodingFailure) {
            try frame.read(text)
        } catch {
            // A line that was cut ends inside of its object.
            guard line.isCut, frame.type != nil, frame.start != nil else { throw error }
        }
        guard let type = frame.type, let start = frame.start else {
            throw DecodingFailure(.missingField(frame.type == nil ? "type" : "object"), at: .byteOffset(0))
        }
        let range = start..<(frame.end ?? text.count)
        do throws(DecodingFailure) {
            self = try Self.event(type, text.extracting(range), at: range, isCut: line.isCut)
        } catch {
            // Offsets of failures count from the beginning of the line.
            guard case .byteOffset(let offset) = error.location else { throw error }
            throw DecodingFailure(error.reason, at: .byteOffset(start + offset))
        }
    }

    private static func event(
        _ type: String,
        _ object: Span<UInt8>,
        at range: Range<Int>,
        isCut: Bool
    ) throws(DecodingFailure) -> Self {
        switch type {
        case "ADDED", "MODIFIED": return .stored(try header(of: object, isCut: isCut), object: range)
        case "DELETED": return .deleted(try header(of: object, isCut: isCut))
        case "BOOKMARK": return .bookmark(try version(of: object))
        case "ERROR": return .error(StatusAnswer(readingError: object))
        default: return .unknown(type: type)
        }
    }

    private static func header(of object: Span<UInt8>, isCut: Bool) throws(DecodingFailure) -> ObjectHeader {
        isCut ? try ObjectHeader(readingBeginning: object) : try ObjectHeader(reading: object)
    }

    /// Reads `metadata.resourceVersion`, the only field of a bookmark.
    private static func version(of object: Span<UInt8>) throws(DecodingFailure) -> ResourceVersion {
        var reader = JSONReader(object)
        reader.start()
        var version: String?
        if var cursor = try reader.beginObject() {
            while let field = try reader.nextField(in: &cursor, of: ObjectField.self) {
                guard field == .metadata, var metadata = try reader.beginObject() else {
                    if field != .metadata { try reader.skipValue() }
                    continue
                }
                while let field = try reader.nextField(in: &metadata, of: ObjectField.self) {
                    if field == .resourceVersion { version = try reader.readString() } else { try reader.skipValue() }
                }
            }
        }
        guard let found = ResourceVersion(version ?? "") else {
            throw DecodingFailure(.missingField("metadata.resourceVersion"), at: .byteOffset(0))
        }
        return found
    }

    /// The type of an event, and where its object stands.
    private struct Frame {
        var type: String?
        var start: Int?
        var end: Int?

        mutating func read(_ line: Span<UInt8>) throws(DecodingFailure) {
            var reader = JSONReader(line)
            reader.start()
            let place = reader.location
            guard var cursor = try reader.beginObject() else {
                throw DecodingFailure(.wrongType(expected: .object, found: .null), at: place)
            }
            while let field = try reader.nextField(in: &cursor, of: Field.self) {
                switch field {
                case .type: type = try reader.readString()
                case .object:
                    start = reader.offset
                    try reader.skipValue()
                    end = reader.offset
                }
            }
            try reader.finish()
        }
    }
}

extension JSONReader {
    /// The offset of the current value.
    fileprivate var offset: Int {
        if case .byteOffset(let offset) = location { offset } else { 0 }
    }
}
