/// Says how long requests wait for a Namespace whose labels can matter and that is not known yet, as one that was just created.
///
/// A state machine without a clock. A request whose Namespace is known, see ``PolicySet/knowledge(of:in:pinned:)``, does not need it.
package struct NamespaceWaits: Sendable {
    /// The next step of a request whose Namespace is not known.
    package enum Step: Sendable, Equatable {
        /// Wait for the Namespace, at most until this time, then ask again.
        case park(until: ContinuousClock.Instant)
        /// Answer with status 503 and ``retryAfterSeconds``, so that the API server asks again.
        case retry
        /// Decide by the name alone, with a warning: the Namespace did not come in time.
        case decideByName
    }

    /// How long a request is parked.
    package static let parkLimit = Duration.milliseconds(500)
    /// How long requests wait for a Namespace, from the first request that missed it.
    package static let patience = Duration.seconds(2)
    /// The value of `Retry-After`.
    package static let retryAfterSeconds = 1
    /// How long a Namespace that never came is remembered; its next request then waits again.
    static let memory = Duration.seconds(600)
    /// The most Namespaces that are remembered; requests for others are sent away until one of these is forgotten.
    static let countLimit = 20_000

    /// When each Namespace was first missed.
    private var firstMisses: [String: ContinuousClock.Instant] = [:]
    /// When the oldest of as many Namespaces as are remembered can be forgotten; `nil` before there were as many.
    private var fullUntil: ContinuousClock.Instant?

    /// Nothing is missed yet.
    package init() {}

    /// The number of Namespaces that are missed.
    package var count: Int { firstMisses.count }

    /// Returns the next step of a request that was received at a time; `now` is not before it.
    package mutating func step(
        for namespace: String,
        receivedAt received: ContinuousClock.Instant,
        now: ContinuousClock.Instant
    ) -> Step {
        guard let first = firstMiss(of: namespace, at: now) else { return .retry }
        let end = first + Self.patience
        guard now < end else { return .decideByName }
        let parkEnd = received + Self.parkLimit
        return now < parkEnd ? .park(until: min(parkEnd, end)) : .retry
    }

    /// Forgets the missed Namespaces for which a closure says that they are known now.
    package mutating func forget(where isKnown: (_ namespace: String) -> Bool) {
        for namespace in firstMisses.keys where isKnown(namespace) { firstMisses[namespace] = nil }
    }

    /// When a Namespace was first missed; `nil` if it cannot be remembered.
    private mutating func firstMiss(of namespace: String, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        let known = firstMisses[namespace]
        if let known, now < known + Self.memory { return known }
        guard known != nil || hasRoom(at: now) else { return nil }
        firstMisses[namespace] = now
        return now
    }

    /// Makes room for a Namespace by forgetting old ones, if need be.
    ///
    /// All are searched only if one of them can be old.
    private mutating func hasRoom(at now: ContinuousClock.Instant) -> Bool {
        if firstMisses.count < Self.countLimit { return true }
        if let fullUntil, now < fullUntil { return false }
        firstMisses = firstMisses.filter { now < $0.value + Self.memory }
        fullUntil = firstMisses.values.min().map { $0 + Self.memory }
        return firstMisses.count < Self.countLimit
    }
}

extension PolicySet {
    /// Returns what is known of a Namespace, as far as it can matter for a request there; `nil` if the request should wait, see
    /// ``NamespaceWaits``.
    ///
    /// `namespace` is empty for a request without one, and `directory` is `nil` while the Namespaces were not read. If the directory was read
    /// without labels that new policies read, a Namespace in which a selector can matter is not known. A `pinned` policy replaces the
    /// Namespace's. `isComplete` tells whether the directory has all labels that these policies read; without it, that takes time.
    package func knowledge(
        of namespace: String,
        in directory: NamespaceDirectory?,
        isComplete: Bool? = nil,
        pinned: ScorePolicy? = nil
    ) -> NamespaceKnowledge? {
        guard needsLabels(of: namespace, pinned: pinned) else { return .nameAlone }
        guard let directory, let labels = directory[namespace] else { return nil }
        // Every directory keeps the labels of minimums.
        if pinned == nil, canSelect(namespace), !(isComplete ?? directory.isComplete(for: self)) { return nil }
        return .labels(labels)
    }
}
