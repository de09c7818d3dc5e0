/// The fewest changes with which an object meets mandatory rules and reaches a minimum score.
///
/// A change is one rule fixed wherever it fails, with the rules that it implies. Mandatory changes come first. A change that needs a feature
/// of the nodes is a last resort, unless the nodes are known to have the feature: the way has as few of them as possible. Among such ways it
/// has the fewest changes, and then the fewest of the last ``FixClass``. The changes that are not mandatory are in the order of the classes.
///
/// Exact as long as no failing rule is implied by two others, and no rule has a later class than one that it implies. Tests hold both for the
/// catalog.
package struct ShortestWay: Sendable {
    /// One rule fixed at all of its places, with the rules that it implies.
    package struct Change: Sendable, Equatable {
        /// The index of the rule in ``Ruleset/entries`` of the report's ruleset; `nil` if that does not have the rule.
        package let index: Int?
        /// The rule's id.
        package let rule: String
        /// The points that the score gains.
        package let points: Int
        /// Whether the policy demands the rule, whatever the score.
        package let isMandatory: Bool
        /// The class of the fix at all places together.
        package let fixClass: FixClass
    }

    /// The changes in the order of messages.
    package let changes: [Change]
    /// The score after all changes; below the minimum if no changes reach it.
    package let score: Int

    /// Finds the way.
    ///
    /// If no changes reach the minimum, the result has all changes that gain points. `mandatory` has the ids of rules that must be fixed; those
    /// that do not fail are ignored. `controls` has their findings if another ruleset checks them than the one that gives the score. Fixing such
    /// a rule gains no points if the score already has them, or if the report's ruleset does not have the rule. `nodes` has the features that
    /// all nodes are known to have.
    package init(
        from report: ScoreReport,
        of subject: ScoringSubject,
        to minimum: Int,
        mandatory: [String],
        controls: ControlFindings? = nil,
        nodes: NodeFeatures = []
    ) {
        let search = Search(report, of: subject, demanding: mandatory, in: controls, nodes: nodes)
        let demanded = search.indices(ofRules: mandatory)
        var best: Search.Way?
        for base in search.waysToHold(demanded) {
            let way = search.extend(base, by: minimum - report.score)
            if best.map({ way.isBetter(than: $0) }) ?? true { best = way }
        }
        let way = best ?? Search.Way()
        var fixed = RuleIndices()
        var changes: [Change] = []
        changes.reserveCapacity(way.mandatory.count + way.optional.count)
        for (position, index) in (way.mandatory + way.optional).enumerated() {
            changes.append(
                Change(
                    index: report.ruleset.entries.indices.contains(index) ? index : nil,
                    rule: search.id(ofRuleAt: index),
                    points: search.gain(of: index, beyond: fixed),
                    isMandatory: position < way.mandatory.count,
                    fixClass: search.fixClass(of: index)
                )
            )
            fixed.formUnion(search.closure(of: index))
        }
        self.changes = changes
        score = report.score + changes.reduce(0) { $0 + $1.points }
    }
}

/// The failed rules of a report and the points gained by fixing each of them.
///
/// Rules are identified by their indices in the report's ruleset; demanded rules that it does not have follow after them.
private struct Search {
    /// A set of changes.
    struct Way {
        var mandatory: [Int] = []
        var optional: [Int] = []
        /// The rules that the mandatory changes fix.
        var fixed = RuleIndices()
        var reachesMinimum = true
        var effort = Effort()
        /// Mandatory rules that are fixed by a rule that implies them.
        var detours = 0

        /// Returns whether this way is better: it reaches the minimum, takes less effort or is more direct.
        func isBetter(than other: Self) -> Bool {
            if reachesMinimum != other.reachesMinimum { return reachesMinimum }
            return effort != other.effort ? effort < other.effort : detours < other.detours
        }
    }

    /// The effort of some changes together: first the number of last resorts, then the number of changes, then the number of each tier from
    /// the last one on.
    struct Effort: Comparable {
        private var count = 0
        /// The number of changes of each tier, one byte for each, the last tier in the highest byte.
        private var counts: UInt64 = 0

        mutating func add(_ tier: Int) {
            count += 1
            counts += 1 << (8 * UInt64(tier))
        }

        static func < (first: Self, second: Self) -> Bool {
            let lastResorts = (first.counts >> (8 * UInt64(lastResort)), second.counts >> (8 * UInt64(lastResort)))
            return (lastResorts.0, first.count, first.counts) < (lastResorts.1, second.count, second.counts)
        }
    }

    /// A possible change with the points that it gains in addition to the mandatory changes.
    struct Candidate {
        let index: Int
        let gain: Int
        let tier: Int

