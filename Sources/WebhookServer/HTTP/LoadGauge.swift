import Synchronization

/// How much all connections of a port hold at the moment, and whether one more fits.
///
/// A class because all event loops count into it.
///
/// How bodies are counted: a large body is counted whole when its header announces it, so that of many that come at once those that fit
/// are served and the rest is told at once to come again. All others are counted as their bytes arrive: an announcement alone takes
/// nothing from anybody. Large bodies may take three quarters; the last quarter is for ordinary ones, which therefore get through when
/// many large ones come, or stall.
final class LoadGauge: Sendable {
    private let maxInFlight: Int
    private let maxBufferedBytes: Int
    private let maxLargeBytes: Int
    private let inFlightCount = Atomic<Int>(0)
    private let bufferedByteCount = Atomic<Int>(0)

    /// Begins with nothing held.
    init(limits: WebhookServer.Limits) {
        maxInFlight = limits.maxInFlight
        maxBufferedBytes = limits.maxBufferedBytes
        // One body at least, of whatever size may come.
        maxLargeBytes = min(maxBufferedBytes, max(maxBufferedBytes / 4 * 3, limits.bodyByteLimit))
    }

    /// Requests begun and not yet answered.
    var inFlight: Int { inFlightCount.load(ordering: .relaxed) }

    /// Bytes of bodies held or promised.
    var bufferedBytes: Int { bufferedByteCount.load(ordering: .relaxed) }

    /// Takes a place for one request, to be given back with ``endRequest()``; tells whether there was one.
    func beginRequest() -> Bool {
        Self.add(1, to: inFlightCount, upTo: maxInFlight)
    }

    /// Gives back a request's place.
    func endRequest() {
        inFlightCount.subtract(1, ordering: .relaxed)
    }

    /// Takes room for a body's bytes, to be given back with ``release(_:)``; tells whether there was room.
    func reserve(_ byteCount: Int, isLarge: Bool) -> Bool {
        Self.add(byteCount, to: bufferedByteCount, upTo: isLarge ? maxLargeBytes : maxBufferedBytes)
    }

    /// Gives back room.
    func release(_ byteCount: Int) {
        bufferedByteCount.subtract(byteCount, ordering: .relaxed)
    }

    private static func add(_ amount: Int, to total: borrowing Atomic<Int>, upTo limit: Int) -> Bool {
        guard total.add(amount, ordering: .relaxed).newValue > limit else { return true }
        total.subtract(amount, ordering: .relaxed)
        return false
    }
}
