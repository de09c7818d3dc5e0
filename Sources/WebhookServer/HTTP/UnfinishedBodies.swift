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

    private struct Share {
        var byteCount = 0
        var ids: Set<Int> = []
    }

    private var bodies: [Int: Body] = [:]
    private var shares: [PeerAddress: Share] = [:]

    /// Starts empty.
    init() {}

    /// The number of bodies.
    var count: Int { bodies.count }

    /// Tells whether a body is among them.
    func contains(_ id: Int) -> Bool { bodies[id] != nil }

    /// Adds a body without bytes.
    mutating func insert(_ id: Int, from address: PeerAddress, since start: NIODeadline) {
        bodies[id] = Body(address: address, start: start, recent: RecentRate(start: start))
        shares[address, default: Share()].ids.insert(id)
    }

    /// Sets the bytes of a body; returns how many are new, `nil` for a body that is gone.
    mutating func setByteCount(_ byteCount: Int, of id: Int, at now: NIODeadline) -> Int? {
        guard let body = bodies[id] else { return nil }
        let more = byteCount - body.byteCount
        bodies[id]?.byteCount = byteCount
        bodies[id]?.recent.note(byteCount, at: now)
        shares[body.address]?.byteCount += more
        return more
    }

    /// Removes a body; returns its counted bytes, `nil` for a body that is gone.
    mutating func remove(_ id: Int) -> Int? {
        guard let body = bodies.removeValue(forKey: id) else { return nil }
        shares[body.address]?.byteCount -= body.byteCount
        shares[body.address]?.ids.remove(id)
        if shares[body.address]?.ids.isEmpty == true { shares[body.address] = nil }
        return body.byteCount
    }

    /// The speed of a body during the last 0.25 to 0.5 s, in bytes per second; 0 for a body that is gone.
    func recentRate(of id: Int, at now: NIODeadline) -> Double {
        bodies[id]?.recent.rate(at: now) ?? 0
    }

    /// Removes bodies until enough bytes are free, or no body is left that may go.
    ///
    /// Each time, the address that holds the most bytes loses its slowest body, measured by bytes received over age. Bodies without a byte
    /// stay, because removing them frees nothing. Addresses that hold the same are ordered by their texts.
    ///
    /// - Parameters:
    ///   - byteCount: the bytes that have to become free.
    ///   - spared: the body that needs the room, and others that must stay.
    ///   - now: the time that ages are measured at.
    /// - Returns: the removed bodies, slowest first, and the bytes that they held.
    mutating func evict(_ byteCount: Int, sparing spared: Set<Int>, at now: NIODeadline) -> (ids: [Int], byteCount: Int) {
        var gone: (ids: [Int], byteCount: Int) = ([], 0)
        while gone.byteCount < byteCount {
            let ranked = shares.sorted { ($1.value.byteCount, $0.key.text) < ($0.value.byteCount, $1.key.text) }
            guard let index = ranked.firstIndex(where: { mayLose($0.value, sparing: spared) }) else { break }
            let runnerUp = index + 1 < ranked.count ? ranked[index + 1].value.byteCount : 0
            for id in slowestFirst(ranked[index].value, sparing: spared, at: now) {
                gone.byteCount += remove(id) ?? 0
                gone.ids.append(id)
                let left = shares[ranked[index].key]?.byteCount ?? 0
                if gone.byteCount >= byteCount || left < runnerUp { break }
            }
        }
        return gone
    }

    private func mayLose(_ share: Share, sparing spared: Set<Int>) -> Bool {
        share.ids.contains { !spared.contains($0) && bodies[$0]?.byteCount ?? 0 > 0 }
    }

    private func slowestFirst(_ share: Share, sparing spared: Set<Int>, at now: NIODeadline) -> [Int] {
        let rated = share.ids.compactMap { id -> (rate: Double, id: Int)? in
            guard !spared.contains(id), let body = bodies[id], body.byteCount > 0 else { return nil }
            // A body counts as at least 1 ms old, so that there is a rate.
            let age = max((now - body.start).nanoseconds, 1_000_000)
            return (Double(body.byteCount) / Double(age), id)
        }
        return rated.sorted { ($0.rate, $0.id) < ($1.rate, $1.id) }.map(\.id)
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
