/// Finds the lines in the chunks of a watch.
///
/// Chunks end anywhere; only a line feed ends an event. What stands behind the last one is no event, because the stream was cut.
package struct LineSplitter: Sendable {
    /// What an event adds to its object, in bytes.
    private static let envelopeByteLimit = 64

    private var line: BoundedBytes

    /// Starts before the first byte; `objectByteLimit` is the largest object of an event, in bytes.
    package init(objectByteLimit: Int = StreamedObject.byteLimit) {
        line = BoundedBytes(limit: objectByteLimit + Self.envelopeByteLimit)
    }

    /// Takes the next chunk, and gives out each line that it ends, without the line feed.
    package mutating func consume<Failure>(
        _ bytes: Span<UInt8>,
        giving use: (StreamedObject) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            line.append(bytes, start..<index)
            start = index + 1
            try giveLine(to: use)
        }
        line.append(bytes, start..<bytes.count)
    }

    /// The bytes behind the last line feed.
    package var pendingByteCount: Int { line.count }

    private mutating func giveLine<Failure>(to use: (StreamedObject) throws(Failure) -> Void) throws(Failure) {
        let (isCut, count) = (line.isCut, line.count)
        let bytes = line.take()
        if isCut { return try use(.tooLarge(LargeObject(beginning: bytes, byteCount: count))) }
        // An empty line is no event.
        if !bytes.allSatisfy(JSONWhitespace.contains) { try use(.whole(bytes)) }
    }
}
