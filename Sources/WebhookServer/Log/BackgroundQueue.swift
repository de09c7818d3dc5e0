import NIOCore
import NIOPosix
import Synchronization

/// A queue that a dedicated thread empties, so that nobody who adds to it waits.
///
/// Its owner says what waits, how much of it may, and how the thread empties it. A class because it owns the thread;
/// ``close(waitingUpTo:beforeWaiting:)`` has to be called before it is let go.
final class BackgroundQueue<Content: Sendable>: Sendable {
    /// What became of an addition.
    enum Addition {
        /// Nothing was added.
        case refused
        /// It was added, and the thread knows that something waits.
        case added
        /// It was added, and the thread has to be told with ``BackgroundQueue/run(_:)``.
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

    /// Adds something; `add` returns whether there is room for it, and is not called once the queue closes.
    func add(_ add: (inout Content) -> Bool) -> Addition {
        state.withLock { state in
            guard state.closesAt == nil, add(&state.content) else { return .refused }
            defer { state.isAwaited = true }
            return state.isAwaited ? .added : .addedFirst
        }
    }

    /// Runs on the thread what empties the queue.
    func run(_ work: @escaping @Sendable () -> Void) {
        thread.submit { _ in work() }
    }

    /// Takes what waits; `nil` when there is nothing, after which the next addition is a first one.
    func take<Taken: Sendable>(_ take: (inout Content) -> Taken?) -> Taken? {
        state.withLock { state in
            let taken = take(&state.content)
            state.isAwaited = taken != nil
            return taken
        }
    }

    /// Looks at what waits, or changes it.
    func withContent<Result: Sendable>(_ body: (inout Content) -> Result) -> Result {
        state.withLock { body(&$0.content) }
    }

    /// Whether the time is over that the thread has for what waited when the queue was closed.
    var isOutOfTime: Bool {
        guard let closesAt = state.withLock({ $0.closesAt }) else { return false }
        return closesAt <= .now()
    }

    /// Lets the thread empty the queue, for as long as it may take, and ends it; nothing can be added any more.
    ///
    /// - Parameters:
    ///   - duration: how long that may take; the thread looks at ``isOutOfTime``.
    ///   - beforeWaiting: called once nothing can be added.
    func close(waitingUpTo duration: Duration, beforeWaiting: @Sendable () -> Void = {}) async {
        state.withLock { $0.closesAt = .now() + TimeAmount(duration) }
        beforeWaiting()
        // What is queued for the thread when it is stopped would run elsewhere, and nobody would wait for it.
        try? await thread.runIfActive {}
        try? await thread.shutdownGracefully()
    }
}
