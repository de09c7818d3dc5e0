import Synchronization

/// Notices that a pass was paused, as by SIGSTOP or by a machine that slept.
///
/// After a pause its facts may be outdated: another controller may have seen a different cluster meanwhile. A pass that was paused therefore
/// writes and deletes nothing more, and the next one begins. Each request of a pass ends much sooner than the limit.
/// A class because the reader and the writers of a pass share it.
package final class PassPulse: Sendable {
    private struct State {
        var last: ContinuousClock.Instant
        var isOver = false
    }

    private let limit: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    /// Begins to notice pauses that are longer than a limit.
    package init(limit: Duration, now: @escaping @Sendable () -> ContinuousClock.Instant) {
        self.limit = limit
        self.now = now
        state = Mutex(State(last: now()))
    }

    /// Notes that the pass goes on; returns `false`, from then on always, if it was paused or its task was cancelled.
    package func beat() -> Bool {
        let now = now()
        return state.withLock { state in
            if now - state.last > limit || Task.isCancelled { state.isOver = true }
            state.last = now
            return !state.isOver
        }
    }
}
