/// Chooses which requests are recorded: of each workload one every ten minutes, of each namespace ten a second.
///
/// Which Pods a policy lets in depends on what they are, not on how many there are. So the sample aims at one record of each workload that
/// the cluster runs, whenever it came, and neither at the first requests nor at a share of all: of those most come from the few workloads
/// that restart most often.
///
/// Remembers in fixed tables. Workloads that share a place in one take turns, which costs a record written again. Namespaces that policies
/// name share no place of the second table, so that nobody who makes up names uses up their share of a second.
struct RecordSampler {
    private struct Seen {
        var digest: UInt64 = 0
        var seconds = Int64.min
    }

    private struct Rate {
        var second = Int64.min
        var count = 0

        /// Counts one more in a second; false when there were enough.
        mutating func takes(at seconds: Int64) -> Bool {
            if second != seconds { self = Self(second: seconds) }
            guard count < namespaceRate else { return false }
            count += 1
            return true
        }
    }

    /// How long a workload's record stands, in seconds.
    static let repeatSeconds: Int64 = 600
    /// Records of a namespace in a second.
    static let namespaceRate = 10

    private static let seenCount: UInt64 = 4_096
    private static let rateCount: UInt64 = 256

    private var seen = [Seen](repeating: Seen(), count: Int(seenCount))
    private var rates = [Rate](repeating: Rate(), count: Int(rateCount))
    private var namedRates: [String: Rate]

    /// Begins with nothing seen; `named` are the namespaces that policies name.
    init(named: Set<String> = []) {
        namedRates = Dictionary(uniqueKeysWithValues: named.map { ($0, Rate()) })
    }

    /// Whether policies name any namespace.
    var knowsNames: Bool { !namedRates.isEmpty }

    /// Tells whether a policy names the namespace of a request.
    func isNamed(_ key: RecordKey) -> Bool { namedRates[key.namespace] != nil }

    /// Learns which namespaces the policies name that are in force now.
    mutating func setNamed(_ names: Set<String>) {
        let known = namedRates
        namedRates = Dictionary(uniqueKeysWithValues: names.map { ($0, known[$0] ?? Rate()) })
    }

    /// Tells whether to record a request that comes now.
    mutating func chooses(_ key: RecordKey, at seconds: Int64) -> Bool {
        let place = Int(key.digest % Self.seenCount)
        let last = seen[place]
        // A clock that was set back must not stop the recording.
        if last.digest == key.digest, last.seconds <= seconds, seconds < last.seconds &+ Self.repeatSeconds { return false }
        guard takesRate(of: key.namespace, at: seconds) else { return false }
        seen[place] = Seen(digest: key.digest, seconds: seconds)
        return true
    }

    private mutating func takesRate(of namespace: String, at seconds: Int64) -> Bool {
        if let takes = namedRates[namespace]?.takes(at: seconds) { return takes }
        return rates[Int(UInt64(truncatingIfNeeded: namespace.hashValue) % Self.rateCount)].takes(at: seconds)
    }

    /// Forgets that a request was chosen, for it could not be written.
    mutating func forget(_ key: RecordKey) {
        let place = Int(key.digest % Self.seenCount)
        if seen[place].digest == key.digest { seen[place] = Seen() }
    }
}
