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
    }

    /// What has arrived.
    private(set) var bytes = ByteBuffer()
    /// What is counted in the gauge for it, in bytes.
    private(set) var reservedByteCount = 0

    private let announcedByteCount: Int?
    private let byteLimit: Int
    private let largeByteCount: Int

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
    var isLarge: Bool { bytes.readableBytes > largeByteCount }

    /// Adds a piece.
    mutating func append(_ part: ByteBuffer, gauge: LoadGauge) throws(Refusal) {
        let byteCount = bytes.readableBytes + part.readableBytes
        guard byteCount <= byteLimit else { throw .tooLarge }
        try reserve(byteCount, in: gauge)
        guard bytes.readableBytes > 0 else {
            bytes = part
            return
        }
        if !isGathering { gather() }
        bytes.writeImmutableBuffer(part)
    }

    /// Gives back its room.
    mutating func release(to gauge: LoadGauge) {
        gauge.release(reservedByteCount)
        reservedByteCount = 0
    }

    private var isGathering = false

    /// Moves the first piece, which lies in the connection's read buffer, to memory of the body's own.
    private mutating func gather() {
        isGathering = true
        var gathered = ByteBufferAllocator().buffer(capacity: min(announcedByteCount ?? 0, byteLimit))
        gathered.writeImmutableBuffer(bytes)
        bytes = gathered
    }

    private mutating func reserve(_ byteCount: Int, in gauge: LoadGauge) throws(Refusal) {
        let missing = byteCount - reservedByteCount
        guard missing > 0 else { return }
        guard gauge.reserve(missing, isLarge: byteCount > largeByteCount) else { throw .overBudget }
        reservedByteCount = byteCount
    }
}
