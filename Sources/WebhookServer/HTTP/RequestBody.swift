import NIOCore

/// A request's body as it arrives.
///
/// A body that comes in one piece is that piece. Others are gathered in memory that is taken as bytes arrive: what the header announces
/// is only an upper bound of it, since announcing costs a client nothing.
struct RequestBody: Sendable {
    /// Why a body is not taken further.
    enum Problem: Equatable {
        /// It is larger than a body may be.
        case tooLarge
        /// Its chunks are so small that reading them costs many times what the body does.
        case fragmented
    }

    /// The bytes of a body, in one piece.
    enum Bytes: Sendable {
        /// What came in one read.
        case piece(ByteBuffer)
        /// What came in several.
        case gathered([UInt8])

        /// How many they are.
        var count: Int {
            switch self {
            case .piece(let buffer): buffer.readableBytes
            case .gathered(let array): array.count
            }
        }
    }

    /// How many chunks a body may have, whatever its size.
    static let freeChunkCount = 4_096
    /// The least bytes that chunks beyond those have on average: a chunk costs as much as many bytes, whatever is in it.
    static let leastChunkByteCount = 16
    /// How much more memory is taken than has arrived: pages that nothing was written to cost none, and each growth is a copy.
    private static let growth = 4
    /// The first piece of memory, in bytes, if not announced smaller.
    private static let leastCapacity = 4 << 10

    /// What has arrived.
    private(set) var bytes = Bytes.piece(ByteBuffer())

    /// The most that can come, in bytes.
    private let bound: Int
    private let isChunked: Bool
    /// In how many pieces a chunked body came; each chunk is one at least.
    private var chunkCount = 0

    /// Begins a body.
    ///
    /// - Parameters:
    ///   - announcedByteCount: the `Content-Length`; `nil` for a chunked body.
    ///   - byteLimit: how large it may be.
    init(announcedByteCount: Int?, byteLimit: Int) {
        bound = min(announcedByteCount ?? byteLimit, byteLimit)
        isChunked = announcedByteCount == nil
    }

    /// How many bytes have arrived.
    var count: Int { bytes.count }

    /// Adds a piece, unless the body becomes larger than it may be; returns why the rest is not taken.
    mutating func append(_ part: ByteBuffer) -> Problem? {
        guard count + part.readableBytes <= bound else { return .tooLarge }
        add(part)
        guard isChunked else { return nil }
        chunkCount += 1
        return chunkCount > Self.freeChunkCount + count / Self.leastChunkByteCount ? .fragmented : nil
    }

    private mutating func add(_ part: ByteBuffer) {
        if case .piece(let first) = bytes, first.readableBytes == 0 {
            bytes = .piece(part)
            return
        }
        gather(reserving: count + part.readableBytes)
        guard case .gathered(var array) = bytes else { return }
        // Held by `array` alone meanwhile, so that it grows in place.
        bytes = .gathered([])
        array += part.readableBytesView
        bytes = .gathered(array)
    }

    /// Moves what has arrived out of the buffer of the read, which is larger and is wanted for the next read.
    mutating func detach() {
        if case .piece(let first) = bytes, first.readableBytes > 0 { gather(reserving: first.readableBytes) }
    }

    /// Hands over the bytes, whose memory is free once they are read.
    mutating func takeBytes() -> Bytes {
        let taken = bytes
        bytes = .piece(ByteBuffer())
        return taken
    }

    /// Makes the bytes an array with room for so many.
    private mutating func gather(reserving byteCount: Int) {
        switch bytes {
        case .gathered(let array) where array.capacity >= byteCount: return
        case .gathered(var array):
            bytes = .gathered([])
            array.reserveCapacity(capacity(for: byteCount))
            bytes = .gathered(array)
        case .piece(let piece):
            var array: [UInt8] = []
            array.reserveCapacity(capacity(for: byteCount))
            array += piece.readableBytesView
            bytes = .gathered(array)
        }
    }

    private func capacity(for byteCount: Int) -> Int {
        min(bound, max(byteCount * Self.growth, Self.leastCapacity))
    }
}
