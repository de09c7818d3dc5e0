import NIOCore
import Synchronization

/// A page that takes long to make, so in a flood of requests most get the last one again.
///
/// Making pages may take a fifth of the time, and 100 ms at once, which is dozens of pages. After that, the last one is repeated until there is
/// time for another. The thread of the plain port also answers probes, and a page with hundreds of Namespaces takes far longer than a probe.
///
/// A class because all requests share the time.
final class RepeatedPage: Sendable {
    /// The time that making may take at once, in nanoseconds.
    private static let burst: Int64 = 100_000_000
    /// Making may take one in so many parts of the time.
    private static let share: Int64 = 5

    private struct State {
        var page: [UInt8]?
        var left = RepeatedPage.burst
        var time: NIODeadline?
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> NIODeadline

    /// Starts without a page; `now` tells the time.
    init(now: @escaping @Sendable () -> NIODeadline = { .now() }) {
        self.now = now
    }

    /// A new page, or the last one.
    func page(_ make: () -> [UInt8]) -> [UInt8] {
        let start = now()
        let last = state.withLock { state -> [UInt8]? in
            if let time = state.time { state.left = min(Self.burst, state.left + (start - time).nanoseconds / Self.share) }
            state.time = start
            return state.left > 0 ? nil : state.page
        }
        if let last { return last }
        let page = make()
        let taken = (now() - start).nanoseconds
        state.withLock { state in
            state.page = page
            state.left -= taken
        }
        return page
    }
}
