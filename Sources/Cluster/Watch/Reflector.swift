/// Keeps the objects of a kind in step with an API server: lists them once, then watches their changes.
///
/// A value without a connection and a clock: it is told what arrived and when, and says what to send, what to close and what changed. It
/// has at most one request at a time. Whatever fails, the kept objects stay: only a complete list or a confirmed deletion removes one.
/// Named after the same part of client-go: <https://github.com/kubernetes/client-go/blob/v0.35.0/tools/cache/reflector.go>
package struct Reflector<Value: Sendable & Equatable>: Sendable {
    /// A point in time.
    package typealias Instant = ContinuousClock.Instant

    /// The actions for the caller, in this order.
    package struct Output: Sendable {
        /// The request whose connection is to be closed.
        package var closed: Int?
        /// The changes of the kept objects.
        package var changes: [ObjectChange<Value>] = []
        /// Events for logs and metrics.
        package var notes: [ReflectorNote] = []
        /// The request to send.
        package var request: ReflectorRequest?
    }

    /// The step behind a wait.
    enum NextStep: Sendable {
        case list
        /// The same page of the list again.
        case page
        case watch
    }

    /// A page of a list that is being received.
    struct Listing: Sendable {
        /// When it was asked for; later, when its answer began.
        let sentAt: Instant
        /// When the last object arrived.
        var heardAt: Instant
    }

    /// A watch.
    struct Watching: Sendable {
        /// When it was asked for.
        let sentAt: Instant
        /// When it has to be over.
        let endBy: Instant
        /// When the server accepted it; `nil` before.
        var begunAt: Instant?
        /// When the last line arrived; `nil` before the first one.
        var heardAt: Instant?
        /// Whether it brought a newer version.
        var hasProgress = false
    }

    /// The phases.
    enum Phase: Sendable {
        case waiting(until: Instant, then: NextStep)
        case listing(Listing)
        case watching(Watching)
    }

    /// How long to wait for what.
    let timings: ReflectorTimings
    /// The current phase.
    var phase: Phase
    /// The number of the latest request.
    var exchange = 0
    /// The kept objects.
    package internal(set) var store: ObjectStore<Value>
    /// The list that is being received.
    var list = ObjectList<Value>()
    /// The version from which the next watch goes on; `nil` before the first list.
    var version: ResourceVersion?
    /// Deletions that don't count yet.
    var heldDeletions: HeldDeletions
    /// The waits after failures.
    var backoff: Backoff
    /// The failures in a row that may be due to the version from which the watch goes on.
    var suspectCount = 0
    /// Draws all random numbers.
    var random: any RandomNumberGenerator & Sendable
    /// The time of the current call.
    var now: Instant
    /// The result of the current call.
    var output = Output()

    /// Whether all objects were listed at least once.
    package internal(set) var isSynced = false
    /// Whether the kind is not installed.
    package internal(set) var isAbsent = false
    /// When the last page or line arrived; `nil` before the first one.
    package internal(set) var heardAt: Instant?
    /// When the last list was complete; `nil` before the first one.
    package internal(set) var listedAt: Instant?

    /// Starts with a list after a short wait, at ``deadline``.
    ///
    /// - Parameters:
    ///   - timings: how long to wait for what.
    ///   - now: the time.
    ///   - random: draws the random part of all waits.
    ///   - selection: the objects that are kept; `nil` keeps all.
    ///   - decode: makes what is kept of an object.
    package init(
        timings: ReflectorTimings = ReflectorTimings(),
        at now: Instant,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        selection: ObjectSelection? = nil,
        decode: @escaping ObjectStore<Value>.Decode
    ) {
        self.timings = timings
        self.now = now
        self.random = random
        store = ObjectStore(selection: selection, decode: decode)
        heldDeletions = HeldDeletions(timings)
        backoff = Backoff(timings)
        phase = .waiting(until: now, then: .list)
        wait(atMost: timings.startJitter, then: .list)
    }

    /// When ``expire(at:)`` is to be called; each call may change it.
    package var deadline: Instant {
        guard let deletion = heldDeletions.deadline else { return phaseDeadline }
        return min(deletion, phaseDeadline)
    }

    /// How far the kept objects are in step.
    package var progress: ReflectorProgress {
        var progress = ReflectorProgress()
        (progress.isSynced, progress.isAbsent, progress.heardAt, progress.listedAt) = (isSynced, isAbsent, heardAt, listedAt)
        if case .watching(let watching) = phase { progress.isWatching = watching.begunAt != nil }
        return progress
    }

    /// The longest wait for the first byte of a request's answer.
    func answerTimeout(of request: ReflectorRequest) -> Duration {
        request.isWatch ? timings.watchAnswer : timings.listSilence
    }

    /// Does what is due at a time.
    package mutating func expire(at now: Instant) -> Output {
        self.now = now
        applyDueDeletions()
        if phaseDeadline <= now { expirePhase() }
        return takeOutput()
    }

    /// Takes what arrived for a request; what belongs to an earlier request is ignored.
    package mutating func handle(_ input: ReflectorInput, of exchange: Int, at now: Instant) -> Output {
        guard exchange == self.exchange else { return Output() }
        self.now = now
        switch phase {
        case .waiting: break
        case .listing(let listing): handle(input, in: listing)
        case .watching(let watching): handle(input, in: watching)
        }
        return takeOutput()
    }

    private mutating func takeOutput() -> Output {
        defer { output = Output() }
        return output
    }

    private var phaseDeadline: Instant {
        switch phase {
        case .waiting(let until, _): return until
        case .listing(let listing): return min(listing.heardAt + timings.listSilence, listing.sentAt + timings.listPage)
        case .watching(let watching):
            guard let begunAt = watching.begunAt else { return watching.sentAt + timings.watchAnswer }
            return min((watching.heardAt ?? begunAt) + timings.watchSilence, watching.endBy)
        }
    }

    private mutating func expirePhase() {
        switch phase {
        case .waiting(_, .list): startList()
        case .waiting(_, .page): sendPage()
        case .waiting(_, .watch): startWatch()
        case .listing:
            output.closed = exchange
            listFailed(.timedOut)
        case .watching(let watching):
            output.closed = exchange
            watchExpired(watching)
        }
    }
}

