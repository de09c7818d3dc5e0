import NIOCore
import Synchronization

/// A page that is made anew for each request, unless requests come so often that making it would keep the thread from others.
///
/// Making may take a fifth of the time, and 100 ms at once, which is dozens of pages. After that the last page is repeated until there is time
/// for another. The thread of the plain port also answers probes, and a page with hundreds of Namespaces takes many times as long as a probe.
///
/// A class because all requests share the time.
final class RepeatedPage: Sendable {
    /// The time that making may take at once, in nanoseconds.
    static let burst: Int64 = 100_000_000
    /// The part of the time that making may take.
    static let share: Int64 = 5

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
