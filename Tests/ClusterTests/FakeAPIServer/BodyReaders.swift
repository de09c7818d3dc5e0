import Cluster
import KubernetesAPI

/// Finds the lines of a watch in its chunks; holds no more of a line than is kept of it.
struct TestLines {
    private var pending: [UInt8] = []
    private var count = 0

    /// Takes a chunk, and returns the lines that it ends.
    mutating func take(_ chunk: [UInt8]) -> [ReceivedText] {
        var lines: [ReceivedText] = []
        var rest = chunk[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            lines.append(ReceivedText(pending, byteCount: count))
            (pending, count) = ([], 0)
            rest = rest[(end + 1)...]
        }
        keep(rest)
        return lines
    }

    private mutating func keep(_ part: ArraySlice<UInt8>) {
        count += part.count
        pending += part.prefix(max(0, ReceivedText.byteLimit - pending.count))
    }
}

/// The page of a list, read at once.
struct TestPage {
    /// The objects.
    private(set) var objects: [ReceivedText] = []
    private(set) var resourceVersion = ""
    private(set) var continueToken: String?

    private enum Field: String, FieldName {
        case items, metadata, resourceVersion
        case token = "continue"
        static let table = FieldTable<Self>()
    }

    /// Reads a whole page; throws if it is not one.
    init(reading body: [UInt8]) throws(DecodingFailure) {
        var reader = JSONReader(body.span)
        reader.start()
        guard var cursor = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            switch field {
            case .items: try readItems(&reader, of: body)
            case .metadata: try readMetadata(&reader)
            default: try reader.skipValue()
            }
        }
        try reader.finish()
    }

    private mutating func readItems(_ reader: inout JSONReader, of body: [UInt8]) throws(DecodingFailure) {
        guard var items = try reader.beginArray() else { return }
        while try reader.nextElement(in: &items) {
            let start = reader.location
            try reader.skipValue()
            guard case (.byteOffset(let first), .byteOffset(let end)) = (start, reader.location) else { return }
            objects.append(ReceivedText(Array(body[first..<end])))
        }
    }

    private mutating func readMetadata(_ reader: inout JSONReader) throws(DecodingFailure) {
        guard var metadata = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &metadata, of: Field.self) {
            switch field {
            case .resourceVersion: resourceVersion = try reader.readString() ?? ""
            case .token: continueToken = try reader.readString()
            default: try reader.skipValue()
            }
        }
    }
}

/// Reads what a ``FakeObject`` holds.
enum TestContent {
    private enum Field: String, FieldName {
        case spec, number
        static let table = FieldTable<Self>()
    }

    /// The number of an object; what was kept before, or -1, if it can't be read.
    static func decode(_ object: Span<UInt8>, _ header: ObjectHeader, _ previous: Int64?) -> Int64 {
        (try? number(in: object)) ?? previous ?? -1
    }

    private static func number(in object: Span<UInt8>) throws(DecodingFailure) -> Int64? {
        var reader = JSONReader(object)
        reader.start()
        var number: Int64?
        guard var cursor = try reader.beginObject() else { return nil }
        while let field = try reader.nextField(in: &cursor, of: Field.self) {
            guard field == .spec, var spec = try reader.beginObject() else { continue }
            while let field = try reader.nextField(in: &spec, of: Field.self) {
                if field == .number { number = try reader.readInteger() } else { try reader.skipValue() }
            }
        }
        return number
    }
}
