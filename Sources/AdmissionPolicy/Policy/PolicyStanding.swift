/// Whether one policy applies to a namespace, and why.
package struct PolicyStanding: Sendable {
    /// Why the policy applies, or why it does not.
    package enum Reason: Sendable, Equatable {
        /// The policy applies, by this pattern or selector.
        case applies(NamespaceMatch)
        /// The policy matches by this pattern or selector, but the one that applies is more specific.
        case outranked(NamespaceMatch)
        /// The policy matches by this selector, and the one that applies has as many requirements, but was read first.
        case readLater(NamespaceSelector)
        /// A glob or a selector of the policy would match, but only its exact name matches this namespace.
        case keptFromGlobs(NamespaceMatch)
        /// Neither its patterns nor its selector match.
        case unmatched
    }

    /// The policy.
    package let policy: ScorePolicy
    /// Why the policy applies or does not.
    package let reason: Reason
}

/// How a policy matches a namespace.
package enum NamespaceMatch: Sendable, Equatable {
    /// By its name.
    case name(NamePattern)
    /// By its labels.
    case labels(NamespaceSelector)

    /// The pattern or the selector as text.
    package var text: String {
        switch self {
        case .name(let pattern): pattern.text
        case .labels(let selector): selector.description
        }
    }

    /// Whether the policy names the namespace exactly.
    package var isExact: Bool {
        if case .name(let pattern) = self { pattern.isExact } else { false }
    }

    /// Orders matches: exact names, globs by their literal characters, selectors by their requirements, then `*`.
    fileprivate var rank: (Int, Int) {
        switch self {
        case .name(let pattern) where pattern.isExact: (3, 0)
        case .name(let pattern) where pattern.literalCount > 0: (2, pattern.literalCount)
        case .labels(let selector): (1, selector.requirements.count)
        case .name: (0, 0)
        }
    }
}

extension PolicySet {
    /// Tells of each policy whether it applies to a namespace: the one that applies first, then the less specific ones, the most specific
    /// first, then the others in the order in which they were read.
    ///
    /// If none applies, ``builtInDefault`` does. Without `labels` no selector matches: policies with selectors are read only with labels.
    package func standings(for namespace: String, labels: NamespaceLabels? = nil) -> [PolicyStanding] {
        let isKept = isKeptFromGlobs(namespace)
        var matching: [(policy: ScorePolicy, match: NamespaceMatch)] = []
        var others: [PolicyStanding] = []
        for policy in policies {
            let matches = policy.matches(namespace, labels: labels)
            if let match = Self.mostSpecific(matches.filter { $0.isExact || !isKept }) {
                matching.append((policy, match))
            } else if let match = Self.mostSpecific(matches) {
                others.append(PolicyStanding(policy: policy, reason: .keptFromGlobs(match)))
            } else {
                others.append(PolicyStanding(policy: policy, reason: .unmatched))
            }
        }
        let ranked = matching.enumerated().sorted { first, second in
            let (one, other) = (first.element.match.rank, second.element.match.rank)
            return one != other ? one > other : first.offset < second.offset
        }.map(\.element)
        return ranked.enumerated().map { place, element in
            let reason: PolicyStanding.Reason =
                switch element.match {
                case _ where place == 0: .applies(element.match)
                case .labels(let selector) where element.match.rank == ranked[0].match.rank: .readLater(selector)
                default: .outranked(element.match)
                }
            return PolicyStanding(policy: element.policy, reason: reason)
        } + others
    }

    /// The most specific match; the first one of several.
    private static func mostSpecific(_ matches: [NamespaceMatch]) -> NamespaceMatch? {
        matches.reduce(nil) { best, match in
            best.map { match.rank > $0.rank } ?? true ? match : best
        }
    }
}

extension ScorePolicy {
    /// The patterns and the selector that match a namespace, more specific policies aside.
    fileprivate func matches(_ namespace: String, labels: NamespaceLabels?) -> [NamespaceMatch] {
        let names = namespaces.filter { $0.matches(namespace) }.map(NamespaceMatch.name)
        guard let selector = namespaceSelector, let labels, selector.matches(labels) else { return names }
        return names + [.labels(selector)]
    }
}