        /// Returns whether this change comes first: the one with the most points, then the one of the earlier tier.
        func precedes(_ other: Self) -> Bool {
            (other.gain, tier, index) < (gain, other.tier, other.index)
        }
    }

    /// The tier of changes that need a feature that nodes may lack; the other tiers are the ranks of the classes.
    static let lastResort = FixClass.node.rank + 1

    /// The maximum number of detours tried together; leaving out more can only make a way longer.
    private static let detourLimit = 10

    private let report: ScoreReport
    private let subject: ScoringSubject
    private let controls: ControlFindings?
    private let nodes: NodeFeatures
    private let entries: [Ruleset.Entry]
    private var steps: [Ruleset.Step]
    /// The ids of the rules that follow after those of the ruleset.
    private var addedIDs: [String] = []
    /// The failed rules.
    private var open: RuleIndices
    /// The failed rules of which the fix has its exceptional class; computed once, since that can visit thousands of findings.
    private var exceptional = RuleIndices()

    init(
        _ report: ScoreReport,
        of subject: ScoringSubject,
        demanding mandatory: [String],
        in controls: ControlFindings?,
        nodes: NodeFeatures
    ) {
        self.report = report
        self.subject = subject
        self.nodes = nodes
        self.controls = controls?.ruleset === report.ruleset ? nil : controls
        entries = report.ruleset.entries
        steps = report.ruleset.steps
        open = RuleIndices()
        for position in report.results.indices where report.results[position].outcome.fails {
            open.insert(report.results[position].index)
        }
        if let controls = self.controls {
            for failure in controls.failures where mandatory.contains(controls.ruleset.entries[failure.index].rule.id) {
                add(controls.ruleset.entries[failure.index])
            }
        }
        for index in open where hasExceptionalClass(index) { exceptional.insert(index) }
    }

    /// Adds a demanded rule that fails, even if only by the checks for demands; it gains no points that the score already has.
    private mutating func add(_ entry: Ruleset.Entry) {
        if let index = report.ruleset.index(ofRule: entry.rule.id) {
            guard !open.contains(index) else { return }
            steps[index].points = 0
            open.insert(index)
        } else if steps.count < RuleIndices.limit {
            var step = Ruleset.Step(entry, among: entries)
            step.points = 0
            steps.append(step)
            addedIDs.append(entry.rule.id)
            open.insert(steps.count - 1)
        }
    }

    /// Returns the id of a rule.
    func id(ofRuleAt index: Int) -> String {
        index < entries.count ? entries[index].rule.id : addedIDs[index - entries.count]
    }

    private func index(ofRule id: String) -> Int? {
        report.ruleset.index(ofRule: id) ?? addedIDs.firstIndex(of: id).map { entries.count + $0 }
    }

    /// Tells whether a rule's fix has the exceptional class at all places where the check for the score or the one for demands fails.
    private func hasExceptionalClass(_ index: Int) -> Bool {
        guard let exception = steps[index].fixClassException else { return false }
        var findings = report.failure(ofRuleAt: index)?.findings ?? []
        if let controls { findings += controls.failure(ofRule: id(ofRuleAt: index))?.findings ?? [] }
        return steps[index].fixClassException.fixClass(of: findings, in: subject, otherwise: steps[index].fixClass) == exception.fixClass
    }

    /// Returns the class of a rule's fix at all places together.
    func fixClass(of index: Int) -> FixClass {
        guard exceptional.contains(index), let exception = steps[index].fixClassException else { return steps[index].fixClass }
        return exception.fixClass
    }

    /// Returns the tier of a change.
    private func tier(of index: Int) -> Int {
        let fixClass = fixClass(of: index)
        return fixClass == .node && !nodes.isSuperset(of: steps[index].nodeFeatures) ? Self.lastResort : fixClass.rank
    }

    /// Returns the failed rules among some rules, each once, in the same order.
    func indices(ofRules ids: [String]) -> [Int] {
        var indices: [Int] = []
        for id in ids {
            guard let index = index(ofRule: id), open.contains(index), !indices.contains(index) else { continue }
            indices.append(index)
        }
        return indices
    }

    /// Returns the rules that are fixed with a rule.
    func closure(of index: Int) -> RuleIndices {
        var closure = steps[index].implied.intersection(open)
        closure.insert(index)
        return closure
    }

    /// Returns the points gained by fixing a rule and those that it implies, if other rules are fixed already.
    func gain(of index: Int, beyond fixed: RuleIndices) -> Int {
        guard !steps[index].implied.isEmpty else { return fixed.contains(index) ? 0 : abs(steps[index].points) }
        return weight(of: closure(of: index).subtracting(fixed))
    }

