import Cluster
import KubernetesAPI

extension LineSplitter {
    /// Takes a chunk, and returns the lines that it ends.
    mutating func lines(in chunk: [UInt8]) -> [ReceivedText] {
        var lines: [ReceivedText] = []
        consume(chunk.span) { lines.append($0) }
        return lines
    }
}

/// The page of a list, read at once.
struct TestPage {
    /// The objects.
    let objects: [ReceivedText]
    /// The members beside them.
    let facts: ListFacts

    /// Reads a whole page; throws if it is not one.
    init(reading body: [UInt8]) throws(DecodingFailure) {
        var splitter = ListSplitter()
        var objects: [ReceivedText] = []
        try splitter.consume(body.span) { objects.append($0) }
        facts = try splitter.finish()
        self.objects = objects
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
