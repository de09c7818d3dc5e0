import NIOCore
import Synchronization

/// The open connections of one port, so that they can be told to end and waited for.
///
/// A class because all event loops use it; one lock when a connection begins and one when it ends.
final class ConnectionRegistry: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var allClosed: EventLoopPromise<Void>?
    }

    private let state = Mutex(State())

    /// Open connections.
    var count: Int { state.withLock { $0.channels.count } }

    /// Keeps a connection until it is closed; tells one that comes late to end.
    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isLate = state.withLock { state in
            state.channels[id] = channel
            return state.allClosed != nil
        }
        channel.closeFuture.whenComplete { _ in self.remove(id) }
        if isLate { channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.draining) } }
    }

    /// Tells all connections to end.
    ///
    /// - Parameter eventLoop: where the returned future is kept; called once.
    /// - Returns: what is kept when no connection is left.
    func drain(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let allClosed = eventLoop.makePromise(of: Void.self)
        let channels = state.withLock { state in
            state.allClosed = allClosed
            return Array(state.channels.values)
        }
        for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.draining) }
        if channels.isEmpty { allClosed.succeed() }
        return allClosed.futureResult
    }

    /// Closes what is left, whatever it does.
    func closeAll() {
        // Twice: the first close waits for the client to take what was sent.
        for channel in state.withLock({ Array($0.channels.values) }) {
            channel.close(promise: nil)
            channel.close(promise: nil)
        }
    }

    private func remove(_ id: ObjectIdentifier) {
        let allClosed = state.withLock { state -> EventLoopPromise<Void>? in
            state.channels[id] = nil
            return state.channels.isEmpty ? state.allClosed : nil
        }
        allClosed?.succeed()
    }
}
