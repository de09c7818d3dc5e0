/// How one policy stands to a namespace.
package struct PolicyStanding: Sendable {
    /// Why the policy applies, or why it does not.
    package enum Reason: Sendable, Equatable {
        /// It applies, by this pattern.
        case applies(NamePattern)
        /// It matches by this pattern, but the policy that applies names the namespace more closely.
        case outranked(NamePattern)
        /// Its glob would match, but only an exact name matches this namespace.
        case keptFromGlobs(NamePattern)
        /// None of its patterns matches.
        case unmatched
    }

    /// The policy.
    package let policy: ScorePolicy
    /// How it stands.
    package let reason: Reason
}

extension PolicySet {
    /// Tells of each policy how it stands to a namespace: the one that applies first, then those that match less closely, the closest
    /// first, then the others as they were read.
    ///
    /// Where none applies, ``builtInDefault`` does.
    package func standings(for namespace: String) -> [PolicyStanding] {
        let isKept = isKeptFromGlobs(namespace)
        var matching: [(policy: ScorePolicy, pattern: NamePattern)] = []
        var others: [PolicyStanding] = []
        for policy in policies {
            let patterns = policy.namespaces.filter { $0.matches(namespace) }
            if let pattern = Self.closest(patterns.filter { $0.isExact || !isKept }) {
                matching.append((policy, pattern))
            } else if let glob = Self.closest(patterns) {
                others.append(PolicyStanding(policy: policy, reason: .keptFromGlobs(glob)))
            } else {
                others.append(PolicyStanding(policy: policy, reason: .unmatched))
            }
        }
        let ranked = matching.enumerated().sorted { first, second in
            let (one, other) = (Self.rank(first.element.pattern), Self.rank(second.element.pattern))
            return one != other ? one > other : first.offset < second.offset
        }
        return ranked.enumerated().map { place, match in
            let pattern = match.element.pattern
            return PolicyStanding(policy: match.element.policy, reason: place == 0 ? .applies(pattern) : .outranked(pattern))
        } + others
    }

    /// The pattern that names most closely; the first one of several.
    private static func closest(_ patterns: [NamePattern]) -> NamePattern? {
        patterns.reduce(nil) { best, pattern in
            best.map { rank(pattern) > rank($0) } ?? true ? pattern : best
        }
    }

    /// An exact name goes before any glob, a glob before one with fewer literal characters.
    private static func rank(_ pattern: NamePattern) -> Int {
        pattern.isExact ? .max : pattern.literalCount
    }
}
