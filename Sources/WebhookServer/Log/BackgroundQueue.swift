import NIOCore
import NIOPosix
import Synchronization

/// A queue that a dedicated thread empties, so that nobody who adds to it waits.
///
/// Its owner says what waits, how much may wait, and how the thread empties the queue. A class because it owns the thread. Call
/// ``close(waitingUpTo:beforeWaiting:)`` before the last reference goes.
final class BackgroundQueue<Content: Sendable>: Sendable {
    /// The result of an addition.
    enum Addition {
        /// Nothing was added.
        case refused
        /// Something was added, and the thread is already awake.
        case added
        /// Something was added, and the thread has to be woken with ``BackgroundQueue/run(_:)``.
        case addedFirst
    }

    private struct State {
        var content: Content
        /// Whether the thread empties the queue, or is about to.
        var isAwaited = false
        var closesAt: NIODeadline?
    }

    private let state: Mutex<State>
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// Starts the thread.
    init(_ content: Content) {
        state = Mutex(State(content: content))
        thread.start()
    }

    /// Adds something; `add` returns whether there is room.
    ///
    /// It is not called once the queue closes.
    func add(_ add: (inout Content) -> Bool) -> Addition {
        state.withLock { state in
            guard state.closesAt == nil, add(&state.content) else { return .refused }
            defer { state.isAwaited = true }
            return state.isAwaited ? .added : .addedFirst
        }
    }

    /// Wakes the thread to empty the queue.
    func run(_ work: @escaping @Sendable () -> Void) {
        thread.submit { _ in work() }
    }

    /// Takes what waits; after `nil` the next addition has to wake the thread.
    func take<Taken: Sendable>(_ take: (inout Content) -> Taken?) -> Taken? {
        state.withLock { state in
            let taken = take(&state.content)
            state.isAwaited = taken != nil
            return taken
        }
    }

    /// Reads or changes what waits.
    func withContent<Result: Sendable>(_ body: (inout Content) -> Result) -> Result {
        state.withLock { body(&$0.content) }
    }

    /// Whether the time to empty the closed queue is over.
    var isOutOfTime: Bool {
        guard let closesAt = state.withLock({ $0.closesAt }) else { return false }
        return closesAt <= .now()
    }

    /// Closes the queue, lets the thread empty it, and ends the thread.
    ///
    /// - Parameters:
    ///   - duration: the most time for that; the thread checks ``isOutOfTime``.
    ///   - beforeWaiting: called when nothing can be added any more.
    func close(waitingUpTo duration: Duration, beforeWaiting: @Sendable () -> Void = {}) async {
        state.withLock { $0.closesAt = .now() + TimeAmount(duration) }
        beforeWaiting()
        // A stopped pool runs queued work on another thread, and nobody waits for it; so wait here first.
        try? await thread.runIfActive {}
        try? await thread.shutdownGracefully()
    }
}
