import KubernetesAPI
import PodScoring

/// The readable parts of a waiver document.
struct WaiverDraft {
    /// The index of the document's source.
    let source: Int
    /// `metadata.name`; `nil` unless it is valid.
    var name: Located<String>?
    /// The waiver; `nil` if a part is missing or invalid.
    var waiver: ScoreWaiver?
    /// The place of its minimum score; `nil` without one.
    var minimumPosition: Position?
}

extension PolicyDocumentReader {
    /// Reads the name and the `spec` of a waiver.
    mutating func readWaiver(_ fields: PolicyFields<DocumentField>, source: Int) -> WaiverDraft {
        var draft = WaiverDraft(source: source)
        if let metadata = fields.required(.metadata, reportingTo: &diagnostics) { draft.name = readName(metadata) }
        guard let spec = fields.required(.spec, reportingTo: &diagnostics),
            let fields = PolicyFields<WaiverField>(spec.value, name: "spec", at: spec.keyPosition, reportingTo: &diagnostics)
        else { return draft }
        let match = fields.required(.match, reportingTo: &diagnostics).flatMap { readWaiverMatch($0) }
        let minimumMember = fields[.minimumScore]
        let rulesMember = minimumMember == nil ? fields.required(.rules, reportingTo: &diagnostics) : fields[.rules]
        let rules = rulesMember.map { readWaivedRules($0) } ?? []
        let minimumScore = minimumMember.flatMap { readWaiverMinimum($0.value) }
        let expires = fields.required(.expires, reportingTo: &diagnostics)
        let date = expires.flatMap { readDate($0.value, field: WaiverField.expires.rawValue) }
        let owner = readText(.owner, in: fields)
        let reason = readText(.reason, in: fields)
        if let expires, let date { warn(ofEnd: date, at: expires.value.position) }
        if let match, let rulesMember { warn(ofAnyImage: match, rules: rules, at: rulesMember.value.position) }
        if let match, let minimumMember { check(match, ofMinimumAt: minimumMember.value.position) }
        draft.minimumPosition = minimumMember?.value.position
        guard let name = draft.name?.value, let match, let date, let owner, let reason else { return draft }
        draft.waiver = ScoreWaiver(
            name: name,
            match: match,
            rules: rules,
            minimumScore: minimumScore,
            expires: date,
            owner: owner,
            reason: reason
        )
        return draft
    }

    /// Reads a minimum that some policy can have.
    private mutating func readWaiverMinimum(_ node: ManifestNode) -> Int? {
        guard let minimum = diagnostics.integer(node, field: WaiverField.minimumScore.rawValue) else { return nil }
        let limit = Self.scoreLimit(under: rulesets)
        guard let minimum = Int(exactly: minimum), -limit...limit ~= minimum else {
            diagnostics.report(.waiver(.minimumOutOfBounds(minimum, limit: limit)), at: node.position)
            return nil
        }
        return minimum
    }

    /// Reports a minimum for images that anyone can push: then it would also be the minimum of the next image.
    private mutating func check(_ match: ScoreWaiver.Match, ofMinimumAt position: Position) {
        guard !match.namesRepositories else { return }
        diagnostics.report(.waiver(.minimumNamesNoRepository), at: position)
    }

    /// Reads a text that is not blank.
    private mutating func readText(_ field: WaiverField, in fields: PolicyFields<WaiverField>) -> String? {
        guard let node = fields.required(field, reportingTo: &diagnostics)?.value,
            let text = diagnostics.string(node, field: field.rawValue)
        else { return nil }
        if text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) { return text }
        diagnostics.report(.waiver(.blank(field: field.rawValue)), at: node.position)
        return nil
    }

    private mutating func readWaiverMatch(_ member: ManifestNode.Member) -> ScoreWaiver.Match? {
        guard
            let fields = PolicyFields<WaiverMatchField>(
                member.value,
                name: member.key,
                at: member.keyPosition,
                reportingTo: &diagnostics
            )
        else { return nil }
        let namespaces = fields.required(.namespaces, reportingTo: &diagnostics)
        var match = ScoreWaiver.Match(namespaces: readPatterns(namespaces, of: .namespaces, as: .label) ?? [])
        match.pods = readPatterns(fields[.pods], of: .pods, as: .subdomain)
        match.containers = readPatterns(fields[.containers], of: .containers, as: .label)
        match.images = readPatterns(fields[.images], of: .images, as: .image)?.map { ImagePattern($0.text) }
        match.serviceAccounts = readPatterns(fields[.serviceAccounts], of: .serviceAccounts, as: .subdomain)
        return match
    }

    /// Reads a list of patterns, `nil` only without a list; invalid ones are reported and left out.
    private mutating func readPatterns(
        _ member: ManifestNode.Member?,
        of field: WaiverMatchField,
        as form: NameForm
    ) -> [NamePattern]? {
        guard let member, let texts = diagnostics.strings(member.value, field: field.rawValue) else { return nil }
        if case .array(let elements) = member.value.value, elements.isEmpty {
            diagnostics.report(.waiver(.matchesNothing(field: field.rawValue)), at: member.value.position)
        }
        var firstPositions: [[UInt8]: Position] = [:]
        var patterns: [NamePattern] = []
        for text in texts {
            do throws(NameFault) {
                let pattern = try NamePattern(parsing: text.value, as: form)
                if let first = firstPositions[pattern.bytes] {
                    diagnostics.report(.duplicateEntry(text.value, field: "match.\(field.rawValue)", first: first), at: text.position)
                } else {
                    firstPositions[pattern.bytes] = text.position
                    patterns.append(pattern)
                }
            } catch {
                let what = PolicyProblem.What.invalidPattern(text.value, field: "match.\(field.rawValue)", form: form, error)
                diagnostics.report(what, at: text.position)
            }
        }
        return patterns
    }
}

