import KubernetesAPI
package import PodScoring

extension PolicyDocumentReader {
    /// Reads a level; `nil` if it is absent.
    ///
    /// If the policy's ruleset is unknown, rules are looked up in all rulesets. A level can require and forbid all rules of the
    /// ruleset that checks controls, even those that the policy's ruleset does not score.
    mutating func readLevel(_ member: ManifestNode.Member?, under ruleset: Ruleset?) -> ScorePolicy.Level? {
        guard let member,
            let fields = PolicyFields<LevelField>(
                member.value,
                name: member.key,
                at: member.keyPosition,
                reportingTo: &diagnostics
            )
        else { return nil }
        let minimumScore = fields[.minimumScore].flatMap { readMinimumScore($0.value, under: ruleset) }
        let require = readRules(fields[.require], polarity: .positive, under: ruleset?.controls)
        let forbid = readRules(fields[.forbid], polarity: .negative, under: ruleset?.controls)
        let standard = fields[.podSecurityStandard].flatMap { readStandard($0) }
        let ramp = readRamp(fields[.from], of: member.key, above: minimumScore, under: ruleset)
        if requiresNothing(member.value) { diagnostics.report(.emptyLevel(member.key), at: member.keyPosition) }
        var level = ScorePolicy.Level()
        level.minimumScore = minimumScore
        level.ramp = ramp
        level.require = require
        level.forbid = forbid
        level.podSecurityStandard = standard
        return level
    }

    /// Tells whether a level is written without any demand, whatever other problems it has.
    private func requiresNothing(_ level: ManifestNode) -> Bool {
        guard case .object(let members) = level.value else { return false }
        return members.allSatisfy { member in
            guard case .array(let elements) = member.value.value else { return false }
            return elements.isEmpty
        }
    }

    /// Reads a minimum; one that every Pod or no Pod reaches under the ruleset is reported.
    mutating func readMinimumScore(_ node: ManifestNode, under ruleset: Ruleset?) -> Int? {
        guard let minimum = diagnostics.integer(node, field: LevelField.minimumScore.rawValue) else { return nil }
        guard let ruleset else { return Int(exactly: minimum) }
        let best = ruleset.bestPossibleScore(for: .pod)
        let worst = ruleset.worstPossibleScore(for: .pod)
        if minimum > best {
            diagnostics.report(.minimumAboveBest(minimum, best: best, ruleset: ruleset.label), at: node.position)
        } else if minimum < worst {
            diagnostics.report(.minimumBelowWorst(minimum, worst: worst, ruleset: ruleset.label), at: node.position)
        }
        return Int(exactly: minimum)
    }

    private mutating func readRules(_ member: ManifestNode.Member?, polarity: Rule.Polarity, under ruleset: Ruleset?) -> [String] {
        guard let member, let ids = diagnostics.strings(member.value, field: member.key) else { return [] }
        var firstPositions: [[UInt8]: Position] = [:]
        var rules: [String] = []
        for id in ids {
            guard let rule = readRule(id, polarity: polarity, under: ruleset) else { continue }
            if let first = firstPositions[Array(rule.utf8)] {
                diagnostics.report(.duplicateRule(rule, first: first), at: id.position)
                continue
            }
            firstPositions[Array(rule.utf8)] = id.position
            rules.append(rule)
        }
        return rules
    }

    /// Looks up a rule that a level can require or forbid; `nil` if it is reported.
    private mutating func readRule(_ id: Located<String>, polarity: Rule.Polarity, under ruleset: Ruleset?) -> String? {
        guard let entry = readEntry(id, under: ruleset) else { return nil }
        let what: PolicyProblem.What? =
            if entry.rule.polarity != polarity {
                polarity == .positive ? .negativeRuleRequired(entry.rule.id) : .positiveRuleForbidden(entry.rule.id)
            } else if let ruleset, entry.kinds.isDisjoint(with: .everyPodKind) {
                .ruleNotAboutPods(entry.rule.id, ruleset: ruleset.label)
            } else {
                nil
            }
        guard let what else { return entry.rule.id }
        diagnostics.report(what, at: id.position)
        return nil
    }

    /// Looks up a rule in the policy's ruleset, or in all rulesets if that is unknown; `nil` if it is reported.
    mutating func readEntry(_ id: Located<String>, under ruleset: Ruleset?) -> Ruleset.Entry? {
        let known = (ruleset.map { [$0] } ?? []) + rulesets
        guard let entry = known.lazy.compactMap({ $0.entry(ofRule: id.value) }).first else {
            reportUnknownRule(id, among: ruleset ?? defaultRuleset)
            return nil
        }
        guard let ruleset, ruleset.entry(ofRule: id.value) == nil else { return entry }
        diagnostics.report(.ruleNotInRuleset(entry.rule.id, ruleset: ruleset.label), at: id.position)
        return nil
    }

