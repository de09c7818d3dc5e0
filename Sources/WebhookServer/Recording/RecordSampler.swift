/// Chooses which requests are recorded: of each workload one every ten minutes, of each namespace ten a second.
///
/// Which Pods a policy lets in depends on what they are, not on how many there are. So the sample aims at one record of each workload that
/// the cluster runs, whenever it came, and neither at the first requests nor at a share of all: of those most come from the few workloads
/// that restart most often.
///
/// Remembers in fixed tables. Workloads that share a place in one take turns, which costs a record written again.
struct RecordSampler {
    private struct Seen {
        var digest: UInt64 = 0
        var seconds = Int64.min
    }

    private struct Rate {
        var second = Int64.min
        var count = 0
    }

    /// How long a workload's record stands, in seconds.
    static let repeatSeconds: Int64 = 600
    /// Records of a namespace in a second.
    static let namespaceRate = 10

    private static let seenCount: UInt64 = 4_096
    private static let rateCount: UInt64 = 256

    private var seen = [Seen](repeating: Seen(), count: Int(seenCount))
    private var rates = [Rate](repeating: Rate(), count: Int(rateCount))

    /// Tells whether to record a request that comes now.
    mutating func chooses(_ key: RecordKey, at seconds: Int64) -> Bool {
        let place = Int(key.digest % Self.seenCount)
        let last = seen[place]
        // A clock that was set back must not stop the recording.
        if last.digest == key.digest, last.seconds <= seconds, seconds < last.seconds &+ Self.repeatSeconds { return false }
        let rate = Int(UInt64(truncatingIfNeeded: key.namespace.hashValue) % Self.rateCount)
        if rates[rate].second != seconds { rates[rate] = Rate(second: seconds) }
        guard rates[rate].count < Self.namespaceRate else { return false }
        rates[rate].count += 1
        seen[place] = Seen(digest: key.digest, seconds: seconds)
        return true
    }

    /// Forgets that a request was chosen, for it could not be written.
    mutating func forget(_ key: RecordKey) {
        let place = Int(key.digest % Self.seenCount)
        if seen[place].digest == key.digest { seen[place] = Seen() }
    }
}
