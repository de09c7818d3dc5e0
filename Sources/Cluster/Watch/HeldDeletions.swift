/// Objects that an API server has reported as deleted and that are kept for a moment.
///
/// When a CustomResourceDefinition is deleted, all its objects are deleted first, and the watch ends one to two seconds later. These
/// deletions must not take policies out of force, so each deletion waits until the watch has gone on for a while. Many deletions wait until
/// no more of them come.
struct HeldDeletions: Sendable {
    /// A point in time.
    typealias Instant = ContinuousClock.Instant

    private struct Entry: Sendable {
        let key: String
        let number: Int
        let due: Instant
    }

    private let timings: ReflectorTimings
    /// In the order of arrival, which is that of the due times; entries before ``head`` are done.
    private var queue: [Entry] = []
    private var head = 0
    /// The number of the latest entry of each key; other entries of the key no longer count.
    private var numbers: [String: Int] = [:]
    private var count = 0
    /// No deletion is due before; `nil` while no watch is open.
    private var openUntil: Instant?
    /// How often a watch ended since these deletions are held.
    private(set) var interruptionCount = 0

    /// Holds nothing.
    init(_ timings: ReflectorTimings) {
        self.timings = timings
    }

    /// When the next deletion is due; `nil` if none is, or no watch is open.
    var deadline: Instant? {
        guard let openUntil, head < queue.count, let last = queue.last else { return nil }
        let due = max(queue[head].due, openUntil)
        guard numbers.count > timings.deletionBurst else { return due }
        return max(due, min(last.due, queue[head].due + timings.deletionBurstHold))
    }

    /// Holds a deletion.
    mutating func hold(_ key: String, at now: Instant) {
        count += 1
        numbers[key] = count
        queue.append(Entry(key: key, number: count, due: now + timings.deletionHold))
    }

    /// Forgets the deletion of an object that exists again.
    mutating func forget(_ key: String) {
        numbers[key] = nil
    }

    /// A watch has ended: nothing is due until one goes on.
    mutating func interrupt() {
        if openUntil != nil, !numbers.isEmpty { interruptionCount += 1 }
        openUntil = nil
    }

    /// A watch goes on.
    mutating func resume(at now: Instant) {
        openUntil = now + (numbers.isEmpty ? .zero : timings.deletionHold)
    }

    /// Forgets all deletions.
    mutating func removeAll() {
        self = Self(timings)
    }

    /// Returns the keys of the deletions that are due, in the order in which they arrived.
    mutating func takeDue(at now: Instant) -> [String] {
        guard let deadline, deadline <= now else { return [] }
        var keys: [String] = []
        while head < queue.count, queue[head].due <= now {
            let entry = queue[head]
            head += 1
            guard numbers[entry.key] == entry.number else { continue }
            numbers[entry.key] = nil
            keys.append(entry.key)
        }
        if head == queue.count { interruptionCount = 0 }
        // Each entry is moved at most once for each that goes.
        if head * 2 >= queue.count {
            queue.removeFirst(head)
            head = 0
        }
        return keys
    }
}
