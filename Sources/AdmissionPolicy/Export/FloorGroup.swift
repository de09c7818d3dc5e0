import KubernetesAPI
import PodScoring

/// Demands of `enforce` that the floor makes in the same Namespaces.
///
/// A waiver can take away a demand that names it, in Namespaces that it matches. The floor knows no waivers, so it does not make the demand
/// there.
struct FloorGroup: Equatable {
    /// The patterns of the waivers in whose Namespaces the demands are not made.
    let waived: [NamePattern]
    /// The ids of rules and the names of checks, in the order of the level.
    var ids: [String] = []
    /// The minimum score; `nil` without one in this group.
    var minimum: FloorMinimum?
}

/// The minimum score of the floor.
struct FloorMinimum: Equatable {
    /// A lower minimum in the Namespaces that patterns match.
    struct Lower: Equatable {
        /// The patterns of a waiver.
        let namespaces: [NamePattern]
        /// The waiver's minimum.
        let score: Int
    }

    /// The minimum where no waiver lowers it.
    let score: Int
    /// The lower minimums, ascending.
    let lower: [Lower]

    /// The minimum in a Namespace.
    func score(in namespace: String) -> Int {
        lower.first { $0.namespaces.contains { $0.matches(namespace) } }?.score ?? score
    }

    /// The minimum for the compiler.
    var compiled: LevelCompiler.Minimum {
        guard !lower.isEmpty else { return .score(score) }
        let cases = lower.map { "\(NamespaceTest.matching($0.namespaces).cel) ? \($0.score) : " }
        return .expression(cases.joined() + String(score))
    }
}

extension FloorGroup {
    /// The demands of `enforce` of a policy, and a minimum, which is at most that of the policy; those that are made everywhere come first.
    ///
    /// `waivers` are those that have not expired and can match a Namespace of the policy.
    static func groups(of policy: ScorePolicy, minimum: Int?, on today: CivilDate, beside waivers: [ScoreWaiver]) -> [Self] {
        guard let enforce = policy.enforce else { return [] }
        var groups = [Self(waived: [])]
        func group(_ waived: [NamePattern]) -> Int {
            if let known = groups.firstIndex(where: { $0.waived == waived }) { return known }
            groups.append(Self(waived: waived))
            return groups.count - 1
        }
        for id in enforce.require + enforce.forbid + (enforce.podSecurityStandard?.checks.map(\.name) ?? []) {
            groups[group(patterns(of: waivers.filter { $0.names(id) }))].ids.append(id)
        }
        if let minimum, let own = enforce.minimumScore(on: today), policy.ruleset.isScoredInCEL {
            let score = min(minimum, own)
            // A waived negative rule deducts nothing, so that the webhook finds a higher score than the floor.
            let raising = waivers.filter { waiver in policy.ruleset.deductions.contains { waiver.names($0) } }
            let lower = waivers.compactMap { waiver in
                waiver.minimumScore.map { FloorMinimum.Lower(namespaces: waiver.match.namespaces, score: $0) }
            }
            let ascending = lower.enumerated().sorted { ($0.element.score, $0.offset) < ($1.element.score, $1.offset) }.map(\.element)
            let place = group(patterns(of: raising))
            groups[place].minimum = FloorMinimum(score: score, lower: ascending.filter { $0.score < score })
        }
        return groups.filter { !$0.ids.isEmpty || $0.minimum != nil }
    }

    /// The different patterns of waivers, in byte order.
    private static func patterns(of waivers: [ScoreWaiver]) -> [NamePattern] {
        waivers.flatMap(\.match.namespaces).map(\.text).inByteOrder.map { NamePattern($0) }
    }

    /// The level with these demands alone; the checks of its standard are all in it.
    func level(of enforce: ScorePolicy.Level) -> ScorePolicy.Level {
        var level = ScorePolicy.Level()
        level.require = enforce.require.filter(has)
        level.forbid = enforce.forbid.filter(has)
        if enforce.podSecurityStandard?.checks.contains(where: { has($0.name) }) == true {
            level.podSecurityStandard = enforce.podSecurityStandard
        }
        return level
    }

    /// The checks of the standard that are not among these demands.
    func omittedChecks(of enforce: ScorePolicy.Level) -> [String] {
        (enforce.podSecurityStandard?.checks.map(\.name) ?? []).filter { !has($0) }
    }

    private func has(_ id: String) -> Bool { ids.contains { $0.hasSameBytes(as: id) } }
}

extension ScoreWaiver {
    /// Tells whether it names a rule or a check.
    fileprivate func names(_ id: String) -> Bool { rules.contains { $0.hasSameBytes(as: id) } }
}

extension Ruleset {
    /// The ids of the rules that deduct points.
    fileprivate var deductions: [String] {
        entries.filter { $0.rule.polarity == .negative && $0.points != 0 }.map(\.rule.id)
    }
}