/// How far the objects that a ``Reflector`` keeps are in step with the API server.
package struct ReflectorProgress: Sendable, Equatable {
    /// Whether all objects were listed at least once.
    package var isSynced = false
    /// Whether the kind is not installed.
    package var isAbsent = false
    /// When the last page or line arrived; `nil` before the first one.
    package var heardAt: ContinuousClock.Instant?
    /// When the last list was complete; `nil` before the first one.
    package var listedAt: ContinuousClock.Instant?
    /// Whether a watch is open.
    package var isWatching = false

    /// Nothing has arrived yet.
    package init() {}
}

/// Steps that lists and watches have in common.
extension Reflector {
    /// Waits a random time, and goes on.
    mutating func wait(atMost limit: Duration, then step: NextStep) {
        phase = .waiting(until: now + limit * Double.random(in: 0...1, using: &random), then: step)
    }

    /// Waits after a failure, longer after each one, and goes on.
    mutating func retry(after failure: RequestFailure, then step: NextStep) {
        let verb = if case .listing = phase { "list" } else { "watch" }
        let duration = backoff.fail(at: now, retryAfter: failure.refusal?.retryAfterSeconds.map { .seconds($0) }, using: &random)
        output.notes.append(.failed(failure, verb: verb, retryIn: duration))
        phase = .waiting(until: now + duration, then: step)
    }

    /// Asks whether the kind is installed again, from time to time.
    ///
    /// Held deletions stay held: they belong to the removal of the kind, and the next list decides.
    mutating func becomeAbsent(_ failure: RequestFailure) {
        if !isAbsent { output.notes.append(.becameAbsent) }
        isAbsent = true
        list = ObjectList()
        retry(after: failure, then: .list)
    }

    /// Sends a request.
    mutating func send(_ kind: ReflectorRequest.Kind) {
        exchange += 1
        output.request = ReflectorRequest(exchange: exchange, kind: kind)
    }

    /// Removes the objects whose deletion is confirmed by the watch that goes on.
    mutating func applyDueDeletions() {
        for key in heldDeletions.takeDue(at: now) {
            if let change = store.remove(key) { output.changes.append(change) }
        }
    }
}
