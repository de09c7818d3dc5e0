import Synchronization

/// The connections that wait for the next request.
///
/// A class because all requests of a client share it. Its handler closes each connection that waits for too long.
final class ConnectionPool: Sendable {
    /// The most waiting connections; requests of one client hardly overlap.
    static let limit = 4

    private struct State {
        var waiting: [APIConnection] = []
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Starts without connections.
    init() {}

    /// Takes the connection that was used last, if it has the current settings; closes those with others.
    func take(generation: Int) -> APIConnection? {
        let (taken, outdated) = state.withLock { state in
            let outdated = state.waiting.filter { $0.generation != generation }
            state.waiting.removeAll { $0.generation != generation || !$0.isOpen }
            return (state.waiting.popLast(), outdated)
        }
        for connection in outdated { connection.close() }
        return taken
    }

    /// Keeps a connection for the next request.
    func put(_ connection: APIConnection) {
        let surplus: APIConnection? = state.withLock { state in
            guard !state.isClosed else { return connection }
            state.waiting.append(connection)
            return state.waiting.count > Self.limit ? state.waiting.removeFirst() : nil
        }
        surplus?.close()
    }

    /// Closes all waiting connections, because the server has probably dropped them; later ones are kept.
    func closeWaiting() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
        for connection in waiting { connection.close() }
    }

    /// Closes all waiting connections, and those that would be kept later.
    func close() {
        state.withLock { $0.isClosed = true }
        closeWaiting()
    }
}
