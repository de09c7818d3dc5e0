import KubernetesAPI
import PodScoring

/// The checks of a level in the order in which messages list them, and what had to be left out.
struct LevelDemands {
    /// The checks: what is required, what is forbidden, the standard, then what only costs points.
    private(set) var entries: [LevelEntry] = []
    /// Sentences about what is left out.
    private(set) var omissions: [String] = []

    /// The demands of a level besides a score.
    init(of level: ScorePolicy.Level, _ policy: ScorePolicy, omitting omitted: [String]) {
        let isLeftOut = { (name: String) in omitted.contains { $0.hasSameBytes(as: name) } }
        for id in level.require where !isLeftOut(id) { add(id, .required, policy) }
        for id in level.forbid where !isLeftOut(id) { add(id, .forbidden, policy) }
        guard let standard = level.podSecurityStandard else { return }
        guard standard.celChecks.allSatisfy({ $0.cel.impossibility == nil }) else {
            let reasons = standard.celChecks.compactMap { $0.cel.impossibility }
            omissions.append("podSecurityStandard \(standard) is left out. \(reasons.joined(separator: " "))")
            return
        }
        for (check, cel) in standard.celChecks where !isLeftOut(check.name) {
            entries.append(
                LevelEntry(points: 0, demand: .standard(standard), id: check.id, fix: check.fix, check: cel, isLinuxOnly: cel.isLinuxOnly)
            )
        }
    }

    /// Adds the rules that only give or cost points, and tells whether the ruleset's score can be computed in CEL.
    mutating func addScore(of ruleset: Ruleset) -> Bool {
        let scored = ruleset.entries.filter { $0.points != 0 && !$0.kinds.isDisjoint(with: .everyPodKind) }
        guard scored.allSatisfy({ $0.cel != nil }) else {
            omissions.append("The minimum score is left out: CEL cannot score by \(ruleset.label).")
            return false
        }
        entries = entries.map { entry in
            guard let points = scored.first(where: { $0.rule.id.hasSameBytes(as: entry.id) })?.points, entry.isAboutRule
            else { return entry }
            var entry = entry
            entry.points = abs(points)
            return entry
        }
        for rule in scored where !entries.contains(where: { $0.isRule(named: rule.rule.id) }) {
            entries.append(LevelEntry(rule, .none, points: abs(rule.points)))
        }
        return true
    }

    /// Adds the rules that every level forbids in a new ephemeral container: those that deduct points.
    mutating func addIntolerable(scoredBy policy: ScorePolicy, hasMinimum: Bool) {
        let controls = policy.controls
        for (index, entry) in controls.ruleset.entries.enumerated()
        where controls.isIntolerable(index) && entry.rule.scope == .container && entry.cel?.impossibility == nil {
            if let known = entries.firstIndex(where: { $0.isRule(named: entry.rule.id) }) {
                if entries[known].demand == .none { entries[known].demand = .noneButInNewContainers }
            } else if !hasMinimum {
                entries.append(LevelEntry(entry, .noneButInNewContainers, points: 0))
            }
        }
    }

    private mutating func add(_ id: String, _ demand: LevelEntry.Demand, _ policy: ScorePolicy) {
        guard let index = policy.controls.ruleset.index(ofRule: id) else { return }
        let entry = policy.controls.ruleset.entries[index]
        // A rule about other objects than Pods holds for every Pod.
        guard !entry.kinds.isDisjoint(with: .everyPodKind) else { return }
        guard let cel = entry.cel, cel.impossibility == nil else {
            let reason = entry.cel?.impossibility ?? "It is not written in CEL."
            omissions.append("\(demand.word)\(id) is left out. \(reason)")
            return
        }
        entries.append(LevelEntry(entry, demand, points: 0))
    }
}

extension LevelEntry {
    /// Takes a rule with its check in a ruleset.
    fileprivate init(_ entry: Ruleset.Entry, _ demand: Demand, points: Int) {
        self.init(
            points: points,
            demand: demand,
            id: entry.rule.id,
            fix: entry.rule.fix,
            check: entry.cel ?? .impossible(because: ""),
            isLinuxOnly: !entry.rule.appliesToWindows || entry.cel?.isLinuxOnly == true
        )
    }

    /// Whether the check is that of a rule, not of a standard.
    fileprivate var isAboutRule: Bool {
        if case .standard = demand { false } else { true }
    }

    /// Tells whether the check is that of a rule with an id.
    fileprivate func isRule(named id: String) -> Bool {
        isAboutRule && self.id.hasSameBytes(as: id)
    }
}
