import NIOCore
import Synchronization

/// The open connections of one port: limits their number, closes one to make room for another, and ends all.
///
/// A class because all event loops use it; takes one lock when a connection begins, after its first answer, and when it ends.
final class ConnectionRegistry: Sendable {
    /// A connection, and how long it has been idle.
    ///
    /// A class because its event loop writes the times that others read to find the connection to close.
    final class Entry: Sendable {
        fileprivate let channel: any Channel
        fileprivate let address: PeerAddress
        private let id: Int
        private let registry: ConnectionRegistry
        /// The time of acceptance, or of the last answer; ``OldestFirst/inUse`` while it is in use.
        private let age: Atomic<UInt64>
        /// Whether a whole request was answered.
        private let isServed = Atomic(false)
        /// When the request that is arriving began; 0 without one.
        private let arrivalStart = Atomic<UInt64>(0)

        fileprivate init(_ channel: any Channel, id: Int, in registry: ConnectionRegistry, acceptedAt now: NIODeadline) {
            self.channel = channel
            address = PeerAddress(channel.remoteAddress)
            self.id = id
            self.registry = registry
            age = Atomic(UInt64(now.uptimeNanoseconds))
        }

        /// Marks the connection as in use, so that it is not closed for another: a request is complete, or its body is the exclusive one.
        func beginUse() {
            age.store(OldestFirst.inUse, ordering: .relaxed)
        }

        /// Marks the connection as idle: it waits for its next request.
        func endUse(at now: NIODeadline) {
            age.store(UInt64(now.uptimeNanoseconds), ordering: .relaxed)
            guard !isServed.load(ordering: .relaxed) else { return }
            isServed.store(true, ordering: .relaxed)
            registry.noteFirstAnswer(on: id)
        }

        /// Notes when the request that is arriving began; `nil` without one.
        func noteArrival(since start: NIODeadline?) {
            arrivalStart.store(start.map { UInt64($0.uptimeNanoseconds) } ?? 0, ordering: .relaxed)
        }

        fileprivate var currentAge: UInt64 { age.load(ordering: .relaxed) }

        /// When the request that is arriving began; `nil` without one, and while a request is complete.
        fileprivate var arrival: UInt64? {
            let start = arrivalStart.load(ordering: .relaxed)
            return start == 0 || currentAge == OldestFirst.inUse ? nil : start
        }
    }

    /// No connection may be closed for another one.
    struct Full: Error {}

    private struct State {
        private(set) var entries: [Int: Entry] = [:]
        /// The connections of each address.
        private var counts: [PeerAddress: Int] = [:]
        /// The connections that never sent a whole request.
        var unserved: Set<Int> = []
        var unservedByAge = OldestFirst()
        var servedByAge = OldestFirst()
        var nextID = 0
        var allClosed: EventLoopPromise<Void>?

        mutating func insert(_ entry: Entry, as id: Int) {
            entries[id] = entry
            counts[entry.address, default: 0] += 1
            unserved.insert(id)
            unservedByAge.insert(id, age: entry.currentAge, live: unserved.count) { [unserved] id in unserved.contains(id) }
        }

        mutating func remove(_ id: Int) -> Entry? {
            unserved.remove(id)
            guard let entry = entries.removeValue(forKey: id) else { return nil }
            let left = counts[entry.address, default: 1] - 1
            counts[entry.address] = left > 0 ? left : nil
            return entry
        }

