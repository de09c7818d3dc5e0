import KubernetesAPI
import PodScoring

extension PolicyDocumentReader {
    /// The rules and checks without which a Pod can reach into its node.
    private static let hostRules: Set<String> = [
        "Privileged", "HostNetwork", "HostPID", "HostIPC", "HostPathVolume", "DockerSock", "WindowsHostProcess", "CapSysAdmin",
        "CapDangerous", "baseline/privileged", "baseline/hostNamespaces", "baseline/hostPathVolumes",
        "baseline/windowsHostProcess", "baseline/capabilities_baseline", "restricted/capabilities_restricted",
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

    /// Warns where whoever creates a Pod can choose all that makes a waiver of host or privileged rules apply to it.
    mutating func warn(ofNamesAlone match: ScoreWaiver.Match, rules: [String], at position: Position) {
        let host = rules.filter { Self.hostRules.contains($0) }
        guard !host.isEmpty, !Self.narrows(match.images), !Self.narrows(match.serviceAccounts) else { return }
        diagnostics.report(.waiver(.byNamesAlone(rules: host)), at: position)
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

    /// Tells whether a list leaves anything out.
    private static func narrows(_ patterns: [NamePattern]?) -> Bool {
        patterns?.allSatisfy { $0.literalCount > 0 } ?? false
    }
}
