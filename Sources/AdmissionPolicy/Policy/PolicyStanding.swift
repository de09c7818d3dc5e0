/// Whether one policy applies to a namespace, and why.
package struct PolicyStanding: Sendable {
    /// Why the policy applies, or why it does not.
    package enum Reason: Sendable, Equatable {
        /// The policy applies, by this pattern.
        case applies(NamePattern)
        /// The policy matches by this pattern, but the one that applies is more specific.
        case outranked(NamePattern)
        /// A glob of the policy would match, but only its exact name matches this namespace.
        case keptFromGlobs(NamePattern)
        /// None of its patterns matches.
        case unmatched
    }

    /// The policy.
    package let policy: ScorePolicy
    /// Why it applies or does not.
    package let reason: Reason
}

extension PolicySet {
    /// Tells of each policy whether it applies to a namespace: the one that applies first, then the less specific ones, the most specific
    /// first, then the others in the order in which they were read.
    ///
    /// If none applies, ``builtInDefault`` does.
    package func standings(for namespace: String) -> [PolicyStanding] {
        let isKept = isKeptFromGlobs(namespace)
        var matching: [(policy: ScorePolicy, pattern: NamePattern)] = []
        var others: [PolicyStanding] = []
        for policy in policies {
            let patterns = policy.namespaces.filter { $0.matches(namespace) }
            if let pattern = Self.mostSpecific(patterns.filter { $0.isExact || !isKept }) {
                matching.append((policy, pattern))
            } else if let glob = Self.mostSpecific(patterns) {
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

    /// The most specific pattern; the first one of several.
    private static func mostSpecific(_ patterns: [NamePattern]) -> NamePattern? {
        patterns.reduce(nil) { best, pattern in
            best.map { rank(pattern) > rank($0) } ?? true ? pattern : best
        }
    }

    /// An exact name is more specific than any glob, and a glob than one with fewer literal characters.
    private static func rank(_ pattern: NamePattern) -> Int {
        pattern.isExact ? .max : pattern.literalCount
    }
}
