import NIOCore
import Synchronization

/// The open connections of one port: limits their number, closes one to make room for another, and ends all.
///
/// A class because all event loops use it; takes one lock when a connection begins and one when it ends.
final class ConnectionRegistry: Sendable {
    /// A connection, and how long it has been idle.
    ///
    /// A class because its event loop writes the times that others read to find the connection to close.
    final class Entry: Sendable {
        fileprivate let channel: any Channel
        /// The time of acceptance, or of the last answer with ``served`` set, so that connections without an answer are older.
        private let age: Atomic<UInt64>
        /// When the request that is arriving began; 0 without one.
        private let arrivalStart = Atomic<UInt64>(0)

        private static let served: UInt64 = 1 << 62

        fileprivate init(_ channel: any Channel, acceptedAt now: NIODeadline) {
            self.channel = channel
            age = Atomic(UInt64(now.uptimeNanoseconds))
        }

        /// Marks the connection as in use, so that it is not closed for another: a request is complete, or its body is the exclusive one.
        func beginUse() {
            age.store(OldestFirst.inUse, ordering: .relaxed)
        }

        /// Marks the connection as idle: it waits for its next request.
        func endUse(at now: NIODeadline) {
            age.store(Self.served | UInt64(now.uptimeNanoseconds), ordering: .relaxed)
        }

        /// Notes when the request that is arriving began; `nil` without one.
        func noteArrival(since start: NIODeadline?) {
            arrivalStart.store(start.map { UInt64($0.uptimeNanoseconds) } ?? 0, ordering: .relaxed)
        }

        fileprivate var currentAge: UInt64 { age.load(ordering: .relaxed) }

        /// When the request that is arriving began; `nil` without one, during the first request, and while a request is complete.
        fileprivate var arrival: UInt64? {
            let (age, start) = (currentAge, arrivalStart.load(ordering: .relaxed))
            return age == OldestFirst.inUse || age & Self.served == 0 || start == 0 ? nil : start
        }
    }

    /// All connections have a complete request, and there is no room for another.
    struct Full: Error {}

    private struct State {
        var entries: [Int: Entry] = [:]
        var oldest = OldestFirst()
        var nextID = 0
        var allClosed: EventLoopPromise<Void>?
    }

    private let limit: Int
    private let arrivalTime: TimeAmount
    private let closures: ClosureCounts
    private let state = Mutex(State())

    /// Starts without connections.
    ///
    /// - Parameters:
    ///   - limit: the most connections.
    ///   - arrivalTime: how long a request that is arriving keeps its connection in use.
    ///   - closures: counts connections that are closed to make room.
    init(limit: Int = .max, arrivalTime: Duration = HTTPLimits().arrivalTime, closures: ClosureCounts = ClosureCounts()) {
        self.limit = limit
        self.arrivalTime = TimeAmount(arrivalTime)
        self.closures = closures
    }

    /// Open connections.
    var count: Int { state.withLock { $0.entries.count } }

    /// Keeps a connection until it is closed; while the server ends, tells it to end as well.
    ///
    /// If there are too many, closes one: the oldest that never sent a whole request, else the one that has been idle longest, else the one
    /// whose request has been arriving for longest.
    /// - Throws: ``Full`` when all have a complete request.
    func add(_ channel: any Channel, at now: NIODeadline) throws(Full) -> Entry {
        let entry = Entry(channel, acceptedAt: now)
        let (id, loser, isLate) = try state.withLock { state throws(Full) -> (Int, Entry?, Bool) in
            var loser: Entry?
            if state.entries.count >= limit {
                guard let id = chooseLoser(&state, at: now) else { throw Full() }
                loser = state.entries.removeValue(forKey: id)
            }
            state.nextID += 1
            state.entries[state.nextID] = entry
            state.oldest.insert(state.nextID, age: entry.currentAge, live: state.entries.count) { [entries = state.entries] id in
                entries[id] != nil
            }
            return (state.nextID, loser, state.allClosed != nil)
        }
        channel.closeFuture.whenComplete { _ in self.remove(id) }
        if let loser {
            closures.count(.connectionLimit)
            Self.close(loser.channel)
        }
        if isLate { channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.draining) } }
        return entry
    }

    /// Chooses the connection that gives way to another one; `nil` if all have a complete request.
    ///
    /// A request that is arriving keeps its connection in use for a short time only, and only while another one is idle. So clients that
    /// send their requests byte by byte keep nobody out.
    private func chooseLoser(_ state: inout State, at now: NIODeadline) -> Int? {
        let entries = state.entries
        let idle = state.oldest.popOldest { id in
            guard let entry = entries[id] else { return nil }
            guard let start = entry.arrival, now < .uptimeNanoseconds(start) + arrivalTime else { return entry.currentAge }
            return OldestFirst.inUse
        }
        return idle ?? entries.compactMap { id, entry in entry.arrival.map { (start: $0, id: id) } }.min { $0 < $1 }?.id
    }

    /// Tells all connections to end.
    ///
    /// - Parameter eventLoop: the event loop of the returned future; call this once.
    /// - Returns: a future that succeeds when no connection is left.
    func drain(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let allClosed = eventLoop.makePromise(of: Void.self)
        let entries = state.withLock { state in
            state.allClosed = allClosed
            return Array(state.entries.values)
        }
        for entry in entries { entry.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.draining) }
        if entries.isEmpty { allClosed.succeed() }
        return allClosed.futureResult
    }

    /// Closes all remaining connections at once.
    func closeAll() {
        for entry in state.withLock({ Array($0.entries.values) }) { Self.close(entry.channel) }
    }

    /// The first close waits for the client to read; the second does not.
    private static func close(_ channel: any Channel) {
        channel.close(promise: nil)
        channel.close(promise: nil)
    }

    private func remove(_ id: Int) {
        let allClosed = state.withLock { state -> EventLoopPromise<Void>? in
            guard state.entries.removeValue(forKey: id) != nil else { return nil }
            return state.entries.isEmpty ? state.allClosed : nil
        }
        allClosed?.succeed()
    }
}

/// An event from outside of the pipeline for a ``ConnectionHandler``, sent as a user inbound event.
enum ConnectionEvent: Sendable {
    /// The server ends: no further request is served.
    case draining
    /// The memory of the body that is being received is needed for other bodies.
    case bodyGaveWay
    /// The place of an answer that the client does not read is needed for other requests.
    case placeGaveWay
}
