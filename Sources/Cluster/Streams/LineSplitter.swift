import KubernetesAPI

/// Finds the lines in the chunks of a watch.
///
/// Chunks end anywhere; only a line feed ends an event. Bytes behind the last line feed are no event, because the stream was cut.
package struct LineSplitter: Sendable {
    /// The bytes that an event adds to its object.
    private static let envelopeByteLimit = 64

    private var line: BoundedBytes

    /// Starts before the first byte; `objectByteLimit` is the largest object of an event, in bytes.
    package init(objectByteLimit: Int = ReceivedText.byteLimit) {
        line = BoundedBytes(limit: objectByteLimit + Self.envelopeByteLimit)
    }

    /// Takes the next chunk, and gives out each line that it ends, without the line feed.
    package mutating func consume<Failure>(
        _ bytes: Span<UInt8>,
        giving use: (ReceivedText) throws(Failure) -> Void
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

    private mutating func giveLine<Failure>(to use: (ReceivedText) throws(Failure) -> Void) throws(Failure) {
        let text = line.take()
        // An empty line is no event.
        if text.isCut || !text.bytes.allSatisfy(JSONWhitespace.contains) { try use(text) }
    }
}
