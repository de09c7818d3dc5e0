import NIOCore

/// The plaintext that waits for a flush, in order.
struct PendingWrites {
    /// Plaintext for one call of libssl, and the promise that its delivery keeps.
    struct Chunk {
        /// Up to ``recordByteLimit`` gathered bytes, or up to ``chunkByteLimit`` bytes of one write.
        var bytes: ByteBuffer

        /// Kept when the last of the bytes has gone out; `nil` when nobody asked.
        var promise: EventLoopPromise<Void>?
    }

    /// The plaintext that one TLS record holds, in bytes.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc8446#section-5.1>
    static let recordByteLimit = 1 << 14

    /// The plaintext encrypted at once, in bytes: bounds the memory that a large body takes a second time as ciphertext.
    static let chunkByteLimit = 1 << 18

    private var writes: [Chunk] = []
    private var nextIndex = 0

    /// Adds a write.
    mutating func append(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>?) {
        writes.append(Chunk(bytes: bytes, promise: promise))
    }

    /// Takes the next bytes out: small writes together as long as one record holds them, a large write in parts.
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

    /// Fails what is left.
    mutating func failAll(_ error: any Error) {
        let failed = writes[nextIndex...]
        writes = []
        nextIndex = 0
        for write in failed {
            write.promise?.fail(error)
        }
    }

    /// One promise that stands for both.
    static func joining(_ first: EventLoopPromise<Void>?, _ second: EventLoopPromise<Void>?) -> EventLoopPromise<Void>? {
        guard let first else { return second }
        first.futureResult.cascade(to: second)
        return first
    }

    /// Takes the next write, or its first bytes without its promise when it has more than a limit.
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
