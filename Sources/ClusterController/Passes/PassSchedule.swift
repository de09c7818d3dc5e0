/// Decides when the next pass begins: a value without a clock.
struct PassSchedule: Sendable {
    /// A point in time.
    typealias Instant = ContinuousClock.Instant

    /// The present time by both clocks.
    struct Time: Sendable {
        /// The time for waits.
        let now: Instant
        /// The seconds since 1970-01-01 UTC.
        let unixSeconds: Int64
    }

    private static let daySeconds: Int64 = 86_400

    private let timings: PassTimings
    /// When the next pass begins at the latest.
    private var due: Instant
    /// When a pass begins because policies have changed; `nil` if none has since the last pass began.
    private var changeDue: Instant?
    /// When a pass begins because of another day.
    private var dayDue: Instant
    /// When the last pass began; `nil` before the first one.
    private var begunAt: Instant?
    /// The failed passes since the last one that was not.
    private(set) var failureCount = 0
    /// Whether a pass is in progress.
    private(set) var isRunning = false

    /// Begins with a pass at once; `random` is a number from 0 up to 1.
    init(_ timings: PassTimings, at time: Time, random: Double) {
        self.timings = timings
        due = time.now
        dayDue = time.now
        dayDue = midnight(after: time, random: random)
    }

    /// When ``begin(at:random:)`` is to be called; `nil` while a pass is in progress.
    var deadline: Instant? {
        guard !isRunning else { return nil }
        let earliest = changeDue.map { change in max(change, begunAt.map { $0 + timings.shortestCycle } ?? change) }
        return min(earliest ?? due, due, dayDue)
    }

    /// Begins a pass if it is time; returns whether it is.
    mutating func begin(at time: Time, random: Double) -> Bool {
        guard let deadline, deadline <= time.now else { return false }
        isRunning = true
        begunAt = time.now
        changeDue = nil
        // A pass on either side of midnight decides by its own day, so the next midnight is that after its beginning.
        dayDue = midnight(after: time, random: random)
        return true
    }

    /// Notes that policies have changed; further changes until the pass begins do not delay it.
    mutating func policiesChanged(at now: Instant) {
        if changeDue == nil { changeDue = now + timings.settling }
    }

    /// Notes that a pass could not begin, because the policies are not known yet.
    mutating func postpone(at now: Instant) {
        isRunning = false
        begunAt = nil
        due = now + timings.readinessWait
    }

    /// Notes the end of a pass, and plans the next one; `random` is a number from 0 up to 1.
    mutating func end(failed: Bool, at now: Instant, random: Double) {
        isRunning = false
        failureCount = failed ? failureCount + 1 : 0
        due = now + (failed ? backoff(random: random) : timings.interval * (1 + timings.intervalJitter * (2 * random - 1)))
    }

    /// The wait after failures: between half of a ceiling and the ceiling, which doubles up to its limit.
    private func backoff(random: Double) -> Duration {
        var ceiling = timings.backoffBase
        for _ in 1..<max(1, min(failureCount, 32)) where ceiling < timings.backoffLimit { ceiling *= 2 }
        return min(ceiling, timings.backoffLimit, timings.interval) * (0.5 + random / 2)
    }

    /// A time soon after the next midnight in UTC.
    private func midnight(after time: Time, random: Double) -> Instant {
        let passed = ((time.unixSeconds % Self.daySeconds) + Self.daySeconds) % Self.daySeconds
        return time.now + .seconds(Self.daySeconds - passed) + timings.midnightSpread * random
    }
}
