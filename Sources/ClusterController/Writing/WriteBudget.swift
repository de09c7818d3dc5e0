import Synchronization

/// The pace at which a process writes into a cluster: a value without a clock.
///
/// No second, wherever it begins, has more writes than the limit. After a rest that many may follow each other at once.
struct WritePace: Sendable {
    /// A point in time.
    typealias Instant = ContinuousClock.Instant

    private static let period = Duration.seconds(1)

    /// The times of the last writes, as many as the limit, in a ring.
    private var times: [Instant?]
    /// The place of the oldest time.
    private var oldest = 0

    /// A pace without writes so far; `limit` is the most writes of a second, at least one.
    init(limit: Int) {
        times = Array(repeating: nil, count: max(1, limit))
    }

    /// Gives the next write its time, and returns how long to wait until then.
    mutating func wait(at now: Instant) -> Duration {
        let time = times[oldest].map { max($0 + Self.period, now) } ?? now
        times[oldest] = time
        oldest = (oldest + 1) % times.count
        return time - now
    }
}

/// The right to write, which all writers of a process share so that together they keep the pace.
///
/// A class because its state is shared.
package final class WriteBudget: Sendable {
    /// The most writes of a second unless said otherwise.
    package static let standardLimit = 20

    private let pace: Mutex<WritePace>
    /// The time.
    let now: @Sendable () -> ContinuousClock.Instant
    private let sleep: @Sendable (Duration) async throws -> Void

    /// A budget of writes.
    ///
    /// - Parameters:
    ///   - limit: the most writes of a second.
    ///   - now: the time.
    ///   - sleep: waits; throws if the task is cancelled.
    package init(
        limit: Int = standardLimit,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        pace = Mutex(WritePace(limit: limit))
        self.now = now
        self.sleep = sleep
    }

    /// Waits until a write may be sent; `false` if the task was cancelled, so that nothing may be sent.
    package func take() async -> Bool {
        let now = now()
        return await pause(pace.withLock { $0.wait(at: now) })
    }

    /// Waits by the clock of the budget; `false` if the task was cancelled.
    func pause(_ duration: Duration) async -> Bool {
        if duration > .zero { try? await sleep(duration) }
        return !Task.isCancelled
    }
}
