import NIOCore
import Platform

/// The body of a request as it arrives.
///
/// A body that arrives in one piece is not copied. Others are gathered in memory that grows as bytes arrive; the announced length is only
/// an upper bound, because announcing costs a client nothing.
///
/// The heap keeps small blocks that are freed. In a flood of bodies their memory would be taken twice, by free blocks and by larger bodies.
/// So a body that can outgrow the heap, and each body in a crowd, soon has a mapping, which goes back to the system when it is freed. The
/// pages that a body does not reach cost nothing.
struct RequestBody: Sendable {
    /// Why the rest of a body is refused.
    enum Problem: Equatable {
        /// The body is larger than allowed.
        case tooLarge
        /// The chunks are so small that reading them costs many times as much as the body.
        case fragmented
    }

    /// The bytes of a body, in one piece.
    enum Bytes: Sendable {
        /// A body that came in one read.
        case piece(ByteBuffer)
        /// A body that came in several reads.
        case gathered([UInt8])

        /// The number of bytes.
        var count: Int {
            switch self {
            case .piece(let buffer): buffer.readableBytes
            case .gathered(let array): array.count
            }
        }
    }

    /// The chunks that a body of any size may have.
    static let freeChunkCount = 4_096
    /// The least average length of further chunks, in bytes; each chunk costs as much as many bytes.
    static let leastChunkByteCount = 16
    /// How much more memory is taken than bytes have arrived; each growth copies the body, and untouched pages cost nothing.
    private static let growth = 4
    /// The initial capacity in bytes, unless the announced length is smaller.
    private static let leastCapacity = 4 << 10

    /// The bytes that have arrived.
    private(set) var bytes = Bytes.piece(ByteBuffer())

    /// The most bytes that can arrive.
    private let bound: Int
    private let isChunked: Bool
    /// The pieces of a chunked body; each chunk is at least one piece.
    private var chunkCount = 0

    /// Starts an empty body.
    ///
    /// - Parameters:
    ///   - announcedByteCount: the `Content-Length`; `nil` for a chunked body.
    ///   - byteLimit: the largest length, in bytes.
    init(announcedByteCount: Int?, byteLimit: Int) {
        bound = min(announcedByteCount ?? byteLimit, byteLimit)
        isChunked = announcedByteCount == nil
    }

    /// The number of bytes that have arrived.
    var count: Int { bytes.count }

    /// Adds a piece.
    ///
    /// - Parameters:
    ///   - part: the bytes.
    ///   - isCrowded: whether bodies hold so much that this one needs a mapping.
    /// - Returns: why the rest is refused, `nil` if it is not.
    mutating func append(_ part: ByteBuffer, isCrowded: Bool = false) -> Problem? {
        guard count + part.readableBytes <= bound else { return .tooLarge }
        add(part, isCrowded)
        guard isChunked else { return nil }
        chunkCount += 1
        return chunkCount > Self.freeChunkCount + count / Self.leastChunkByteCount ? .fragmented : nil
    }

    private mutating func add(_ part: ByteBuffer, _ isCrowded: Bool) {
        if case .piece(let first) = bytes, first.readableBytes == 0 {
            bytes = .piece(part)
            return
        }
        gather(reserving: count + part.readableBytes, isCrowded)
        guard case .gathered(var array) = bytes else { return }
        // Only `array` owns the bytes meanwhile, so that they grow in place.
        bytes = .gathered([])
        array += part.readableBytesView
        bytes = .gathered(array)
    }

    /// Moves the bytes out of the read buffer, which is larger and is needed for the next read.
    ///
    /// - Parameter isCrowded: as in ``append(_:isCrowded:)``.
    mutating func detach(isCrowded: Bool = false) {
        if case .piece(let first) = bytes, first.readableBytes > 0 { gather(reserving: first.readableBytes, isCrowded) }
    }

    /// Returns the bytes and keeps no reference, so that their memory is freed once they are read.
    mutating func takeBytes() -> Bytes {
        let taken = bytes
        bytes = .piece(ByteBuffer())
        return taken
    }

    /// Turns the bytes into an array with a capacity.
    private mutating func gather(reserving byteCount: Int, _ isCrowded: Bool) {
        switch bytes {
        case .gathered(let array) where array.capacity >= byteCount: return
        case .gathered(var array):
            bytes = .gathered([])
            array.reserveCapacity(capacity(for: byteCount, isCrowded))
            bytes = .gathered(array)
        case .piece(let piece):
            var array: [UInt8] = []
            array.reserveCapacity(capacity(for: byteCount, isCrowded))
            array += piece.readableBytesView
            bytes = .gathered(array)
        }
    }

    private func capacity(for byteCount: Int, _ isCrowded: Bool) -> Int {
        let grown = max(byteCount * Self.growth, Self.leastCapacity)
        let growsBeyondHeap = bound >= HeapThreshold.mappingByteCount && grown * Self.growth > HeapThreshold.mappingByteCount
        return max(min(bound, grown), isCrowded || growsBeyondHeap ? HeapThreshold.mappingByteCount : 0)
    }
}
