/// Says how long to wait after a failure: a value without a clock.
struct Backoff: Sendable {
    /// A point in time.
    typealias Instant = ContinuousClock.Instant

    private let timings: ReflectorTimings
    /// The failures since everything was well for long enough.
    private(set) var failureCount = 0
    /// Since when everything is well; `nil` after a failure.
    private var healthySince: Instant?

    /// Starts without failures.
    init(_ timings: ReflectorTimings) {
        self.timings = timings
    }

    /// Counts a success; the failures are forgotten when no other follows for a while.
    mutating func succeed(at now: Instant) {
        if healthySince == nil { healthySince = now }
    }

    /// Counts a failure, and returns how long to wait.
    ///
    /// - Parameters:
    ///   - now: when it happened.
    ///   - retryAfter: the wait that the server asked for; it comes before all else, up to a limit.
    ///   - random: spreads the clients of a server that fails.
    /// - Returns: the wait; see ``ReflectorTimings`` for its bounds.
    mutating func fail(at now: Instant, retryAfter: Duration?, using random: inout some RandomNumberGenerator) -> Duration {
        if let healthySince, now - healthySince >= timings.backoffReset { failureCount = 0 }
        healthySince = nil
        failureCount += 1
        if let retryAfter, retryAfter > .zero {
            return min(retryAfter, timings.retryAfterLimit) + timings.retryAfterJitter * Double.random(in: 0...1, using: &random)
        }
        return wait(after: failureCount, using: &random)
    }

    /// The wait after a number of failures: between a tenth of a ceiling and the ceiling, which doubles up to its limit.
    ///
    /// With the lower bound no sequence of random numbers makes the requests follow each other without a pause.
    func wait(after count: Int, using random: inout some RandomNumberGenerator) -> Duration {
        var ceiling = timings.backoffBase
        for _ in 1..<max(1, min(count, 32)) where ceiling < timings.backoffLimit { ceiling *= 2 }
        return min(ceiling, timings.backoffLimit) * Double.random(in: 0.1...1, using: &random)
    }
}