        /// The address with more connections than a number, of which there is one at most if the number is half of all.
        func address(withMoreThan count: Int) -> PeerAddress? {
            counts.first { $0.value > count }?.key
        }
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
    /// If there are too many, closes one, see ``chooseLoser(_:for:at:)``.
    /// - Throws: ``Full`` when all have a complete request, or all those of the address that has more than half of them.
    func add(_ channel: any Channel, at now: NIODeadline) throws(Full) -> Entry {
        let (id, entry, loser, isLate) = try state.withLock { state throws(Full) -> (Int, Entry, Entry?, Bool) in
            let entry = Entry(channel, id: state.nextID + 1, in: self, acceptedAt: now)
            var loser: Entry?
            if state.entries.count >= limit {
                guard let id = chooseLoser(&state, for: entry.address, at: now) else { throw Full() }
                loser = state.remove(id)
            }
            state.nextID += 1
            state.insert(entry, as: state.nextID)
            return (state.nextID, entry, loser, state.allClosed != nil)
        }
        channel.closeFuture.whenComplete { _ in self.remove(id) }
        if let loser {
            closures.count(.connectionLimit)
            Self.close(loser.channel)
        }
        if isLate { channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.draining) } }
        return entry
    }

    /// Chooses the connection that gives way to one from an address; `nil` if there is none.
    ///
    /// An address with more than half of all places loses its own, so that one client can't close the connections of the others.
    private func chooseLoser(_ state: inout State, for address: PeerAddress, at now: NIODeadline) -> Int? {
        guard let crowd = state.address(withMoreThan: limit / 2) else { return chooseLoser(&state, at: now) { _ in true } }
        let ofCrowd = chooseLoser(&state, at: now) { $0.address == crowd }
        return ofCrowd ?? (address == crowd ? nil : chooseLoser(&state, at: now) { _ in true })
    }

    /// Chooses the connection that gives way, of some; `nil` if all of these have a complete request.
    ///
    /// Connections that never sent a whole request go first, the oldest one. They keep a quarter of the places while others are idle:
    /// otherwise clients that come quickly would leave a newcomer no time for its first request.
    ///
    /// Next is the connection that has been idle longest. A request that is arriving keeps its connection in use for a short time only, and
    /// only while another one is idle. So clients that send their requests byte by byte keep nobody out.
    private func chooseLoser(_ state: inout State, at now: NIODeadline, among isOne: (Entry) -> Bool) -> Int? {
        if state.unserved.count > limit / 4, let id = popUnserved(&state, among: isOne) { return id }
        let entries = state.entries
        let idle = state.servedByAge.popOldest { id in
            guard let entry = entries[id] else { return nil }
            guard isOne(entry) else { return OldestFirst.inUse }
            guard let start = entry.arrival, now < NIODeadline.uptimeNanoseconds(start) + arrivalTime else { return entry.currentAge }
            return OldestFirst.inUse
        }
        if let id = idle ?? popUnserved(&state, among: isOne) { return id }
        return entries.compactMap { id, entry in isOne(entry) ? entry.arrival.map { (start: $0, id: id) } : nil }.min { $0 < $1 }?.id
    }

    private func popUnserved(_ state: inout State, among isOne: (Entry) -> Bool) -> Int? {
        let (entries, unserved) = (state.entries, state.unserved)
        return state.unservedByAge.popOldest { id in
            guard unserved.contains(id), let entry = entries[id] else { return nil }
            return isOne(entry) ? entry.currentAge : OldestFirst.inUse
        }
    }

    private func noteFirstAnswer(on id: Int) {
        state.withLock { state in
            guard state.unserved.remove(id) != nil, let entry = state.entries[id] else { return }
            state.servedByAge.insert(id, age: entry.currentAge, live: state.entries.count) { [entries = state.entries] id in
                entries[id] != nil
            }
        }
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
            guard state.remove(id) != nil else { return nil }
            return state.entries.isEmpty ? state.allClosed : nil
        }
        allClosed?.succeed()
    }
}

/// An event from outside of the pipeline for a ``ConnectionHandler``, sent as a user inbound event.
enum ConnectionEvent: Sendable {
    /// The server ends: no further request is served.
    case draining
    /// The memory of this body is needed for other bodies; it may have been answered or refused in the meantime.
    case bodyGaveWay(UnfinishedBodies.GaveWay)
    /// The place of an answer that the client does not read is needed for other requests.
    case placeGaveWay
}
