/// Waits for what another thread is about to do.
enum Eventually {
    /// It did not happen.
    struct Never: Error {}

    /// Asks again and again, ten seconds at most.
    static func holds(_ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while !condition() {
            guard ContinuousClock.now < end else { throw Never() }
            await Task.yield()
        }
    }
}
