package import KubernetesAPI
import PodScoring

/// Compiles policies into ValidatingAdmissionPolicies.
///
/// Each level becomes a separate policy, since an API server shows only the first message of a denial.
package struct PolicyExporter: Sendable {
    /// The levels to export.
    package enum Scope: Sendable, Equatable {
        /// These levels, as the webhook decides them.
        case levels([MinimumLabel])
        /// The denials that hold even if the webhook is unreachable: the demands of `enforce` without its minimum, or with a lower one.
        case floor(minimum: Int?)
    }

    /// The policies and waivers.
    let policies: PolicySet
    /// The levels to export.
    let scope: Scope
    /// The strongest effect that the whole server may have.
    let mode: EnforcementMode
    /// The day, in UTC, for ramps and waivers.
    let today: CivilDate
    /// Whether labels of Namespaces raise minimums.
    let readsMinimumLabels: Bool
    /// The names of Namespaces in which nothing is exported, such as those for which the webhook is not registered.
    let excludedNamespaces: [NamePattern]

    /// Creates an exporter.
    package init(
        _ policies: PolicySet,
        scope: Scope,
        mode: EnforcementMode = .enforce,
        today: CivilDate,
        readsMinimumLabels: Bool = true,
        excludedNamespaces: [String] = []
    ) {
        self.policies = policies
        self.scope = scope
        self.mode = mode
        self.today = today
        self.readsMinimumLabels = readsMinimumLabels
        self.excludedNamespaces = excludedNamespaces.map { NamePattern($0) }
    }

    /// Exports the policies.
    ///
    /// - Throws: The first reason why an API server would not take an object.
    package func export() throws(PolicyExportRefusal) -> PolicyExport {
        var export = PolicyExport()
        switch scope {
        case .levels(let levels): add(levels, to: &export)
        case .floor(let minimum): addFloor(minimum, to: &export)
        }
        for exported in export.policies {
            if let excess = exported.excess { throw PolicyExportRefusal(policy: exported.policy, reason: excess) }
        }
        return export
    }

    /// The indices of the policies that can be exported; the others become omissions.
    ///
    /// A floor needs no score, and strict checks judge its demands whatever the ruleset.
    func exportable(_ export: inout PolicyExport) -> [Int] {
        policies.policies.indices.filter { index in
            let policy = policies.policies[index]
            guard policy.ruleset.isScoredInCEL || scope.isFloor else {
                export.omissions.append("policy \(policy.name): ruleset \(policy.ruleset.name) has no CEL")
                return false
            }
            guard !reach(of: index).isEmpty else {
                export.omissions.append("policy \(policy.name): it applies to no Namespace")
                return false
            }
            return true
        }
    }
}

extension PolicyExporter {
    /// The Namespaces for which a policy is exported; without `kept`, only those that globs can match.
    func reach(of index: Int, withKept kept: Bool = true) -> PolicyReach {
        policies.reach(of: index, withKept: kept).excluding(excludedNamespaces)
    }

    /// Adds levels of all policies.
    private func add(_ levels: [MinimumLabel], to export: inout PolicyExport) {
        for index in exportable(&export) {
            for level in levels { add(level, of: index, to: &export) }
        }
        export.omissions += omittedWaivers
        export.notes += omittedKinds + omittedDefault
    }

    /// Adds one level of a policy, unless it is off and no label can turn it on.
    private func add(_ label: MinimumLabel, of index: Int, to export: inout PolicyExport) {
        let policy = policies.policies[index]
        let level = policy.level(of: label)
        let isTightened = readsMinimumLabels && policy.namespaceLabels == .tighten
        guard level != nil || isTightened else { return }
        let best = policy.ruleset.bestPossibleScore(for: .pod)
        let own = level?.minimumScore(on: today)
        let minimum: LevelCompiler.Minimum =
            if isTightened, own.map({ $0 < best }) ?? true {
                .expression(label.minimum(raising: own, best: best))
            } else {
                own.map { .score($0) } ?? .none
            }
        let reach = reach(of: index)
        let draft = LevelDraft(
            policy: policy,
            name: label.levelName,
            level: level ?? ScorePolicy.Level(),
            minimum: minimum,
            reach: level == nil ? reach.having(label.rawValue) : reach,
            // A label without effect leaves the level off.
            isOn: level == nil ? label.isSet(upTo: best) : nil,
            effect: min(label.effect, Effect(mode))
        )
        add(draft, to: &export)
        let steps = level?.steps(after: today) ?? []
        if let next = steps.first {
            export.omissions.append(
                "policy \(policy.name): the minimum of enforce is that of \(today), \(own.map(String.init) ?? "none"); "
                    + "export again on \(next.date), when it rises to \(next.minimumScore)"
            )
        }
    }

    /// Compiles a draft and adds the result, unless nothing can violate it.
    func add(_ draft: LevelDraft, to export: inout PolicyExport) {
        let (exported, omissions) = draft.exported()
        export.omissions += omissions.map { "policy \(draft.policy.name), \(draft.name): \($0)" }
        if let exported { export.policies.append(exported) }
    }
}

extension MinimumLabel {
    /// The effect of the level for which the label sets the minimum.
    fileprivate var effect: Effect {
        switch self {
        case .enforce: .deny
        case .warn: .warn
        case .audit: .audit
        }
    }
}

extension PolicyExporter.Scope {
    /// Whether it is the floor.
    fileprivate var isFloor: Bool {
        if case .floor = self { true } else { false }
    }
}

extension Ruleset {
    /// Whether CEL can give its scores; it cannot give those of rulesets with other checks than the strict ones.
    var isScoredInCEL: Bool { controls === self }
}
