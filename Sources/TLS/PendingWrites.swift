import NIOCore

/// The plaintext that waits for a flush, in order.
struct PendingWrites {
    /// Plaintext for one call of libssl, with its promise.
    struct Chunk {
        /// Up to ``recordByteLimit`` gathered bytes, or up to ``chunkByteLimit`` bytes of one write.
        var bytes: ByteBuffer

        /// Kept when the last byte has left; `nil` if nobody waits for it.
        var promise: EventLoopPromise<Void>?
    }

    /// The plaintext that one TLS record holds, in bytes.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
    static let recordByteLimit = 1 << 14

    /// The most plaintext that is encrypted at once, in bytes; bounds the extra memory for the ciphertext of a large body.
    static let chunkByteLimit = 1 << 18

    private var writes: [Chunk] = []
    private var nextIndex = 0

    /// Adds a write.
    mutating func append(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>?) {
        writes.append(Chunk(bytes: bytes, promise: promise))
    }

    /// Removes the next bytes: small writes together while they fit into one record, a large write in parts.
    mutating func next() -> Chunk? {
        guard nextIndex < writes.count else {
            writes.removeAll(keepingCapacity: true)
            nextIndex = 0
            return nil
        }
        var chunk = take(atMost: Self.chunkByteLimit)
        while nextIndex < writes.count, chunk.bytes.readableBytes < Self.recordByteLimit {
            var following = take(atMost: Self.recordByteLimit - chunk.bytes.readableBytes)
            chunk.bytes.writeBuffer(&following.bytes)
            chunk.promise = Self.joining(chunk.promise, following.promise)
        }
        return chunk
    }

    /// Fails all remaining writes.
    mutating func failAll(_ error: any Error) {
        let failed = writes[nextIndex...]
        writes = []
        nextIndex = 0
        for write in failed {
            write.promise?.fail(error)
        }
    }

    /// Joins two promises into one.
    static func joining(_ first: EventLoopPromise<Void>?, _ second: EventLoopPromise<Void>?) -> EventLoopPromise<Void>? {
        guard let first else { return second }
        first.futureResult.cascade(to: second)
        return first
    }

    /// Takes the next write; if it is longer than the limit, takes its first bytes without its promise.
    private mutating func take(atMost byteLimit: Int) -> Chunk {
        guard writes[nextIndex].bytes.readableBytes > byteLimit, let part = writes[nextIndex].bytes.readSlice(length: byteLimit) else {
            let whole = writes[nextIndex]
            writes[nextIndex] = Chunk(bytes: ByteBuffer(), promise: nil)
            nextIndex += 1
            return whole
        }
        return Chunk(bytes: part, promise: nil)
    }
}
