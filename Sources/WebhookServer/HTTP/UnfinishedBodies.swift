import NIOCore

/// The bodies that are being received; decides which of them give way when the memory for bodies is used up.
///
/// A value without locks or channels; ``LoadGauge`` owns it.
struct UnfinishedBodies {
    /// A body that gave way.
    struct GaveWay: Equatable {
        /// Its number.
        let id: Int
        /// Whether nothing of it arrived for ``stallTime``.
        let isStalled: Bool
    }

    /// How long a body may pause before it counts as stalled.
    ///
    /// A busy server takes a few tenths of a second to come back to a body that arrives.
    static let stallTime = TimeAmount.milliseconds(500)

    private struct Body {
        let address: PeerAddress
        let start: NIODeadline
        var byteCount = 0
        var recent: RecentRate
        var lastArrival: NIODeadline

        func isStalled(at now: NIODeadline) -> Bool { now - lastArrival >= UnfinishedBodies.stallTime }
    }

    private let fairShare: Int
    private var bodies: [Int: Body] = [:]

    /// Starts empty; `fairShare` is the number of bytes up to which all addresses count as one.
    init(fairShare: Int) {
        self.fairShare = fairShare
    }

    /// The number of bodies.
    var count: Int { bodies.count }

    /// Tells whether a body is among them.
    func contains(_ id: Int) -> Bool { bodies[id] != nil }

    /// Adds a body without bytes.
    mutating func insert(_ id: Int, from address: PeerAddress, since start: NIODeadline) {
        bodies[id] = Body(address: address, start: start, recent: RecentRate(start: start), lastArrival: start)
    }

    /// Sets the bytes of a body; returns how many are new, `nil` for a body that is gone.
    mutating func setByteCount(_ byteCount: Int, of id: Int, at now: NIODeadline) -> Int? {
        guard let body = bodies[id] else { return nil }
        let more = byteCount - body.byteCount
        bodies[id]?.byteCount = byteCount
        bodies[id]?.recent.note(byteCount, at: now)
        if more > 0 { bodies[id]?.lastArrival = now }
        return more
    }

    /// Removes a body; returns its counted bytes, `nil` for a body that is gone.
    mutating func remove(_ id: Int) -> Int? {
        bodies.removeValue(forKey: id)?.byteCount
    }

    /// Removes a body that gives way to a faster one; `nil` for a body that is gone.
    mutating func giveWay(_ id: Int, at now: NIODeadline) -> (body: GaveWay, byteCount: Int)? {
        bodies.removeValue(forKey: id).map { (GaveWay(id: id, isStalled: $0.isStalled(at: now)), $0.byteCount) }
    }

    /// The speed of a body during the last 0.25 to 0.5 s, in bytes per second; 0 for a body that is gone.
    func recentRate(of id: Int, at now: NIODeadline) -> Double {
        bodies[id]?.recent.rate(at: now) ?? 0
    }

    /// Removes bodies until enough bytes are free, or no body is left that may go.
    ///
    /// Each time, the address that holds the most bytes loses its slowest body, measured by bytes received over age. When no address holds
    /// more than the fair share, all lose as if they were one. So a client with hundreds of addresses, each of which holds little, does not
    /// push out the bodies of others. Bodies without a byte stay, because removing them frees nothing. What is spared does not count for
    /// its address.
    ///
    /// - Parameters:
    ///   - byteCount: the bytes that have to become free.
    ///   - spared: the body that needs the room, and others that must stay.
    ///   - now: the time that ages are measured at.
    /// - Returns: the removed bodies in their order, and the bytes that they held.
    mutating func evict(_ byteCount: Int, sparing spared: Set<Int>, at now: NIODeadline) -> (bodies: [GaveWay], byteCount: Int) {
        var holders = holders(sparing: spared, at: now)
        var gone: (bodies: [GaveWay], byteCount: Int) = ([], 0)
        while gone.byteCount < byteCount, var largest = holders.indices.max(by: { holders[$0].holdsLess(than: holders[$1]) }) {
            if holders.count > 1, holders[largest].byteCount <= fairShare {
                holders = [Holder(joining: holders)]
                largest = 0
            }
            guard let next = holders[largest].removeNext(), let (body, byteCount) = giveWay(next.id, at: now) else { break }
            gone.byteCount += byteCount
            gone.bodies.append(body)
        }
        return gone
    }

    /// The addresses with bodies that may go.
    private func holders(sparing spared: Set<Int>, at now: NIODeadline) -> [Holder] {
        var candidates: [PeerAddress: [Candidate]] = [:]
        for (id, body) in bodies where body.byteCount > 0 && !spared.contains(id) {
            // A body counts as at least 1 ms old, so that there is a rate.
            let age = max((now - body.start).nanoseconds, 1_000_000)
            let candidate = Candidate(id: id, byteCount: body.byteCount, rate: Double(body.byteCount) / Double(age))
            candidates[body.address, default: []].append(candidate)
        }
        return candidates.map { Holder($0.value, of: $0.key) }
    }
}

extension UnfinishedBodies {
    /// A body that may give way.
    private struct Candidate {
        let id: Int
        let byteCount: Int
        /// In bytes per nanosecond.
        let rate: Double
    }

    /// An address, or a crowd of them, with its bodies that may give way.
    private struct Holder {
        private let address: PeerAddress
        /// The next one to go is the last.
        private var bodies: [Candidate]
        private(set) var byteCount: Int

        /// Takes the bodies of an address.
        init(_ bodies: [Candidate], of address: PeerAddress) {
            self.address = address
            self.bodies = bodies.sorted { ($0.rate, $0.id) > ($1.rate, $1.id) }
            byteCount = bodies.reduce(0) { $0 + $1.byteCount }
        }

        /// Joins addresses.
        init(joining crowd: [Self]) {
            self.init(crowd.flatMap(\.bodies), of: PeerAddress(""))
        }

        /// Removes the slowest body; `nil` without bodies.
        mutating func removeNext() -> Candidate? {
            guard let body = bodies.popLast() else { return nil }
            byteCount -= body.byteCount
            return body
        }

        /// Tells whether this one holds less; of those that hold the same, the one whose text comes later counts as less.
        func holdsLess(than other: Self) -> Bool {
            (byteCount, other.address.text) < (other.byteCount, address.text)
        }
    }
}

/// The recent speed of a body: over the last two windows of 0.25 s.
///
/// A fast body that stalls becomes slow at once, unlike with the average since its beginning.
struct RecentRate {
    private static let window = TimeAmount.milliseconds(250)

    private var earlier: (time: NIODeadline, byteCount: Int)
    private var later: (time: NIODeadline, byteCount: Int)
    private var byteCount = 0

    /// Starts without bytes.
    init(start: NIODeadline) {
        earlier = (start, 0)
        later = (start, 0)
    }

    /// Sets the bytes that have arrived by now.
    mutating func note(_ byteCount: Int, at now: NIODeadline) {
        if now - later.time >= Self.window {
            // The bytes known so far belong to the window that ends.
            earlier = now - later.time >= Self.window * 2 ? (now - Self.window, self.byteCount) : later
            later = (now, self.byteCount)
        }
        self.byteCount = byteCount
    }

    /// Bytes per second; a body that has just begun counts as one window old.
    func rate(at now: NIODeadline) -> Double {
        if now - later.time >= Self.window {
            return Double(byteCount - later.byteCount) / Self.seconds(now - later.time)
        }
        return Double(byteCount - earlier.byteCount) / Self.seconds(max(now - earlier.time, Self.window))
    }

    private static func seconds(_ amount: TimeAmount) -> Double { Double(amount.nanoseconds) / 1e9 }
}
