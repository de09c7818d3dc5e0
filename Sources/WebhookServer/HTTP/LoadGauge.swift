import KubernetesAPI
import NIOCore
import Synchronization

/// The requests and memory that all connections of a port hold now; decides whether more fits, and which connection gives way.
///
/// A class because all event loops count into it. An ordinary request changes two atomic counters; the lock is for bodies that take several
/// reads, and for connections that give way.
///
/// **Places.** A request takes a place when its last body byte has arrived, and releases it when its answer is in the socket. If all places
/// are taken, the client that has not read its answers for the longest time loses its connection. So it does if more clients than there are
/// places do not read, whether their answers hold places or not, because the kernel keeps up to 250 KiB for each.
///
/// **Bytes.** Bodies count as their bytes arrive; a large body also counts for its decoded model while it is decided. If there are too many
/// bytes, unfinished bodies give way as ``UnfinishedBodies`` decides, except the one that needs the room and the exclusive one. Complete
/// bodies stay.
///
/// **Exclusive bodies.** Only one body over ``HTTPLimits/exclusiveBodyByteCount`` is received or decided at a time; otherwise no large body
/// would get through. While it is received it gives way to another that arrives more than twice as fast, so that a stalled body does not
/// lock others out. A body that arrives at ``steadyRate`` does not give way, so that clients with a fast connection do not lock out others.
final class LoadGauge: Sendable {
    /// The memory that a complete body, or an answer, holds until its end.
    struct Hold: Sendable, Equatable {
        /// The counted bytes, of the body and its model.
        var byteCount = 0
        /// Whether it is the exclusive body.
        var isExclusive = false
    }

    /// The decision about a body that needs more room.
    enum Growth: Equatable, Sendable {
        /// There is room; `isExclusive` tells whether it is the exclusive body.
        case fits(isExclusive: Bool)
        /// There is no room, and no other body can give way.
        case full
        /// Another exclusive body is received or decided.
        case exclusiveTaken
        /// The body has already given way.
        case gone
    }

    /// The decision about a complete body.
    enum Admission: Equatable, Sendable {
        case admitted(Hold)
        /// See ``Growth``.
        case full, exclusiveTaken, gone
        /// All places are taken by requests that are being decided.
        case tooMany
    }

    private struct Exclusive {
        let id: Int
        var isComplete = false
    }

    /// A body that gave way, and its connection.
    private struct Evicted: Sendable {
        let body: UnfinishedBodies.GaveWay
        let channel: any Channel
    }

    private struct SlowReader {
        let channel: any Channel
        let since: UInt64
        var placeCount: Int
    }

    /// The state that the lock guards.
    private struct Contended {
        var bodies: UnfinishedBodies
        var channels: [Int: any Channel] = [:]
        var exclusive: Exclusive?
        var slowReaders: [Int: SlowReader] = [:]
        var slowest = OldestFirst()
        var nextID = 0

        init(limits: HTTPLimits) {
            // 4 MiB with the defaults, which is the largest body that is not alone.
            bodies = UnfinishedBodies(fairShare: limits.maxBufferedBytes / 16)
        }
    }

    /// The speed at which an exclusive body does not give way, in bytes per second.
    ///
    /// It is half of the 10 MB/s at which an API server on a slow network sends, and the largest body arrives in 7 s.
    static let steadyRate = 5_000_000.0

    private let limits: HTTPLimits
    private let closures: ClosureCounts
    private let inFlightCount = Atomic<Int>(0)
    private let bufferedByteCount = Atomic<Int>(0)
    private let contended: Mutex<Contended>

    /// Starts with nothing held; counts in `closures` what gives way.
    init(limits: HTTPLimits, closures: ClosureCounts = ClosureCounts()) {
        self.limits = limits
        self.closures = closures
        contended = Mutex(Contended(limits: limits))
    }

    /// Complete requests whose answer is not in the socket yet.
    var inFlight: Int { inFlightCount.load(ordering: .relaxed) }

    /// Bytes of bodies, of the models of large ones, and of large answers.
    var bufferedBytes: Int { bufferedByteCount.load(ordering: .relaxed) }

    /// Whether more than half of the bytes that may be held are held.
    var isCrowded: Bool { bufferedBytes > limits.maxBufferedBytes / 2 }

    /// How many bytes a body counts for while it is decided.
    private func decidedByteCount(of byteCount: Int) -> Int {
        guard byteCount > limits.largeBodyByteCount, limits.countsModels else { return byteCount }
        return byteCount + ModelBudget.byteLimit(forDocumentOf: byteCount)
    }
}

/// Bodies.
extension LoadGauge {
    /// Starts to count a body that takes several reads; returns its number.
    func begin(from address: PeerAddress, since start: NIODeadline, on channel: any Channel) -> Int {
        contended.withLock { contended in
            contended.nextID += 1
            contended.bodies.insert(contended.nextID, from: address, since: start)
            contended.channels[contended.nextID] = channel
            return contended.nextID
        }
    }

