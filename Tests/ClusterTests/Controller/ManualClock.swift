import Synchronization

@testable import Cluster

/// A clock that stands still until a test moves it, with the sleepers that wait for it.
///
/// A class because tasks and the test share it.
final class ManualClock: Sendable {
    private struct Sleeper {
        let number: Int
        let until: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var elapsed = Duration.zero
        var sleepers: [Sleeper] = []
        var count = 0
    }

    private static let start = ContinuousClock.now

    private let state = Mutex(State())
    /// The seconds since 1970-01-01 UTC at the start.
    private let unixStart: Int64

    /// Begins at a time; by default at 2026-11-29T12:00:00Z.
    init(unixStart: Int64 = 1_795_953_600) {
        self.unixStart = unixStart
    }

    /// The time since the start.
    var elapsed: Duration { state.withLock { $0.elapsed } }

    /// The waits in progress, as times since the start, in order.
    var waits: [Duration] { state.withLock { $0.sleepers.map(\.until).sorted() } }

    /// The waits that have begun so far.
    var waitCount: Int { state.withLock { $0.count } }

    /// Moves the clock, and wakes who has waited long enough.
    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.elapsed += duration
            let due = state.sleepers.filter { $0.until <= state.elapsed }
            state.sleepers.removeAll { $0.until <= state.elapsed }
            return due
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Waits for the clock.
    func sleep(_ duration: Duration) async throws {
        guard duration > .zero else { return }
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.sleepers.append(Sleeper(number: number, until: state.elapsed + duration, continuation: continuation))
                    return false
                }
                if isCancelled { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let cancelled = state.withLock { state in
                state.sleepers.firstIndex { $0.number == number }.map { state.sleepers.remove(at: $0) }
            }
            cancelled?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Lets a client use the clock; its random numbers are in the middle.
    func apply(to environment: inout ClientEnvironment) {
        environment.now = { Self.start + self.elapsed }
        environment.sleep = { try await self.sleep($0) }
        environment.unixSeconds = { self.unixStart + self.elapsed.components.seconds }
        environment.random = { 0.5 }
    }
}
