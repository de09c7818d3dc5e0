/// The fewest changes by which an object holds what is mandatory and reaches a minimum score.
///
/// A change is one rule fixed wherever it fails, with the rules that it implies. Mandatory changes come first, then those that can be
/// pasted as they are, then those that need knowledge; among the sets with the fewest changes, one that needs the least knowledge is taken.
///
/// Exact as long as no failing rule is implied by two others, which a test holds for the catalog.
package struct ShortestWay: Sendable {
    /// One rule fixed wherever it fails, with the rules that hold, too, once it does.
    package struct Change: Sendable, Equatable {
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
    /// bring; those that do not fail are passed over.
    package init(from report: ScoreReport, to minimum: Int, mandatory: [String]) {
        let search = Search(report)
        let demanded = search.indices(ofRules: mandatory)
        var best: Search.Way?
        for base in search.waysToHold(demanded) {
            let way = search.extend(base, by: minimum - report.score)
            if best.map({ way.isBetter(than: $0) }) ?? true { best = way }
        }
        let way = best ?? Search.Way()
        var fixed: Set<Int> = []
        var changes: [Change] = []
        for (index, isMandatory) in way.mandatory.map({ ($0, true) }) + way.optional.map({ ($0, false) }) {
            let points = search.gain(of: index, beyond: fixed)
            changes.append(Change(rule: report.ruleset.entries[index].rule.id, points: points, isMandatory: isMandatory))
            fixed.formUnion(search.closure(of: index))
        }
        self.changes = changes
        score = report.score + changes.reduce(0) { $0 + $1.points }
    }
}

/// The failing rules of a report and what fixing each of them brings.
private struct Search {
    /// A set of changes.
    struct Way {
        var mandatory: [Int] = []
        var optional: [Int] = []
        var reachesMinimum = true
        var knowledge = 0
        /// Mandatory rules that are fixed by way of a rule that implies them.
        var detours = 0

        /// Whether this way is the one to take: it reaches the minimum, has fewer changes, needs less knowledge, is more direct.
        func isBetter(than other: Self) -> Bool {
            if reachesMinimum != other.reachesMinimum { return reachesMinimum }
            let rank = [mandatory.count + optional.count, knowledge, detours]
            return rank.lexicographicallyPrecedes([other.mandatory.count + other.optional.count, other.knowledge, other.detours])
        }
    }

    /// The most detours that are tried together; more are left out, which can only make a way longer.
    private static let detourLimit = 10

    private let ruleset: Ruleset
    /// The failing rules as indices into the ruleset, in its order.
    private let open: [Int]
    /// What fixing each of them fixes, itself included.
    private let closures: [Int: [Int]]

    init(_ report: ScoreReport) {
        ruleset = report.ruleset
        open = report.results.filter { if case .fails = $0.outcome { true } else { false } }.map(\.index)
        let entries = ruleset.entries
        let failing = open
        closures = Dictionary(
            uniqueKeysWithValues: failing.map { index in
                (index, failing.filter { $0 == index || entries[index].rule.implies.contains(entries[$0].rule.id) })
            }
        )
    }

    /// The failing ones among these rules, each once, in their order.
    func indices(ofRules ids: [String]) -> [Int] {
        var indices: [Int] = []
        for id in ids {
            guard let index = open.first(where: { ruleset.entries[$0].rule.id == id }), !indices.contains(index) else { continue }
            indices.append(index)
        }
        return indices
    }

    /// What fixing a rule fixes.
    func closure(of index: Int) -> [Int] {
        closures[index] ?? [index]
    }

    /// The points that fixing a rule brings where others are fixed already: those that it earns, or no longer costs, and those of the rules
    /// that it implies.
    func gain(of index: Int, beyond fixed: Set<Int>) -> Int {
        closure(of: index).reduce(0) { fixed.contains($1) ? $0 : $0 + abs(ruleset.entries[$1].points) }
    }

    /// The ways to fix the demanded rules, each by itself or by a rule that implies it; the direct way first.
    func waysToHold(_ demanded: [Int]) -> [Way] {
        let impliers = open.filter { index in
            !demanded.contains(index) && closure(of: index).contains { $0 != index && demanded.contains($0) }
        }
        .prefix(Self.detourLimit)
        return (0..<1 << impliers.count).map { choice in
            let detours = impliers.enumerated().filter { choice >> $0.offset & 1 == 1 }.map(\.element)
            return way(toHold: demanded, by: detours)
        }
    }

    /// The way that takes these detours and fixes what they leave of the demanded rules.
    private func way(toHold demanded: [Int], by detours: [Int]) -> Way {
        var way = Way()
        var fixed: [Int] = []
        // A rule comes before those that it implies, so that none is fixed twice.
        let direct = demanded.filter { index in !demanded.contains { $0 != index && closure(of: $0).contains(index) } }
        for index in detours + direct where !fixed.contains(index) {
            way.mandatory.append(index)
            fixed += closure(of: index)
        }
        way.detours = detours.count
        way.knowledge = way.mandatory.count { needsKnowledge($0) }
        return way
    }

    /// Adds the fewest changes that bring so many points in all; all that bring something when that is not enough.
    func extend(_ base: Way, by points: Int) -> Way {
        var way = base
        let fixed = Set(base.mandatory.flatMap { closure(of: $0) })
        let missing = points - fixed.reduce(0) { $0 + abs(ruleset.entries[$1].points) }
        guard missing > 0 else { return way }
        let left = open.filter { !fixed.contains($0) }.map { (index: $0, gain: gain(of: $0, beyond: fixed)) }.filter { $0.gain > 0 }
        let candidates = left.filter { rule in
            !left.contains { $0.index != rule.index && closure(of: $0.index).contains(rule.index) }
        }
        .sorted { $0.gain != $1.gain ? $0.gain > $1.gain : $0.index < $1.index }
        let pasted = candidates.filter { !needsKnowledge($0.index) }
        let known = candidates.filter { needsKnowledge($0.index) }
        let chosen = fewest(pasted, known, toGain: missing)
        way.optional = chosen ?? (pasted + known).map(\.index)
        way.reachesMinimum = chosen != nil
        way.knowledge += way.optional.count { needsKnowledge($0) }
        return way
    }

    /// The smallest selection that brings the points, with as few that need knowledge as such a selection can have; `nil` when all do not.
    ///
    /// Both lists have the most points first.
    private func fewest(_ pasted: [(index: Int, gain: Int)], _ known: [(index: Int, gain: Int)], toGain points: Int) -> [Int]? {
        for count in 1...max(1, pasted.count + known.count) {
            for knownCount in max(0, count - pasted.count)...count where knownCount <= known.count {
                let selection = pasted.prefix(count - knownCount) + known.prefix(knownCount)
                if selection.reduce(0, { $0 + $1.gain }) >= points { return selection.map(\.index) }
            }
        }
        return nil
    }

    private func needsKnowledge(_ index: Int) -> Bool {
        ruleset.entries[index].rule.effort == .needsKnowledge
    }
}
