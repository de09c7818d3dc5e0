/// A message while it is put together from its pieces.
///
/// A string asks with each piece whether it is still its own and where its characters begin; for the two dozen pieces of a message the
/// bytes are quicker.
struct MessageText {
    private var bytes: [UInt8] = []

    /// An empty message, with room for as many bytes as it will probably have.
    init(reservingCapacity capacity: Int = 128) {
        bytes.reserveCapacity(capacity)
    }

    /// The number of bytes so far.
    var byteCount: Int { bytes.count }

    /// The message so far.
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Puts a piece behind the others.
    @inline(never)
    static func += (text: inout Self, piece: String) {
        let span = piece.utf8.span
        text.bytes.append(addingCapacity: span.count) { output in
            for index in span.indices { output.append(span[index]) }
        }
    }
}
