/// The fewest changes with which an object meets mandatory rules and reaches a minimum score.
///
/// A change is one rule fixed wherever it fails, with the rules that it implies. Mandatory changes come first, then those that can be
/// pasted as they are, then those that need knowledge; among the sets with the fewest changes, one that needs the least knowledge is taken.
///
/// Exact as long as no failing rule is implied by two others, which a test holds for the catalog.
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
    }

    /// The changes in the order of messages.
    package let changes: [Change]
    /// The score after all changes; below the minimum if no changes reach it.
    package let score: Int

    /// Finds the way.
    ///
    /// If no changes reach the minimum, the result has all changes that gain points. `mandatory` has the ids of rules that must be fixed; those
    /// that do not fail are ignored. `controls` has their findings if another ruleset checks them than the one that gives the score. Fixing such
    /// a rule gains no points if the score already has them, or if the report's ruleset does not have the rule.
    package init(from report: ScoreReport, to minimum: Int, mandatory: [String], controls: ControlFindings? = nil) {
        let search = Search(report, demanding: mandatory, in: controls)
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
                    isMandatory: position < way.mandatory.count
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
        var knowledge = 0
        /// Mandatory rules that are fixed by a rule that implies them.
        var detours = 0

        /// Returns whether this way is better: it reaches the minimum, has fewer changes, needs less knowledge or is more direct.
        func isBetter(than other: Self) -> Bool {
            if reachesMinimum != other.reachesMinimum { return reachesMinimum }
            return (mandatory.count + optional.count, knowledge, detours)
                < (other.mandatory.count + other.optional.count, other.knowledge, other.detours)
        }
    }

    /// A possible change with the points that it gains in addition to the mandatory changes.
    private struct Candidate {
        let index: Int
        let gain: Int
        let needsKnowledge: Bool

        /// Returns whether this change comes first: changes that can be pasted, then those with the most points.
        func precedes(_ other: Self) -> Bool {
            if needsKnowledge != other.needsKnowledge { return other.needsKnowledge }
            return gain != other.gain ? gain > other.gain : index < other.index
        }
    }

    /// The maximum number of detours tried together; leaving out more can only make a way longer.
    private static let detourLimit = 10

    private let entries: [Ruleset.Entry]
    private var steps: [Ruleset.Step]
    /// The ids of the rules that follow after those of the ruleset.
    private var addedIDs: [String] = []
    /// The failed rules.
    private var open: RuleIndices

    init(_ report: ScoreReport, demanding mandatory: [String], in controls: ControlFindings?) {
        entries = report.ruleset.entries
        steps = report.ruleset.steps
        open = RuleIndices()
        for result in report.results {
            if case .fails = result.outcome { open.insert(result.index) }
        }
        guard let controls, controls.ruleset !== report.ruleset else { return }
        for failure in controls.failures where mandatory.contains(controls.ruleset.entries[failure.index].rule.id) {
            add(controls.ruleset.entries[failure.index])
        }
    }

    /// Adds a demanded rule that fails, even if only by the checks for demands; it gains no points that the score already has.
    private mutating func add(_ entry: Ruleset.Entry) {
        if let index = entries.firstIndex(where: { $0.rule.id == entry.rule.id }) {
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

    /// Returns the failed rules among some rules, each once, in the same order.
    func indices(ofRules ids: [String]) -> [Int] {
        var indices: [Int] = []
        for id in ids {
            guard let index = open.first(where: { self.id(ofRuleAt: $0) == id }), !indices.contains(index) else { continue }
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
            if steps[index].fixClass != .manifest { way.knowledge += 1 }
        }
        return way
    }

    /// Adds the fewest changes that gain enough points, or all changes that gain points if they are not enough.
    func extend(_ base: Way, by points: Int) -> Way {
        var way = base
        let missing = points - weight(of: way.fixed)
        guard missing > 0 else { return way }
        let candidates = candidates(beyond: way.fixed)
        let chosen = fewest(candidates, toGain: missing)
        way.optional = chosen ?? candidates.map(\.index)
        way.reachesMinimum = chosen != nil
        way.knowledge += way.optional.count { steps[$0].fixClass != .manifest }
        return way
    }

    /// Returns the changes that gain points in addition to others, without implied ones; those that need knowledge are last.
    private func candidates(beyond fixed: RuleIndices) -> [Candidate] {
        var candidates: [Candidate] = []
        candidates.reserveCapacity(steps.count)
        var implied = RuleIndices()
        for index in open.subtracting(fixed) {
            let gain = gain(of: index, beyond: fixed)
            guard gain > 0 else { continue }
            candidates.append(Candidate(index: index, gain: gain, needsKnowledge: steps[index].fixClass != .manifest))
            implied.formUnion(steps[index].implied)
        }
        candidates.removeAll { implied.contains($0.index) }
        candidates.sort { $0.precedes($1) }
        return candidates
    }

    /// Returns the smallest selection that gains enough points, with the fewest that need knowledge; `nil` if all changes are not enough.
    ///
    /// The candidates are in the order in which ``candidates(beyond:)`` puts them.
    private func fewest(_ candidates: [Candidate], toGain points: Int) -> [Int]? {
        let pastedCount = candidates.firstIndex { $0.needsKnowledge } ?? candidates.count
        let knownCount = candidates.count - pastedCount
        // The cumulated points of each kind, so that the sum of any range is one subtraction.
        var sums: [Int] = []
        sums.reserveCapacity(candidates.count + 1)
        sums.append(0)
        for (position, candidate) in candidates.enumerated() { sums.append(sums[position] + candidate.gain) }
        for count in 1...max(1, candidates.count) {
            for known in max(0, count - pastedCount)...count where known <= knownCount {
                let gain = sums[count - known] + sums[pastedCount + known] - sums[pastedCount]
                guard gain >= points else { continue }
                var chosen: [Int] = []
                chosen.reserveCapacity(count)
                for position in 0..<count - known { chosen.append(candidates[position].index) }
                for position in pastedCount..<pastedCount + known { chosen.append(candidates[position].index) }
                return chosen
            }
        }
        return nil
    }
}
