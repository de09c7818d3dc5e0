/// The fewest changes by which an object holds what is mandatory and reaches a minimum score.
///
/// A change is one rule fixed wherever it fails, with the rules that it implies. Mandatory changes come first, then those that can be
/// pasted as they are, then those that need knowledge; among the sets with the fewest changes, one that needs the least knowledge is taken.
///
/// Exact as long as no failing rule is implied by two others, which a test holds for the catalog.
package struct ShortestWay: Sendable {
    /// One rule fixed wherever it fails, with the rules that hold, too, once it does.
    package struct Change: Sendable, Equatable {
        /// The rule's index in ``Ruleset/entries`` of the report's ruleset; `nil` when that does not have the rule.
        package let index: Int?
        /// The rule's id.
        package let rule: String
        /// The points that the score gains.
        package let points: Int
        /// Whether the policy demands it whatever the score.
        package let isMandatory: Bool
    }

    /// The changes in the order in which they are told.
    package let changes: [Change]
    /// The score after all changes; below the minimum when that is out of reach.
    package let score: Int

    /// Finds the way.
    ///
    /// Where no changes reach the minimum, they are all that bring points. `mandatory` holds ids of rules that must be fixed whatever they
    /// bring; those that do not fail are passed over. `controls` has what they find where other checks than the score's judge them: such a
    /// rule can fail though the score has its points, or the report's ruleset does not have it, and then mending it brings none.
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

/// The failing rules of a report and what fixing each of them brings.
///
/// Rules are known by their indices in the report's ruleset; behind them come the demanded ones that it does not have.
private struct Search {
    /// A set of changes.
    struct Way {
        var mandatory: [Int] = []
        var optional: [Int] = []
        /// What the mandatory changes fix.
        var fixed = RuleIndices()
        var reachesMinimum = true
        var knowledge = 0
        /// Mandatory rules that are fixed by way of a rule that implies them.
        var detours = 0

        /// Whether this way is the one to take: it reaches the minimum, has fewer changes, needs less knowledge, is more direct.
        func isBetter(than other: Self) -> Bool {
            if reachesMinimum != other.reachesMinimum { return reachesMinimum }
            return (mandatory.count + optional.count, knowledge, detours)
                < (other.mandatory.count + other.optional.count, other.knowledge, other.detours)
        }
    }

    /// A change that may be made, and the points that it brings beyond those that are made in any case.
    private struct Candidate {
        let index: Int
        let gain: Int
        let needsKnowledge: Bool

        /// Whether this one is taken first: what can be pasted before what needs knowledge, then the most points.
        func precedes(_ other: Self) -> Bool {
            if needsKnowledge != other.needsKnowledge { return other.needsKnowledge }
            return gain != other.gain ? gain > other.gain : index < other.index
        }
    }

    /// The most detours that are tried together; more are left out, which can only make a way longer.
    private static let detourLimit = 10

    private let entries: [Ruleset.Entry]
    private var steps: [Ruleset.Step]
    /// The ids of the rules behind those of the ruleset.
    private var addedIDs: [String] = []
    /// The failing rules.
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

    /// Adds a demanded rule that fails, if only by the checks that judge demands; what the score has already it cannot gain again.
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

    /// The id of a rule.
    func id(ofRuleAt index: Int) -> String {
        index < entries.count ? entries[index].rule.id : addedIDs[index - entries.count]
    }

    /// The failing ones among these rules, each once, in their order.
    func indices(ofRules ids: [String]) -> [Int] {
        var indices: [Int] = []
        for id in ids {
            guard let index = open.first(where: { self.id(ofRuleAt: $0) == id }), !indices.contains(index) else { continue }
            indices.append(index)
        }
        return indices
    }

    /// What fixing a rule fixes.
    func closure(of index: Int) -> RuleIndices {
        var closure = steps[index].implied.intersection(open)
        closure.insert(index)
        return closure
    }

    /// The points that fixing a rule brings where others are fixed already: those that it earns, or no longer costs, and those of the rules
    /// that it implies.
    func gain(of index: Int, beyond fixed: RuleIndices) -> Int {
        guard !steps[index].implied.isEmpty else { return fixed.contains(index) ? 0 : abs(steps[index].points) }
        return weight(of: closure(of: index).subtracting(fixed))
    }

    /// The points that rules earn, or no longer cost, once they are fixed.
    private func weight(of indices: RuleIndices) -> Int {
        indices.reduce(0) { $0 + abs(steps[$1].points) }
    }

    /// The ways to fix the demanded rules, each by itself or by a rule that implies it; the direct way first.
    func waysToHold(_ demanded: [Int]) -> [Way] {
        let wanted = RuleIndices(demanded)
        let impliers = open.subtracting(wanted).filter { !steps[$0].implied.isDisjoint(with: wanted) }.prefix(Self.detourLimit)
        return (0..<1 << impliers.count).map { choice in
            let detours = impliers.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
            return way(toHold: demanded, by: detours)
        }
    }

    /// The way that takes these detours and fixes what they leave of the demanded rules.
    private func way(toHold demanded: [Int], by detours: [Int]) -> Way {
        var way = Way()
        way.detours = detours.count
        // A rule comes before those that it implies, so that none is fixed twice.
        let direct = demanded.filter { index in !demanded.contains { $0 != index && steps[$0].implied.contains(index) } }
        for index in detours + direct where !way.fixed.contains(index) {
            way.mandatory.append(index)
            way.fixed.formUnion(closure(of: index))
            if steps[index].needsKnowledge { way.knowledge += 1 }
        }
        return way
    }

    /// Adds the fewest changes that bring so many points in all; all that bring something when that is not enough.
    func extend(_ base: Way, by points: Int) -> Way {
        var way = base
        let missing = points - weight(of: way.fixed)
        guard missing > 0 else { return way }
        let candidates = candidates(beyond: way.fixed)
        let chosen = fewest(candidates, toGain: missing)
        way.optional = chosen ?? candidates.map(\.index)
        way.reachesMinimum = chosen != nil
        way.knowledge += way.optional.count { steps[$0].needsKnowledge }
        return way
    }

    /// The changes that bring something where others are made, without those that another one implies; those that need knowledge last.
    private func candidates(beyond fixed: RuleIndices) -> [Candidate] {
        var candidates: [Candidate] = []
        candidates.reserveCapacity(steps.count)
        var implied = RuleIndices()
        for index in open.subtracting(fixed) {
            let gain = gain(of: index, beyond: fixed)
            guard gain > 0 else { continue }
            candidates.append(Candidate(index: index, gain: gain, needsKnowledge: steps[index].needsKnowledge))
            implied.formUnion(steps[index].implied)
        }
        candidates.removeAll { implied.contains($0.index) }
        candidates.sort { $0.precedes($1) }
        return candidates
    }

    /// The smallest selection that brings the points, with as few that need knowledge as such a selection can have; `nil` when all do not.
    ///
    /// The candidates are in the order in which ``candidates(beyond:)`` puts them.
    private func fewest(_ candidates: [Candidate], toGain points: Int) -> [Int]? {
        let pastedCount = candidates.firstIndex { $0.needsKnowledge } ?? candidates.count
        let knownCount = candidates.count - pastedCount
        // What the first ones bring together, from none of them to all, so that any part of either kind is one subtraction.
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
