import NIOCore

/// A request's body as it arrives, gathered once.
///
/// A body that comes in one piece is that piece; for others memory is taken once, as much as the header announces.
struct RequestBody: Sendable {
    /// Why a body is not taken.
    enum Refusal: Error, Equatable {
        /// It is larger than a body may be.
        case tooLarge
        /// All bodies together are larger than they may be.
        case overBudget
        /// Its chunks are so small that reading them costs many times what the body does.
        case fragmented
    }

    /// The bytes of a body, in one piece.
    enum Bytes: Sendable {
        /// What came in one read.
        case piece(ByteBuffer)
        /// What came in several, in memory no larger than the header announced; a `ByteBuffer` would round it up to a power of two.
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

    /// What has arrived.
    private(set) var bytes = Bytes.piece(ByteBuffer())
    /// What is counted in the gauge for it, in bytes.
    private(set) var reservedByteCount = 0

    private let announcedByteCount: Int?
    private let byteLimit: Int
    private let largeByteCount: Int
    /// In how many pieces a chunked body came; each chunk is one at least.
    private var chunkCount = 0

    /// Begins a body; a large one takes its room at once.
    ///
    /// - Parameters:
    ///   - announcedByteCount: the `Content-Length`; `nil` for a chunked body.
    ///   - limits: how large it may be.
    ///   - gauge: where it is counted, until ``release(to:)``.
    /// - Throws: a refusal of a large body, after which nothing is counted.
    init(announcedByteCount: Int?, limits: WebhookServer.Limits, gauge: LoadGauge) throws(Refusal) {
        self.announcedByteCount = announcedByteCount
        byteLimit = limits.bodyByteLimit
        largeByteCount = limits.largeBodyByteCount
        guard let announcedByteCount, announcedByteCount > largeByteCount else { return }
        guard announcedByteCount <= byteLimit else { throw .tooLarge }
        try reserve(announcedByteCount, in: gauge)
    }

    /// Whether the body is to be decided away from the event loop.
    var isLarge: Bool { bytes.count > largeByteCount }

    /// Adds a piece.
    mutating func append(_ part: ByteBuffer, gauge: LoadGauge) throws(Refusal) {
        let byteCount = bytes.count + part.readableBytes
        guard byteCount <= byteLimit else { throw .tooLarge }
        if announcedByteCount == nil {
            chunkCount += 1
            guard chunkCount <= Self.freeChunkCount + byteCount / Self.leastChunkByteCount else { throw .fragmented }
        }
        try reserve(byteCount, in: gauge)
        switch bytes {
        case .piece(let first) where first.readableBytes == 0: bytes = .piece(part)
        case .piece(let first):
            var array: [UInt8] = []
            array.reserveCapacity(max(byteCount, min(announcedByteCount ?? 0, byteLimit)))
            array += first.readableBytesView
            array += part.readableBytesView
            bytes = .gathered(array)
        case .gathered(var array):
            // Held by `array` alone meanwhile, so that it grows in place.
            bytes = .gathered([])
            array += part.readableBytesView
            bytes = .gathered(array)
        }
    }

    /// Hands over the bytes, whose memory is free once they are read; their room is given back with ``release(to:)``.
    mutating func takeBytes() -> Bytes {
        let taken = bytes
        bytes = .piece(ByteBuffer())
        return taken
    }

    /// Gives back its room.
    mutating func release(to gauge: LoadGauge) {
        gauge.release(reservedByteCount)
        reservedByteCount = 0
    }

    private mutating func reserve(_ byteCount: Int, in gauge: LoadGauge) throws(Refusal) {
        let missing = byteCount - reservedByteCount
        guard missing > 0 else { return }
        guard gauge.reserve(missing, isLarge: byteCount > largeByteCount) else { throw .overBudget }
        reservedByteCount = byteCount
    }
}