    private mutating func reportUnknownRule(_ id: Located<String>, among ruleset: Ruleset) {
        reportUnknownRule(id, among: ruleset.entries.map(\.rule.id))
    }

    /// Reports an unknown id, with the candidate that was probably meant.
    mutating func reportUnknownRule(_ id: Located<String>, among candidates: [String]) {
        let sameLetters = candidates.first {
            $0.utf8.count == id.value.utf8.count && $0.lowercased().hasSameBytes(as: id.value.lowercased())
        }
        let suggestion = sameLetters ?? diagnostics.closest(to: id.value, among: candidates)
        diagnostics.report(.unknownRule(id.value, differsInCase: sameLetters != nil), at: id.position, suggestion: suggestion)
    }
}

extension Ruleset {
    /// Returns the entry of a rule, `nil` without one; ids compare as bytes.
    fileprivate func entry(ofRule id: String) -> Entry? {
        entries.first { $0.rule.id.hasSameBytes(as: id) }
    }

    /// The worst possible score of an object of a kind.
    package func worstPossibleScore(for kind: RuleKinds) -> Int {
        entries.reduce(0) { sum, entry in
            entry.rule.polarity == .negative && entry.kinds.contains(kind) ? sum + entry.points : sum
        }
    }
}

extension PolicyDocumentReader {
    /// The most steps of a ramp; a request with a low score is compared with several of them.
    static let stepLimit = 50

    /// Reads `from`, the steps in which the minimum of `enforce` rises; invalid steps are reported and left out.
    mutating func readRamp(
        _ member: ManifestNode.Member?,
        of level: String,
        above minimumScore: Int?,
        under ruleset: Ruleset?
    ) -> [ScorePolicy.RampStep] {
        guard let member else { return [] }
        guard level.hasSameBytes(as: SpecField.enforce.rawValue) else {
            diagnostics.report(.ramp(.outsideEnforce(level: level)), at: member.keyPosition)
            return []
        }
        guard case .array(let elements) = member.value.value else {
            diagnostics.reportType(of: member.value, field: member.key, expected: .array)
            return []
        }
        var steps: [ScorePolicy.RampStep] = []
        var (date, minimum): (CivilDate?, Int?) = (nil, minimumScore)
        for (index, element) in elements.enumerated() {
            guard index < Self.stepLimit else {
                diagnostics.report(.ramp(.tooManySteps(limit: Self.stepLimit)), at: element.position)
                break
            }
            let step = readStep(element, named: "from[\(index)]", after: date, above: minimum, under: ruleset)
            (date, minimum) = (step.date ?? date, step.minimumScore ?? minimum)
            guard let date = step.date, let minimum = step.minimumScore else { continue }
            steps.append(ScorePolicy.RampStep(date: date, minimumScore: minimum))
        }
        return steps
    }

    /// Reads one step and compares it with the one before it.
    private mutating func readStep(
        _ node: ManifestNode,
        named name: String,
        after previousDate: CivilDate?,
        above previousMinimum: Int?,
        under ruleset: Ruleset?
    ) -> (date: CivilDate?, minimumScore: Int?) {
        guard let fields = PolicyFields<RampField>(node, name: name, at: node.position, reportingTo: &diagnostics) else {
            return (nil, nil)
        }
        let dateNode = fields.required(.date, reportingTo: &diagnostics)?.value
        let date = dateNode.flatMap { readDate($0, field: RampField.date.rawValue) }
        if let date, let dateNode, let previousDate, date <= previousDate {
            diagnostics.report(.ramp(.dateNotLater(date, previous: previousDate)), at: dateNode.position)
        }
        let minimumNode = fields.required(.minimumScore, reportingTo: &diagnostics)?.value
        let minimum = minimumNode.flatMap { readMinimumScore($0, under: ruleset) }
        if let minimum, let minimumNode, let previousMinimum, minimum < previousMinimum {
            diagnostics.report(.ramp(.minimumFalls(minimum, previous: previousMinimum)), at: minimumNode.position)
        }
        return (date, minimum)
    }

    /// Reads a date; `nil` if it is reported.
    mutating func readDate(_ node: ManifestNode, field: String) -> CivilDate? {
        guard let text = diagnostics.string(node, field: field) else { return nil }
        if let date = CivilDate(parsing: text) { return date }
        diagnostics.report(.invalidDate(text), at: node.position)
        return nil
    }
}
