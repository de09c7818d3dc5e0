import NIOCore

/// The bodies that are being received; decides which of them give way when the memory for bodies is used up.
///
/// A value without locks or channels; ``LoadGauge`` owns it.
struct UnfinishedBodies {
    private struct Body {
        let address: PeerAddress
        let start: NIODeadline
        var byteCount = 0
        var recent: RecentRate
    }

    private var bodies: [Int: Body] = [:]

    /// Starts empty.
    init() {}

    /// The number of bodies.
    var count: Int { bodies.count }

    /// Tells whether a body is among them.
    func contains(_ id: Int) -> Bool { bodies[id] != nil }

    /// Adds a body without bytes.
    mutating func insert(_ id: Int, from address: PeerAddress, since start: NIODeadline) {
        bodies[id] = Body(address: address, start: start, recent: RecentRate(start: start))
    }

    /// Sets the bytes of a body; returns how many are new, `nil` for a body that is gone.
    mutating func setByteCount(_ byteCount: Int, of id: Int, at now: NIODeadline) -> Int? {
        guard let body = bodies[id] else { return nil }
        let more = byteCount - body.byteCount
        bodies[id]?.byteCount = byteCount
        bodies[id]?.recent.note(byteCount, at: now)
        return more
    }

    /// Removes a body; returns its counted bytes, `nil` for a body that is gone.
    mutating func remove(_ id: Int) -> Int? {
        bodies.removeValue(forKey: id)?.byteCount
    }

    /// The speed of a body during the last 0.25 to 0.5 s, in bytes per second; 0 for a body that is gone.
    func recentRate(of id: Int, at now: NIODeadline) -> Double {
        bodies[id]?.recent.rate(at: now) ?? 0
    }

    /// Removes bodies until enough bytes are free, or no body is left that may go.
    ///
    /// Each time, the body goes whose address holds the most bytes in proportion to the body's rate, which is bytes received over age. So of
    /// the bodies of one address the slowest goes, and of bodies that are equally fast one of the address that holds the most. A client with
    /// thousands of addresses, each of which holds little, cannot push out the bodies of others, because its own soon are the oldest.
    /// Bodies without a byte stay, because removing them frees nothing. What is spared does not count for its address.
    ///
    /// - Parameters:
    ///   - byteCount: the bytes that have to become free.
    ///   - spared: the body that needs the room, and others that must stay.
    ///   - now: the time that ages are measured at.
    /// - Returns: the removed bodies in their order, and the bytes that they held.
    mutating func evict(_ byteCount: Int, sparing spared: Set<Int>, at now: NIODeadline) -> (ids: [Int], byteCount: Int) {
        var (candidates, held) = candidates(sparing: spared, at: now)
        var gone: (ids: [Int], byteCount: Int) = ([], 0)
        while gone.byteCount < byteCount {
            let worst = candidates.indices.max { first, second in
                let (first, second) = (candidates[first], candidates[second])
                return (held[first.address] * first.slowness, second.id) < (held[second.address] * second.slowness, first.id)
            }
            guard let worst else { break }
            let removed = candidates.remove(at: worst)
            held[removed.address] -= Double(removed.byteCount)
            bodies[removed.id] = nil
            gone.byteCount += removed.byteCount
            gone.ids.append(removed.id)
        }
        return gone
    }

    /// A body that can give way.
    private struct Candidate {
        let id: Int
        let byteCount: Int
        /// Its age over its bytes, in nanoseconds per byte.
        let slowness: Double
        /// The place of the bytes of its address.
        let address: Int
    }

    /// The bodies that can give way, and the bytes that these hold for each address.
    private func candidates(sparing spared: Set<Int>, at now: NIODeadline) -> (bodies: [Candidate], held: [Double]) {
        var candidates: [Candidate] = []
        var held: [Double] = []
        var places: [PeerAddress: Int] = [:]
        for (id, body) in bodies where body.byteCount > 0 && !spared.contains(id) {
            let place = places[body.address] ?? held.count
            if place == held.count {
                places[body.address] = place
                held.append(0)
            }
            held[place] += Double(body.byteCount)
            // A body counts as at least 1 ms old, so that there is a rate.
            let age = Double(max((now - body.start).nanoseconds, 1_000_000))
            candidates.append(Candidate(id: id, byteCount: body.byteCount, slowness: age / Double(body.byteCount), address: place))
        }
        return (candidates, held)
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
