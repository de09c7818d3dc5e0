/// Waits for an effect of another thread.
enum Eventually {
    /// It did not happen.
    struct Never: Error {}

    /// Checks repeatedly, for at most ten seconds.
    static func holds(_ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while !condition() {
            guard ContinuousClock.now < end else { throw Never() }
            await Task.yield()
        }
    }
}