extension PolicyDocumentReader {
    /// A rule that deducts at least as much protects the node from the Pod.
    private static let hostRulePoints = -9

    /// The other rules and checks that protect the node from the Pod.
    ///
    /// At level `restricted`, only `restrictedVolumes` forbids `hostPath` volumes.
    private static let otherHostRules: Set<String> = [
        "HostPathVolume", "baseline/privileged", "baseline/hostNamespaces", "baseline/hostPathVolumes", "baseline/windowsHostProcess",
        "baseline/capabilities_baseline", "baseline/procMount", "restricted/capabilities_restricted", "restricted/procMount_restricted",
        "restricted/restrictedVolumes",
    ]

    /// Reads the ids of rules and the names of checks that a waiver covers.
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

    /// Tells whether an id is that of a rule that applies to Pods, or the name of a check; reports anything else.
    private mutating func isWaivable(_ id: Located<String>) -> Bool {
        if StandardCheckCatalog.check(named: id.value) != nil { return true }
        let entries = rulesets.flatMap(\.entries).filter { $0.rule.id.hasSameBytes(as: id.value) }
        if entries.contains(where: { !$0.kinds.isDisjoint(with: .everyPodKind) }) { return true }
        if entries.isEmpty {
            reportUnknownWaivable(id)
        } else {
            diagnostics.report(.waiver(.ruleNotAboutPods(id.value)), at: id.position)
        }
        return false
    }

    /// Reports an unknown id; the level of a check's name is often forgotten.
    private mutating func reportUnknownWaivable(_ id: Located<String>) {
        let checks = StandardCheckCatalog.all
        let bareName = String(id.value.split(separator: "/").last ?? "").lowercased()
        if let check = checks.first(where: { $0.id.lowercased().hasSameBytes(as: bareName) }),
            !check.name.lowercased().hasSameBytes(as: id.value.lowercased())
        {
            diagnostics.report(.unknownRule(id.value, differsInCase: false), at: id.position, suggestion: check.name)
            return
        }
        var candidates: [String] = []
        for rule in rulesets.flatMap({ $0.entries.map(\.rule.id) }) where !candidates.contains(rule) { candidates.append(rule) }
        reportUnknownRule(id, among: candidates + checks.map(\.name))
    }

    /// Warns if a waiver of host or privileged rules applies to images that anyone can push.
    ///
    /// Whoever creates a Pod chooses all its names, and any service account of the Namespace.
    mutating func warn(ofAnyImage match: ScoreWaiver.Match, rules: [String], at position: Position) {
        let host = rules.filter(isHostRule)
        guard !host.isEmpty, !match.namesRepositories else { return }
        diagnostics.report(.waiver(.namesNoRepository(rules: host)), at: position)
    }

    /// Tells whether a rule or a check protects the node from the Pod, by the points of any ruleset.
    private func isHostRule(_ id: String) -> Bool {
        if Self.otherHostRules.contains(id) { return true }
        return rulesets.contains { ruleset in
            ruleset.entries.contains { $0.points <= Self.hostRulePoints && $0.rule.id.hasSameBytes(as: id) }
        }
    }

    /// Warns of a waiver that has expired or soon will; only if the day is known.
    mutating func warn(ofEnd date: CivilDate, at position: Position) {
        guard let today, let problem = WaiverProblem(ofEnd: date, on: today) else { return }
        diagnostics.report(.waiver(problem), at: position)
    }
}
