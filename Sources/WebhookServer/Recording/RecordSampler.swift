/// Chooses which requests are recorded: one every ten minutes of each workload, ten per second of each namespace.
///
/// A policy's effect depends on which Pods there are, not on how many. So the sample aims at one record of each workload of the cluster.
/// The first requests, or a share of all, would mostly come from the few workloads that restart most often.
///
/// It remembers in tables of fixed size. Workloads that share a place in the first table replace each other, which only costs repeated
/// records. Namespaces that policies name do not share places in the second table, so that made-up names can't use up their rate.
struct RecordSampler {
    private struct Seen {
        var digest: UInt64 = 0
        var seconds = Int64.min
    }

    private struct Rate {
        var second = Int64.min
        var count = 0

        /// Counts one more in a second; `false` if there were enough.
        mutating func takes(at seconds: Int64) -> Bool {
            if second != seconds { self = Self(second: seconds) }
            guard count < namespaceRate else { return false }
            count += 1
            return true
        }
    }

    /// The time before a workload is recorded again, in seconds.
    static let repeatSeconds: Int64 = 600
    /// The most records of a namespace in a second.
    static let namespaceRate = 10

    private static let seenCount: UInt64 = 4_096
    private static let rateCount: UInt64 = 256

    private var seen = [Seen](repeating: Seen(), count: Int(seenCount))
    private var rates = [Rate](repeating: Rate(), count: Int(rateCount))
    private var namedRates: [String: Rate]

    /// Starts with nothing seen; `named` are the namespaces that policies name.
    init(named: Set<String> = []) {
        namedRates = Dictionary(uniqueKeysWithValues: named.map { ($0, Rate()) })
    }

    /// Whether policies name any namespace.
    var knowsNames: Bool { !namedRates.isEmpty }

    /// Tells whether a policy names the namespace of a request.
    func isNamed(_ key: RecordKey) -> Bool { namedRates[key.namespace] != nil }

    /// Sets the namespaces that policies name.
    mutating func setNamed(_ names: Set<String>) {
        let known = namedRates
        namedRates = Dictionary(uniqueKeysWithValues: names.map { ($0, known[$0] ?? Rate()) })
    }

    /// Tells whether to record a request that arrives now.
    mutating func chooses(_ key: RecordKey, at seconds: Int64) -> Bool {
        let place = Int(key.digest % Self.seenCount)
        let last = seen[place]
        // If the clock was set back, recording goes on.
        if last.digest == key.digest, last.seconds <= seconds, seconds < last.seconds &+ Self.repeatSeconds { return false }
        guard takesRate(of: key.namespace, at: seconds) else { return false }
        seen[place] = Seen(digest: key.digest, seconds: seconds)
        return true
    }

    private mutating func takesRate(of namespace: String, at seconds: Int64) -> Bool {
        if let takes = namedRates[namespace]?.takes(at: seconds) { return takes }
        return rates[Int(UInt64(truncatingIfNeeded: namespace.hashValue) % Self.rateCount)].takes(at: seconds)
    }

    /// Forgets that a request was chosen, because it could not be written.
    mutating func forget(_ key: RecordKey) {
        let place = Int(key.digest % Self.seenCount)
        if seen[place].digest == key.digest { seen[place] = Seen() }
    }
}