    /// Returns the points gained by fixing rules.
    private func weight(of indices: RuleIndices) -> Int {
        indices.reduce(0) { $0 + abs(steps[$1].points) }
    }

    /// Returns the ways to fix the demanded rules, each directly or by a rule that implies it; the direct way is first.
    func waysToHold(_ demanded: [Int]) -> [Way] {
        let wanted = RuleIndices(demanded)
        let impliers = open.subtracting(wanted).filter { !steps[$0].implied.isDisjoint(with: wanted) }.prefix(Self.detourLimit)
        return (0..<1 << impliers.count).map { choice in
            let detours = impliers.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
            return way(toHold: demanded, by: detours)
        }
    }

    /// Returns the way that takes some detours and fixes the remaining demanded rules directly.
    private func way(toHold demanded: [Int], by detours: [Int]) -> Way {
        var way = Way()
        way.detours = detours.count
        // A rule comes before those that it implies, so that none is fixed twice.
        let direct = demanded.filter { index in !demanded.contains { $0 != index && steps[$0].implied.contains(index) } }
        for index in detours + direct where !way.fixed.contains(index) {
            way.mandatory.append(index)
            way.fixed.formUnion(closure(of: index))
            way.effort.add(tier(of: index))
        }
        return way
    }

    /// Adds the changes that take the least effort to gain enough points, or all changes that gain points if they are not enough.
    func extend(_ base: Way, by points: Int) -> Way {
        var way = base
        let missing = points - weight(of: way.fixed)
        guard missing > 0 else { return way }
        let candidates = candidates(beyond: way.fixed)
        let counts = candidates.leastCounts(toGain: missing)
        way.reachesMinimum = counts != nil
        for tier in 0...Self.lastResort {
            var left = counts?[tier] ?? candidates.count
            for candidate in candidates where left > 0 && candidate.tier == tier {
                way.optional.append(candidate.index)
                way.effort.add(tier)
                left -= 1
            }
        }
        return way
    }

    /// Returns the changes that gain points in addition to others, without implied ones; those with the most points are first.
    private func candidates(beyond fixed: RuleIndices) -> [Candidate] {
        var candidates: [Candidate] = []
        candidates.reserveCapacity(steps.count)
        var implied = RuleIndices()
        for index in open.subtracting(fixed) {
            let gain = gain(of: index, beyond: fixed)
            guard gain > 0 else { continue }
            candidates.append(Candidate(index: index, gain: gain, tier: tier(of: index)))
            implied.formUnion(steps[index].implied)
        }
        candidates.removeAll { implied.contains($0.index) }
        candidates.sort { $0.precedes($1) }
        return candidates
    }
}

extension [Search.Candidate] {
    /// Returns how many changes of each tier gain enough points with the least ``Search/Effort``; `nil` if all changes are not enough.
    ///
    /// The changes with the most points must be first. The numbers follow one after the other: that of last resorts, that of all others, then
    /// that of each tier from the last one on. Each is the least with which the rest can still be gained.
    fileprivate func leastCounts(toGain points: Int) -> [Int]? {
        let last = Search.lastResort
        var sizes = Array<Int>(repeating: 0, count: last + 1)
        for candidate in self { sizes[candidate.tier] += 1 }
        let others = count - sizes[last]
        let mostOfOthers = gain(of: others, in: 0...last - 1)
        let lastResorts = (0...sizes[last]).first { gain(of: $0, in: last...last) + mostOfOthers >= points }
        guard let lastResorts else { return nil }
        var missing = points - gain(of: lastResorts, in: last...last)
        var (left, gained) = (0, 0)
        for candidate in self where candidate.tier < last && gained < missing {
            gained += candidate.gain
            left += 1
        }
        var counts = Array<Int>(repeating: 0, count: last + 1)
        counts[last] = lastResorts
        for tier in (1..<last).reversed() where left > 0 && sizes[tier] > 0 {
            let least = (0...left).first { gain(of: $0, in: tier...tier) + gain(of: left - $0, in: 0...tier - 1) >= missing } ?? left
            counts[tier] = least
            missing -= gain(of: least, in: tier...tier)
            left -= least
        }
        counts[0] = left
        return counts
    }

    /// Returns the most points that a number of changes gain, all of some tiers.
    private func gain(of count: Int, in tiers: ClosedRange<Int>) -> Int {
        var left = count
        var gain = 0
        for candidate in self where left > 0 && tiers.contains(candidate.tier) {
            gain += candidate.gain
            left -= 1
        }
        return gain
    }
}
