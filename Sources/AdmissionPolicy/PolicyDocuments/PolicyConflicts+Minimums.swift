import KubernetesAPI

extension PolicyConflicts {
    /// Warns of each waiver whose minimum score is not below any minimum that its Pods can have by the policies, today or later.
    ///
    /// Without policies nothing is known about minimums. Labels of Namespaces, which can raise them, are never known here.
    mutating func findIdleMinimums(of waivers: [WaiverDraft], beside drafts: [PolicyDraft], builtInDefault: ScorePolicy) {
        let policies = drafts.compactMap(\.policy)
        guard !policies.isEmpty, policies.count == drafts.count else { return }
        let minimums = HighestMinimums(of: PolicySet(policies: policies, builtInDefault: builtInDefault, ownNamespace: ""))
        for draft in waivers {
            guard let waiver = draft.waiver, let minimum = waiver.minimumScore, let position = draft.minimumPosition else { continue }
            let highest = waiver.match.namespaces.compactMap { minimums.highest(in: $0) }.max()
            guard minimum >= highest ?? .min else { continue }
            diagnostics[draft.source].report(.waiver(.minimumLowersNothing(minimum, highest: highest)), at: position)
        }
    }
}

/// The highest minimums of policies, at any level and on any day.
private struct HighestMinimums {
    private let policies: PolicySet
    /// The highest minimum of all policies; `nil` if none has any.
    private let ofAll: Int?
    /// The highest minimum of the policies that select Namespaces by labels, each of which can apply to any Namespace.
    private let ofSelecting: Int?

    init(of policies: PolicySet) {
        self.policies = policies
        ofAll = (policies.policies + [policies.builtInDefault]).compactMap(\.highestMinimum).max()
        ofSelecting = policies.policies.filter { $0.namespaceSelector != nil }.compactMap(\.highestMinimum).max()
    }

    /// The highest minimum that can apply in the Namespaces of a pattern; `nil` if none can.
    func highest(in pattern: NamePattern) -> Int? {
        guard pattern.isExact else { return ofAll }
        return [policies.policy(for: pattern.text).highestMinimum, ofSelecting].compactMap(\.self).max()
    }
}

extension ScorePolicy {
    /// The highest minimum of any level on any day; `nil` if the policy has none.
    fileprivate var highestMinimum: Int? {
        // A ramp rises, so its last step has the highest minimum of the level.
        [enforce, warn, audit].compactMap { $0 }.compactMap { $0.ramp.last?.minimumScore ?? $0.minimumScore }.max()
    }
}