    /// Counts the bytes of a body that have arrived by now.
    ///
    /// Unless it fits, the body is no longer counted.
    func grow(_ id: Int, to byteCount: Int, at now: NIODeadline) -> Growth {
        withEvictions { contended, evicted in
            guard let more = contended.bodies.setByteCount(byteCount, of: id, at: now) else { return .gone }
            bufferedByteCount.add(more, ordering: .relaxed)
            if byteCount > limits.exclusiveBodyByteCount, !takeExclusive(id, &contended, &evicted, at: now) {
                drop(id, &contended)
                return .exclusiveTaken
            }
            guard makeRoom(sparing: id, &contended, &evicted, at: now) else {
                drop(id, &contended)
                return .full
            }
            return .fits(isExclusive: contended.exclusive?.id == id)
        }
    }

    /// Counts a complete body, and takes a place for its request; release both with ``release(_:)`` and ``releasePlaces(_:)``.
    ///
    /// - Parameters:
    ///   - id: its number; `nil` for a body that came in one read.
    ///   - byteCount: its length.
    ///   - takesPlace: whether the request takes a place.
    ///   - now: when it became complete.
    /// - Returns: what it holds, or why it is not decided.
    func admit(_ id: Int?, byteCount: Int, takesPlace: Bool, at now: @autoclosure () -> NIODeadline) -> Admission {
        if takesPlace, !takePlace() {
            if let id { forget(id) }
            return .tooMany
        }
        let admission = admitBody(id, byteCount: byteCount, at: now())
        if case .admitted = admission { return admission }
        if takesPlace { releasePlaces(1) }
        return admission
    }

    private func admitBody(_ id: Int?, byteCount: Int, at now: @autoclosure () -> NIODeadline) -> Admission {
        let decided = decidedByteCount(of: byteCount)
        if id == nil, byteCount <= limits.exclusiveBodyByteCount {
            if Self.add(decided, to: bufferedByteCount, upTo: limits.maxBufferedBytes) { return .admitted(Hold(byteCount: decided)) }
        }
        let now = now()
        return withEvictions { contended, evicted in
            let isExclusive = byteCount > limits.exclusiveBodyByteCount
            var counted = 0
            if let id, !contended.bodies.contains(id) { return .gone }
            if id == nil { contended.nextID += 1 }
            let number = id ?? contended.nextID
            if isExclusive, !takeExclusive(number, &contended, &evicted, at: now) {
                if let id { drop(id, &contended) }
                return .exclusiveTaken
            }
            if let id {
                guard let held = contended.bodies.remove(id) else { return .gone }
                contended.channels[id] = nil
                counted = held
            }
            bufferedByteCount.add(decided - counted, ordering: .relaxed)
            guard makeRoom(sparing: number, &contended, &evicted, at: now) else {
                bufferedByteCount.subtract(decided, ordering: .relaxed)
                if isExclusive { contended.exclusive = nil }
                return .full
            }
            if isExclusive { contended.exclusive?.isComplete = true }
            return .admitted(Hold(byteCount: decided, isExclusive: isExclusive))
        }
    }

    /// Releases an unfinished body whose client is gone or was refused.
    func forget(_ id: Int) {
        contended.withLock { drop(id, &$0) }
    }

    /// Releases the memory of a body or an answer.
    func release(_ hold: Hold) {
        bufferedByteCount.subtract(hold.byteCount, ordering: .relaxed)
        guard hold.isExclusive else { return }
        contended.withLock { $0.exclusive = nil }
    }

    /// Takes room for an answer, to be released with ``release(_:)``; `nil` if there is no room.
    func hold(_ byteCount: Int, at now: NIODeadline) -> Hold? {
        withEvictions { contended, evicted in
            bufferedByteCount.add(byteCount, ordering: .relaxed)
            guard makeRoom(sparing: 0, &contended, &evicted, at: now) else {
                bufferedByteCount.subtract(byteCount, ordering: .relaxed)
                return nil
            }
            return Hold(byteCount: byteCount)
        }
    }

    /// Makes a body the exclusive one, if there is none or the current one is much slower.
    private func takeExclusive(_ id: Int, _ contended: inout Contended, _ evicted: inout [Evicted], at now: NIODeadline) -> Bool {
        guard let holder = contended.exclusive, holder.id != id else {
            contended.exclusive = contended.exclusive ?? Exclusive(id: id)
            return true
        }
        guard !holder.isComplete else { return false }
        let (speed, holderSpeed) = (contended.bodies.recentRate(of: id, at: now), contended.bodies.recentRate(of: holder.id, at: now))
        guard holderSpeed < Self.steadyRate, speed > 2 * holderSpeed else { return false }
        if let (body, byteCount) = contended.bodies.giveWay(holder.id, at: now) {
            bufferedByteCount.subtract(byteCount, ordering: .relaxed)
            evict([body], &contended, &evicted)
        }
        contended.exclusive = Exclusive(id: id)
        return true
    }

