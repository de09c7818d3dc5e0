/// Finds which of many lists of patterns match a namespace, without looking at each of them.
///
/// Patterns are kept by what stands before their first `*`. A namespace is looked up by each of its beginnings, so the cost depends on its
/// length and on the patterns that share a beginning with it, not on the number of patterns.
struct NamespaceIndex: Sendable {
    /// A pattern with the index of the list that it belongs to.
    private struct Entry: Sendable {
        let pattern: NamePattern
        let owner: Int
    }

    /// By a digest of their literal beginning; what shares a digest by chance does not match.
    private var entries: [UInt64: [Entry]] = [:]
    /// The lengths of beginnings that any pattern has, a bit each; lengths from 63 on share the last one.
    private var lengths: UInt64 = 0

    /// Indexes the lists; each is found by its place among them.
    init(_ lists: [[NamePattern]]) {
        for (owner, patterns) in lists.enumerated() {
            for pattern in patterns {
                let beginning = pattern.bytes.prefix { $0 != NamePattern.star }
                let digest = beginning.reduce(Self.seed, Self.extended)
                entries[digest, default: []].append(Entry(pattern: pattern, owner: owner))
                lengths |= 1 << min(UInt64(beginning.count), 63)
            }
        }
    }

    /// The lists that match, ascending and each once; only exact names match where globs do not count.
    func owners(of namespace: String, withGlobs: Bool) -> [Int] {
        // No namespace has so long a name.
        guard !entries.isEmpty, namespace.utf8.count <= Self.byteLimit else { return [] }
        var owners: [Int] = []
        let bytes = namespace.utf8.span
        var digest = Self.seed
        for length in 0...bytes.count {
            if length > 0 { digest = Self.extended(digest, bytes[length - 1]) }
            guard lengths >> min(UInt64(length), 63) & 1 == 1, let candidates = entries[digest] else { continue }
            for candidate in candidates where (withGlobs || candidate.pattern.isExact) && candidate.pattern.matches(bytes) {
                owners.append(candidate.owner)
            }
        }
        guard owners.count > 1 else { return owners }
        owners.sort()
        var distinct: [Int] = []
        for owner in owners where owner != distinct.last { distinct.append(owner) }
        return distinct
    }

    /// The longest name that is looked up, in bytes; those of namespaces have at most 63.
    private static let byteLimit = 1_024

    /// FNV-1a; policies are the administrator's, so nobody gains by making digests collide.
    private static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

    private static func extended(_ digest: UInt64, _ byte: UInt8) -> UInt64 {
        (digest ^ UInt64(byte)) &* 0x100_0000_01B3
    }
}
