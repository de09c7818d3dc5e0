package import KubernetesAPI
import PodScoring

/// The labels of a Namespace that set a minimum score for its Pods, as those of Pod Security Admission set a standard; the raw values are
/// the keys.
package enum MinimumLabel: String, Sendable, CaseIterable {
    case enforce = "podscore.dev/enforce-minimum-score"
    case warn = "podscore.dev/warn-minimum-score"
    case audit = "podscore.dev/audit-minimum-score"

    /// The keys of all of them.
    package static let keys = allCases.map(\.rawValue)

    /// The name that the level has in policies.
    package var levelName: String {
        switch self {
        case .enforce: "enforce"
        case .warn: "warn"
        case .audit: "audit"
        }
    }

    /// Reads a value: digits without a leading zero, up to the best possible score; `nil` for anything else.
    static func minimum(parsing text: String, best: Int) -> Int? {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let minimum = Int(text) else { return nil }
        guard minimum <= best, text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { return nil }
        return minimum
    }
}

/// A label of a Namespace whose value is no minimum score, so that it has no effect.
package struct InvalidLabel: Sendable, Equatable {
    /// The label.
    package let label: MinimumLabel
    /// Its value.
    package let value: String
    /// The highest possible value: the best possible score under the policy's ruleset.
    package let best: Int
}

/// The changes that labels of a Namespace made to a policy.
package struct PolicyTightening: Sendable {
    /// A label with the minimum that it sets.
    package struct Minimum: Sendable, Equatable, CustomStringConvertible {
        /// The label.
        package let label: MinimumLabel
        /// The minimum.
        package let score: Int

        /// The label as `kubectl` shows it: `podscore.dev/enforce-minimum-score=12`.
        package var description: String { "\(label.rawValue)=\(score)" }
    }

    /// The policy as it is written.
    package let written: ScorePolicy
    /// The labels that raise a minimum on some day, at least one, the strongest level's first.
    package let minimums: [Minimum]
}

/// A policy as it is in force in one Namespace.
package struct PolicyInNamespace: Sendable {
    /// The policy, with the minimums that labels raise.
    package let policy: ScorePolicy
    /// The labels without effect.
    package var invalidLabels: [InvalidLabel] = []
}

extension ScorePolicy {
    /// The policy with the minimums that labels of a Namespace set, where these are higher than its own.
    ///
    /// Labels only tighten, and a label of a level that is off turns it on: a level that is off accepts every score. Returns the policy itself if
    /// nothing changes.
    package func tightened(by labels: NamespaceLabels) -> PolicyInNamespace {
        guard namespaceLabels == .tighten, !labels.isEmpty else { return PolicyInNamespace(policy: self) }
        var levels: [MinimumLabel: Level] = [:]
        var minimums: [PolicyTightening.Minimum] = []
        var invalid: [InvalidLabel] = []
        for label in MinimumLabel.allCases {
            guard let text = labels[label.rawValue] else { continue }
            let best = ruleset.bestPossibleScore(for: .pod)
            guard let minimum = MinimumLabel.minimum(parsing: text, best: best) else {
                invalid.append(InvalidLabel(label: label, value: text, best: best))
                continue
            }
            guard let raised = (level(of: label) ?? Level()).raised(to: minimum) else { continue }
            levels[label] = raised
            minimums.append(PolicyTightening.Minimum(label: label, score: minimum))
        }
        guard !minimums.isEmpty else { return PolicyInNamespace(policy: self, invalidLabels: invalid) }
        let policy = ScorePolicy(raising: levels, in: PolicyTightening(written: self, minimums: minimums))
        return PolicyInNamespace(policy: policy, invalidLabels: invalid)
    }

    /// The level for which a label sets the minimum.
    package func level(of label: MinimumLabel) -> Level? {
        switch label {
        case .enforce: enforce
        case .warn: warn
        case .audit: audit
        }
    }

    /// Tells whether the minimum of a level on a day comes from the Namespace's label, because the policy's own is lower.
    package func isSetByNamespace(_ label: MinimumLabel, on day: CivilDate) -> Bool {
        guard let tightening, let minimum = level(of: label)?.minimumScore(on: day) else { return false }
        return tightening.written.level(of: label)?.minimumScore(on: day).map { $0 < minimum } ?? true
    }
}

extension ScorePolicy.Level {
    /// The level with a minimum that is as high on each day as the given one; `nil` if it already is.
    fileprivate func raised(to minimum: Int) -> Self? {
        if let minimumScore, minimumScore >= minimum { return nil }
        var level = self
        level.minimumScore = minimum
        // A ramp rises, so the later steps stay.
        level.ramp.removeAll { $0.minimumScore <= minimum }
        return level
    }
}

extension PolicySet {
    /// The policy that applies in a Namespace with these labels, with the minimums that they set.
    ///
    /// A `pinned` policy, such as that of the webhook's path, replaces the Namespace's. Labels have no effect in Namespaces that globs never
    /// match, unless the policy names them exactly: `kubectl label namespaces --all` must not keep the cluster from starting.
    package func policy(in namespace: String, with labels: NamespaceLabels, pinned: ScorePolicy? = nil) -> PolicyInNamespace {
        let policy = pinned ?? self.policy(for: namespace, labels: labels)
        return readsLabels(policy, in: namespace) ? policy.tightened(by: labels) : PolicyInNamespace(policy: policy)
    }

    /// Tells whether labels of a Namespace can raise the minimums of a policy there.
    func readsLabels(_ policy: ScorePolicy, in namespace: String) -> Bool {
        guard policy.namespaceLabels == .tighten else { return false }
        return !isKeptFromGlobs(namespace) || policy.namespaces.contains { $0.isExact && $0.text.hasSameBytes(as: namespace) }
    }
}
