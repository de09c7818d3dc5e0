import Platform
import Synchronization

/// A line on the terminal with the number of objects that an audit has read; it disappears at the end.
///
/// A class because the thread that reads and the command share it.
final class AuditProgress: Sendable {
    private static let delay = Duration.seconds(1)
    private static let interval = Duration.milliseconds(100)

    private struct State {
        var nextTime = ContinuousClock.now + AuditProgress.delay
        var hasLine = false
    }

    private let isShown = StandardStream.error.isTerminal
    private let state = Mutex(State())

    /// Shows a number if it is time.
    func show(_ objects: Int) {
        guard isShown else { return }
        state.withLock { state in
            guard ContinuousClock.now >= state.nextTime else { return }
            state.nextTime = ContinuousClock.now + Self.interval
            state.hasLine = true
            StandardStream.error.write("\r\u{1B}[Kread \(objects) objects")
        }
    }

    /// Removes the line.
    func clear() {
        state.withLock { state in
            guard state.hasLine else { return }
            state.hasLine = false
            StandardStream.error.write("\r\u{1B}[K")
        }
    }
}
