import KubernetesAPI

/// The policies in force, immutable once built.
package struct PolicySet: Sendable {
    /// Namespaces that globs never match; only an exact name does.
    package static let systemNamespaces = ["kube-system", "kube-public", "kube-node-lease"]

    /// A glob with the index of its policy.
    private struct Glob: Sendable {
        let pattern: NamePattern
        let policy: Int
    }

    /// The policies in the order in which they were read.
    package let policies: [ScorePolicy]
    /// The waivers in the order in which they were read, those that have ended among them.
    package let waivers: [ScoreWaiver]
    /// What applies where no policy does.
    package let builtInDefault: ScorePolicy
    /// Podscore's own namespace, which globs never match; empty when unknown.
    package let ownNamespace: String
    /// Indices of policies by the bytes of the namespaces that they name exactly.
    private let exactNamespaces: [[UInt8]: Int]
    /// Indices of policies by the bytes of their names.
    private let names: [[UInt8]: Int]
    /// The waivers by the namespaces that they name.
    private let waiverIndex: NamespaceIndex
    /// All globs, those with the most literal characters first.
    private let globs: [Glob]

    /// Indexes the policies; where two of them tie, which ``PolicyReader`` refuses, the first one wins.
    package init(policies: [ScorePolicy], waivers: [ScoreWaiver] = [], builtInDefault: ScorePolicy, ownNamespace: String) {
        self.policies = policies
        self.waivers = waivers
        waiverIndex = NamespaceIndex(waivers.map(\.match.namespaces))
        self.builtInDefault = builtInDefault
        self.ownNamespace = ownNamespace
        var exactNamespaces: [[UInt8]: Int] = [:]
        var names: [[UInt8]: Int] = [:]
        var globs: [Glob] = []
        for (index, policy) in policies.enumerated() {
            names[Array(policy.name.utf8)] = names[Array(policy.name.utf8)] ?? index
            for pattern in policy.namespaces {
                if pattern.isExact {
                    exactNamespaces[pattern.bytes] = exactNamespaces[pattern.bytes] ?? index
                } else {
                    globs.append(Glob(pattern: pattern, policy: index))
                }
            }
        }
        self.exactNamespaces = exactNamespaces
        self.names = names
        self.globs = globs.enumerated().sorted { first, second in
            (second.element.pattern.literalCount, first.offset) < (first.element.pattern.literalCount, second.offset)
        }.map(\.element)
    }

    /// Returns the policy that applies in a namespace: the one that names it exactly, else the one whose glob has the most literal
    /// characters, else the built-in default.
    ///
    /// Names compare as bytes. Linear in the number of globs.
    package func policy(for namespace: String) -> ScorePolicy {
        if !exactNamespaces.isEmpty, let index = exactNamespaces[Array(namespace.utf8)] { return policies[index] }
        guard !isKeptFromGlobs(namespace) else { return builtInDefault }
        let name = namespace.utf8.span
        for glob in globs where glob.pattern.matches(name) { return policies[glob.policy] }
        return builtInDefault
    }

    /// Returns the policy of that name, compared as bytes; the built-in default cannot be asked for.
    package func policy(named name: String) -> ScorePolicy? {
        names[Array(name.utf8)].map { policies[$0] }
    }

    /// Returns the waivers that can apply in a namespace, in the order in which they were read; globs match as those of policies do.
    ///
    /// The cost does not grow with waivers of other namespaces.
    package func waivers(in namespace: String) -> [ScoreWaiver] {
        guard !waivers.isEmpty else { return [] }
        return waiverIndex.owners(of: namespace, withGlobs: !isKeptFromGlobs(namespace)).map { waivers[$0] }
    }

    /// The namespaces that policies name exactly, in the order in which they were read, each once with the policy that applies in it.
    package var namedNamespaces: [(policy: String, namespace: String)] {
        var named: [(policy: String, namespace: String)] = []
        for (index, policy) in policies.enumerated() {
            for pattern in policy.namespaces where pattern.isExact && exactNamespaces[pattern.bytes] == index {
                named.append((policy.name, pattern.text))
            }
        }
        return named
    }

    /// Tells whether only an exact name matches the namespace: a denial there can keep the cluster, or Podscore itself, from starting.
    func isKeptFromGlobs(_ namespace: String) -> Bool {
        namespace.hasSameBytes(as: ownNamespace) || Self.systemNamespaces.contains { $0.hasSameBytes(as: namespace) }
    }
}

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

    /// The entries by a digest of their literal beginning.
    ///
    /// A pattern that shares a digest by chance does not match. Administrators write policies, so nobody gains by making digests collide.
    private var entries: [UInt64: [Entry]] = [:]
    /// The lengths of beginnings that any pattern has, a bit each; lengths from 63 on share the last one.
    private var lengths: UInt64 = 0

    /// Indexes the lists; each is found by its place among them.
    init(_ lists: [[NamePattern]]) {
        for (owner, patterns) in lists.enumerated() {
            for pattern in patterns {
                let beginning = pattern.bytes.prefix { $0 != NamePattern.star }
                var digest = FNV1a()
                digest.combine(beginning)
                entries[digest.value, default: []].append(Entry(pattern: pattern, owner: owner))
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
        var digest = FNV1a()
        for length in 0...bytes.count {
            if length > 0 { digest.combine(bytes[length - 1]) }
            guard lengths >> min(UInt64(length), 63) & 1 == 1, let candidates = entries[digest.value] else { continue }
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
}
