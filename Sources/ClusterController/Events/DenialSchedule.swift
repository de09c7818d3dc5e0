import Cluster
import ClusterAudit
import KubernetesAPI
import Platform

/// Decides which Event is written when: one for each owner whose Pods are denied, not more often than needed.
///
/// A value without a clock and a connection. The denials of all ReplicaSets or Jobs of an owner count together if they say the same;
/// otherwise the latest one is told.
struct DenialSchedule {
    /// A point in time.
    typealias Instant = ContinuousClock.Instant

    /// The work that is due.
    enum Step: Equatable {
        /// Find the owner of a ReplicaSet or Job.
        case lookUp(OwnerIdentity)
        /// Write an Event.
        case write(DenialEvent)
    }

    /// The time between two writes of one Event.
    static let refreshInterval = Duration.seconds(600)
    /// The time between Events about different denials of one owner, and before a failed request is repeated.
    static let retryInterval = Duration.seconds(60)
    /// The most ReplicaSets and Jobs whose owner is not known yet; further ones are dropped.
    static let lookUpLimit = 1_000

    /// A ReplicaSet or Job with the Events about it.
    private struct Subject {
        var creations: [String: FailedCreation] = [:]
        /// The owner; `nil` if there is none, or while it is not known.
        var owner: OwnerIdentity?
        /// When the owner is looked up; `nil` if it was.
        var lookUpAt: Instant?
    }

    /// An owner's subjects, and what was written about it.
    private struct Owner {
        var subjects: Set<OwnerIdentity> = []
        /// When its Event is looked at; `nil` while nothing has changed.
        var dueAt: Instant?
        /// Until when nothing is written, after a failure.
        var restsUntil: Instant?
        var written: (event: DenialEvent, at: Instant)?
    }

    /// The ReplicaSets and Jobs, by all that Events say of them: an Event that names a UID in another place counts for itself.
    private var subjects: [OwnerIdentity: Subject] = [:]
    private var owners: [OwnerIdentity: Owner] = [:]
    /// The subject of each kept Event, by the Event's key.
    private var subjectsOfEvents: [String: OwnerIdentity] = [:]
    private var lookUpCount = 0

    /// Takes a new or changed Event of a ReplicaSet or Job; `false` if it is dropped, because too many others wait.
    mutating func set(_ key: String, _ creation: FailedCreation, at now: Instant) -> Bool {
        let subject = creation.subject
        if let known = subjectsOfEvents[key], known != subject { remove(key) }
        if subjects[subject] == nil {
            guard lookUpCount < Self.lookUpLimit else { return false }
            subjects[subject] = Subject(lookUpAt: now)
            lookUpCount += 1
        }
        subjectsOfEvents[key] = subject
        subjects[subject]?.creations[key] = creation
        if let owner = subjects[subject]?.owner { makeDue(owner, at: now) }
        return true
    }

    /// Forgets an Event that is gone.
    mutating func remove(_ key: String) {
        guard let identity = subjectsOfEvents.removeValue(forKey: key) else { return }
        subjects[identity]?.creations[key] = nil
        guard let subject = subjects[identity], subject.creations.isEmpty else { return }
        subjects[identity] = nil
        if subject.lookUpAt != nil { lookUpCount -= 1 }
        guard let owner = subject.owner else { return }
        owners[owner]?.subjects.remove(identity)
        if owners[owner]?.subjects.isEmpty == true { owners[owner] = nil }
    }

    /// The next step that is due; `nil` if there is none.
    mutating func next(at now: Instant) -> Step? {
        while let owner = Self.first(owners.compactMapValues(\.dueAt), at: now) {
            if let event = event(on: owner), event != owners[owner]?.written?.event { return .write(event) }
            owners[owner]?.dueAt = nil
        }
        return Self.first(subjects.compactMapValues(\.lookUpAt), at: now).map { .lookUp($0) }
    }

    /// Takes the owner of a ReplicaSet or Job; `nil` if it has none.
    mutating func resolve(_ subject: OwnerIdentity, owner: OwnerIdentity?, at now: Instant) {
        guard subjects[subject]?.lookUpAt != nil else { return }
        subjects[subject]?.lookUpAt = nil
        lookUpCount -= 1
        guard let owner else { return }
        subjects[subject]?.owner = owner
        owners[owner, default: Owner()].subjects.insert(subject)
        makeDue(owner, at: now)
    }

    /// Looks a ReplicaSet or Job up later, after a failure.
    mutating func postpone(_ subject: OwnerIdentity, at now: Instant) {
        if subjects[subject]?.lookUpAt != nil { subjects[subject]?.lookUpAt = now + Self.retryInterval }
    }

    /// Notes that an Event was written, or will not be taken.
    mutating func written(_ event: DenialEvent, at now: Instant) {
        owners[event.owner]?.written = (event, now)
        owners[event.owner]?.restsUntil = nil
        owners[event.owner]?.dueAt = nil
    }

    /// Writes an Event later, after a failure.
    mutating func postpone(_ event: DenialEvent, at now: Instant) {
        owners[event.owner]?.restsUntil = now + Self.retryInterval
        owners[event.owner]?.dueAt = now + Self.retryInterval
    }

    /// Lets the Event of an owner be looked at as soon as it may be written.
    private mutating func makeDue(_ identity: OwnerIdentity, at now: Instant) {
        guard let owner = owners[identity] else { return }
        var due = max(now, owner.restsUntil ?? now)
        if let (event, at) = owner.written {
            let isSame = latest(of: owner).map { DenialEvent.note($0, on: identity).hasSameBytes(as: event.note) } ?? false
            due = max(due, at + (isSame ? Self.refreshInterval : Self.retryInterval))
        }
        owners[identity]?.dueAt = min(owner.dueAt ?? due, due)
    }

    /// The Event about the latest denial of an owner, and those that say the same.
    private func event(on identity: OwnerIdentity) -> DenialEvent? {
        guard let owner = owners[identity], let latest = latest(of: owner) else { return nil }
        let note = DenialEvent.note(latest, on: identity)
        let same = creations(of: owner).filter { DenialEvent.note($0, on: identity).hasSameBytes(as: note) }
        // The first time is part of the Event's name, so it stays when the Event that it comes from is gone.
        let known = owner.written.flatMap { $0.event.note.hasSameBytes(as: note) ? $0.event.firstTime : nil }
        let first = same.map(\.firstTime).min { $0.seconds < $1.seconds } ?? latest.firstTime
        return DenialEvent(
            owner: identity,
            note: note,
            firstTime: known ?? first,
            lastTime: latest.lastTime,
            count: same.reduce(0) { $0 + $1.count }
        )
    }

    private func creations(of owner: Owner) -> [FailedCreation] {
        owner.subjects.flatMap { subjects[$0].map { Array($0.creations.values) } ?? [] }
    }

    private func latest(of owner: Owner) -> FailedCreation? {
        creations(of: owner).max { one, other in
            let (first, second) = (one.lastTime.seconds, other.lastTime.seconds)
            return first != second ? first < second : one.denial.utf8.lexicographicallyPrecedes(other.denial.utf8)
        }
    }

    /// The entry that is due first; of several the one that stands first in their order.
    private static func first(_ times: [OwnerIdentity: Instant], at now: Instant) -> OwnerIdentity? {
        times.filter { $0.value <= now }.min { $0.value != $1.value ? $0.value < $1.value : $0.key < $1.key }?.key
    }
}
