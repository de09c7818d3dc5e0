import KubernetesAPI
import PodScoring

extension PolicyDocumentReader {
    /// A rule that costs as much, or more, keeps a Pod from reaching into its node.
    private static let hostRulePoints = -9

    /// The other rules and checks that keep a Pod from reaching into its node; at level `restricted`, `restrictedVolumes` alone forbids paths
    /// of the node.
    private static let otherHostRules: Set<String> = [
        "HostPathVolume", "baseline/privileged", "baseline/hostNamespaces", "baseline/hostPathVolumes", "baseline/windowsHostProcess",
        "baseline/capabilities_baseline", "baseline/procMount", "restricted/capabilities_restricted", "restricted/procMount_restricted",
        "restricted/restrictedVolumes",
    ]

    /// Reads the ids of rules and the names of checks that a waiver waives.
    mutating func readWaivedRules(_ member: ManifestNode.Member) -> [String] {
        guard let ids = diagnostics.strings(member.value, field: member.key) else { return [] }
        if case .array(let elements) = member.value.value, elements.isEmpty {
            diagnostics.report(.waiver(.waivesNothing), at: member.value.position)
        }
        var firstPositions: [[UInt8]: Position] = [:]
        var rules: [String] = []
        for id in ids where isWaivable(id) {
            if let first = firstPositions[Array(id.value.utf8)] {
                diagnostics.report(.duplicateRule(id.value, first: first), at: id.position)
                continue
            }
            firstPositions[Array(id.value.utf8)] = id.position
            rules.append(id.value)
        }
        return rules
    }

    /// Tells whether an id is that of a rule about Pods, or the name of a check, reporting anything else.
    private mutating func isWaivable(_ id: Located<String>) -> Bool {
        if StandardCheckCatalog.check(named: id.value) != nil { return true }
        let entries = rulesets.flatMap(\.entries).filter { $0.rule.id.utf8.elementsEqual(id.value.utf8) }
        if entries.contains(where: { !$0.kinds.isDisjoint(with: .everyPodKind) }) { return true }
        if entries.isEmpty {
            reportUnknownWaivable(id)
        } else {
            diagnostics.report(.waiver(.ruleNotAboutPods(id.value)), at: id.position)
        }
        return false
    }

    /// Reports an id that nothing has; a check is often called without its level.
    private mutating func reportUnknownWaivable(_ id: Located<String>) {
        let checks = StandardCheckCatalog.all
        let bareName = String(id.value.split(separator: "/").last ?? "").lowercased()
        if let check = checks.first(where: { $0.id.lowercased().utf8.elementsEqual(bareName.utf8) }),
            !check.name.lowercased().utf8.elementsEqual(id.value.lowercased().utf8)
        {
            diagnostics.report(.unknownRule(id.value, differsInCase: false), at: id.position, suggestion: check.name)
            return
        }
        var candidates: [String] = []
        for rule in rulesets.flatMap({ $0.entries.map(\.rule.id) }) where !candidates.contains(rule) { candidates.append(rule) }
        reportUnknownRule(id, among: candidates + checks.map(\.name))
    }

    /// Warns where a waiver of host or privileged rules applies to images that anyone can push: who creates a Pod chooses all its names, and
    /// any service account of the Namespace.
    mutating func warn(ofAnyImage match: ScoreWaiver.Match, rules: [String], at position: Position) {
        let host = rules.filter(isHostRule)
        guard !host.isEmpty, !(match.images?.allSatisfy(\.namesRepository) ?? false) else { return }
        diagnostics.report(.waiver(.namesNoRepository(rules: host)), at: position)
    }

    /// Tells whether a rule or a check keeps a Pod from reaching into its node, by the points of any ruleset.
    private func isHostRule(_ id: String) -> Bool {
        if Self.otherHostRules.contains(id) { return true }
        return rulesets.contains { ruleset in
            ruleset.entries.contains { $0.points <= Self.hostRulePoints && $0.rule.id.utf8.elementsEqual(id.utf8) }
        }
    }

    /// Warns of a waiver that has ended, or soon will; only when the day is known.
    mutating func warn(ofEnd date: CivilDate, at position: Position) {
        guard let today else { return }
        let days = date.days(since: today)
        if days < 0 {
            diagnostics.report(.waiver(.hasExpired(on: date)), at: position)
        } else if days <= ScoreWaiver.noticeDays {
            diagnostics.report(.waiver(.expiresSoon(on: date, daysLeft: days)), at: position)
        }
    }
}