    /// Lets unfinished bodies give way until the held bytes are within the limit; `false` if that is not enough.
    private func makeRoom(sparing id: Int, _ contended: inout Contended, _ evicted: inout [Evicted], at now: NIODeadline) -> Bool {
        let excess = bufferedBytes - limits.maxBufferedBytes
        guard excess > 0 else { return true }
        let gone = contended.bodies.evict(excess, sparing: [id, contended.exclusive?.id ?? id], at: now)
        bufferedByteCount.subtract(gone.byteCount, ordering: .relaxed)
        evict(gone.bodies, &contended, &evicted)
        return gone.byteCount >= excess
    }

    private func evict(_ bodies: [UnfinishedBodies.GaveWay], _ contended: inout Contended, _ evicted: inout [Evicted]) {
        for body in bodies {
            guard let channel = contended.channels.removeValue(forKey: body.id) else { continue }
            evicted.append(Evicted(body: body, channel: channel))
        }
    }

    private func drop(_ id: Int, _ contended: inout Contended) {
        guard let held = contended.bodies.remove(id) else { return }
        bufferedByteCount.subtract(held, ordering: .relaxed)
        contended.channels[id] = nil
        if contended.exclusive?.id == id { contended.exclusive = nil }
    }

    /// Tells connections that their bodies gave way, once the lock is free.
    private func withEvictions<Result: Sendable>(_ body: (inout Contended, inout [Evicted]) -> Result) -> Result {
        let (result, evicted) = contended.withLock { contended in
            var evicted: [Evicted] = []
            let result = body(&contended, &evicted)
            return (result, evicted)
        }
        for each in evicted {
            closures.count(.bodyGaveWay)
            each.channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.bodyGaveWay(each.body))
        }
        return result
    }
}

/// Places.
extension LoadGauge {
    /// Releases the places of answers that are in the socket.
    func releasePlaces(_ count: Int) {
        inFlightCount.subtract(count, ordering: .relaxed)
    }

    /// Registers a client that does not read its answers, some of which hold places.
    ///
    /// - Returns: the client's number, for ``endSlowReader(_:)``.
    func beginSlowReader(places: Int, since now: NIODeadline, on channel: any Channel) -> Int {
        let (id, slowest) = contended.withLock { contended in
            contended.nextID += 1
            let (id, since) = (contended.nextID, now.uptimeNanoseconds)
            contended.slowReaders[id] = SlowReader(channel: channel, since: UInt64(since), placeCount: places)
            let readers = contended.slowReaders
            contended.slowest.insert(id, age: UInt64(since), live: readers.count) { readers[$0] != nil }
            return (id, readers.count > limits.maxInFlight ? removeSlowest(&contended) : nil)
        }
        if let slowest { close(slowest) }
        return id
    }

    /// Sets how many answers that a slow client has not read hold a place; `false` if the client is already being closed for others.
    func setPlaces(_ count: Int, ofSlowReader id: Int) -> Bool {
        contended.withLock { contended in
            contended.slowReaders[id]?.placeCount = count
            return contended.slowReaders[id] != nil
        }
    }

    /// Releases the place of an answer that a slow client has read, unless its places were already given to others.
    func releasePlace(ofSlowReader id: Int) {
        contended.withLock { contended in
            guard contended.slowReaders[id] != nil else { return }
            inFlightCount.subtract(1, ordering: .relaxed)
            contended.slowReaders[id]?.placeCount -= 1
        }
    }

    /// Forgets a client that has read its answers, or is gone; releases the places that are left, unless they were already given to others.
    func endSlowReader(_ id: Int) {
        contended.withLock { contended in
            let left = contended.slowReaders.removeValue(forKey: id)?.placeCount ?? 0
            inFlightCount.subtract(left, ordering: .relaxed)
        }
    }

    private func takePlace() -> Bool {
        while !Self.add(1, to: inFlightCount, upTo: limits.maxInFlight) {
            guard let slowest = contended.withLock({ removeSlowest(&$0, holdsPlaces: true) }) else { return false }
            close(slowest)
        }
        return true
    }

    /// Takes the places of the client that has not read its answers for the longest time; `nil` without such a client.
    private func removeSlowest(_ contended: inout Contended, holdsPlaces: Bool = false) -> (any Channel)? {
        let readers = contended.slowReaders
        let id = contended.slowest.popOldest { id in
            readers[id].map { holdsPlaces && $0.placeCount == 0 ? OldestFirst.inUse : $0.since }
        }
        guard let reader = id.flatMap({ contended.slowReaders.removeValue(forKey: $0) }) else { return nil }
        inFlightCount.subtract(reader.placeCount, ordering: .relaxed)
        return reader.channel
    }

    private func close(_ slowReader: any Channel) {
        closures.count(.slowReader)
        slowReader.pipeline.fireUserInboundEventTriggered(ConnectionEvent.placeGaveWay)
    }

    private static func add(_ amount: Int, to total: borrowing Atomic<Int>, upTo limit: Int) -> Bool {
        guard total.add(amount, ordering: .relaxed).newValue > limit else { return true }
        total.subtract(amount, ordering: .relaxed)
        return false
    }
}
