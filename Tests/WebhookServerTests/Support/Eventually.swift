/// Waits for an effect of another thread.
enum Eventually {
    /// It did not happen.
    struct Never: Error {}

    /// Checks repeatedly, for at most ten seconds or another limit.
    static func holds(within limit: Duration = .seconds(10), _ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while !condition() {
            guard ContinuousClock.now < end else { throw Never() }
            await Task.yield()
        }
    }
}
