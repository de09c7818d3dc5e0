import KubernetesAPI

/// The policies in force, immutable once built.
package final class PolicySet: Sendable {
    /// Namespaces that globs and selectors never match; only an exact name does.
    package static let systemNamespaces = ["kube-system", "kube-public", "kube-node-lease"]

    /// A glob with the index of its policy.
    struct Glob: Sendable {
        /// The glob.
        let pattern: NamePattern
        /// The index of the policy that has it.
        let policy: Int
    }

    /// A selector with the index of its policy.
    struct Selector: Sendable {
        /// The selector.
        let selector: NamespaceSelector
        /// The index of the policy that has it.
        let policy: Int
    }

    /// The policies in the order in which they were read.
    package let policies: [ScorePolicy]
    /// The waivers in the order in which they were read, expired ones among them.
    package let waivers: [ScoreWaiver]
    /// The policy that applies where no other does.
    package let builtInDefault: ScorePolicy
    /// Podscore's own namespace, which globs and selectors never match; empty if unknown.
    package let ownNamespace: String
    /// Indices of policies by the bytes of their exact namespaces.
    let exactNamespaces: [[UInt8]: Int]
    /// Indices of policies by the bytes of their names.
    private let names: [[UInt8]: Int]
    /// The waivers by namespace.
    private let waiverIndex: NamespaceIndex
    /// All globs, those with the most literal characters first.
    let globs: [Glob]
    /// The number of globs with a literal character; selectors rank behind them, and before `*`.
    let literalGlobCount: Int
    /// All selectors, those with the most requirements first.
    let selectors: [Selector]
    /// The keys of the labels that selectors and minimum scores read, in byte order.
    package let labelKeys: [String]

    /// Indexes the policies; if two are equally specific, which ``PolicyReader`` rejects, the first one wins.
    package init(policies: [ScorePolicy], waivers: [ScoreWaiver] = [], builtInDefault: ScorePolicy, ownNamespace: String) {
        self.policies = policies
        self.waivers = waivers
        waiverIndex = NamespaceIndex(waivers.map(\.match.namespaces))
        self.builtInDefault = builtInDefault
        self.ownNamespace = ownNamespace
        var exactNamespaces: [[UInt8]: Int] = [:]
        var names: [[UInt8]: Int] = [:]
        var globs: [Glob] = []
        var selectors: [Selector] = []
        for (index, policy) in policies.enumerated() {
            names[Array(policy.name.utf8)] = names[Array(policy.name.utf8)] ?? index
            for pattern in policy.namespaces {
                if pattern.isExact {
                    exactNamespaces[pattern.bytes] = exactNamespaces[pattern.bytes] ?? index
                } else {
                    globs.append(Glob(pattern: pattern, policy: index))
                }
            }
            if let selector = policy.namespaceSelector { selectors.append(Selector(selector: selector, policy: index)) }
        }
        self.exactNamespaces = exactNamespaces
        self.names = names
        self.globs = globs.enumerated().sorted { first, second in
            (second.element.pattern.literalCount, first.offset) < (first.element.pattern.literalCount, second.offset)
        }.map(\.element)
        literalGlobCount = globs.count { $0.pattern.literalCount > 0 }
        self.selectors = selectors.enumerated().sorted { first, second in
            (second.element.selector.requirements.count, first.offset) < (first.element.selector.requirements.count, second.offset)
        }.map(\.element)
        labelKeys = (MinimumLabel.keys + selectors.flatMap(\.selector.keys)).inByteOrder
    }

    /// Returns the policy that applies in a namespace by its name alone: the one that names it exactly, else the one whose glob has the most
    /// literal characters, else the built-in default.
    ///
    /// Names compare as bytes. Linear in the number of globs.
    package func policy(for namespace: String) -> ScorePolicy {
        if !exactNamespaces.isEmpty, let index = exactNamespaces[Array(namespace.utf8)] { return policies[index] }
        guard !isKeptFromGlobs(namespace) else { return builtInDefault }
        let name = namespace.utf8.span
        for glob in globs where glob.pattern.matches(name) { return policies[glob.policy] }
        return builtInDefault
    }

    /// Returns the policy that applies in a namespace with these labels: the one that names it exactly, else the one whose glob has the most
    /// literal characters, else the one whose selector has the most requirements, else that of `*`, else the built-in default.
    ///
    /// If selectors have equally many requirements, the first one read wins. Linear in the numbers of globs and requirements.
    package func policy(for namespace: String, labels: NamespaceLabels) -> ScorePolicy {
        guard !selectors.isEmpty else { return policy(for: namespace) }
        return closePolicy(for: namespace) ?? selectors.first { $0.selector.matches(labels) }.map { policies[$0.policy] }
            ?? policy(for: namespace)
    }

    /// Tells whether labels of a namespace can matter there: to choose the policy, or to raise its minimums.
    ///
    /// Requests that belong to no namespace have an empty one.
    package func needsLabels(of namespace: String, pinned: ScorePolicy? = nil) -> Bool {
        guard !namespace.isEmpty else { return false }
        if let policy = pinned ?? closePolicy(for: namespace) { return readsLabels(policy, in: namespace) }
        return !selectors.isEmpty || readsLabels(policy(for: namespace), in: namespace)
    }

    /// Tells whether a selector can choose the policy of a namespace, because no exact name or closer glob does.
    func canSelect(_ namespace: String) -> Bool {
        !selectors.isEmpty && closePolicy(for: namespace) == nil
    }

    /// Returns the policy of a name, compared as bytes; `nil` without one.
    ///
    /// The built-in default cannot be selected by name.
    package func policy(named name: String) -> ScorePolicy? {
        names[Array(name.utf8)].map { policies[$0] }
    }

    /// Returns the waivers that can apply in a namespace, in the order in which they were read; globs match as in policies.
    ///
    /// The cost does not grow with waivers of other namespaces.
    package func waivers(in namespace: String) -> [ScoreWaiver] {
        guard !waivers.isEmpty else { return [] }
        return waiverIndex.owners(of: namespace, withGlobs: !isKeptFromGlobs(namespace)).map { waivers[$0] }
    }

    /// The exact namespaces of all policies in the order in which they were read, each once, with the policy that applies there.
    package var namedNamespaces: [(policy: String, namespace: String)] {
        var named: [(policy: String, namespace: String)] = []
        for (index, policy) in policies.enumerated() {
            for pattern in policy.namespaces where pattern.isExact && exactNamespaces[pattern.bytes] == index {
                named.append((policy.name, pattern.text))
            }
        }
        return named
    }

    /// The policy that is more specific than any selector; the built-in default for a namespace that no selector may match.
    private func closePolicy(for namespace: String) -> ScorePolicy? {
        if !exactNamespaces.isEmpty, let index = exactNamespaces[Array(namespace.utf8)] { return policies[index] }
        guard !isKeptFromGlobs(namespace) else { return builtInDefault }
        let name = namespace.utf8.span
        for glob in globs.prefix(literalGlobCount) where glob.pattern.matches(name) { return policies[glob.policy] }
        return nil
    }

    /// Tells whether only its exact name matches the namespace: denials there can keep the cluster, or Podscore itself, from starting.
    func isKeptFromGlobs(_ namespace: String) -> Bool {
        namespace.hasSameBytes(as: ownNamespace) || Self.systemNamespaces.contains { $0.hasSameBytes(as: namespace) }
    }
}

/// Finds which of many lists of patterns match a namespace, without comparing each of them.
///
/// The index has each pattern by its characters before the first `*`. A namespace is looked up by each of its beginnings, so the cost
/// depends on its length and on the patterns with such a beginning, not on the number of patterns.
struct NamespaceIndex: Sendable {
    /// A pattern with the index of its list.
    private struct Entry: Sendable {
        let pattern: NamePattern
        let owner: Int
    }

    /// By a digest of the literal beginning.
    ///
    /// A pattern whose digest is the same by chance does not match. Only the administrator writes policies, so nobody gains by making digests
    /// collide.
    private var entries: [UInt64: [Entry]] = [:]
    /// The lengths of all literal beginnings, one bit each; lengths from 63 on share the last bit.
    private var lengths: UInt64 = 0

    /// Indexes the lists; results are indices of lists.
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

    /// The lists that match, ascending and each once; without globs, only exact names match.
    func owners(of namespace: String, withGlobs: Bool) -> [Int] {
        // No namespace name is that long.
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

    /// The longest name that is looked up, in bytes; names of namespaces have at most 63.
    private static let byteLimit = 1_024
}
