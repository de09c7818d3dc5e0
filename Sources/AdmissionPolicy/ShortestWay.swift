import PodScoring

/// The changes by which an object reaches a minimum score.
///
/// Mandatory changes come first, then those that bring the most points, in report order where they bring the same.
struct ShortestWay {
    /// One rule fixed wherever it fails, with the rules that hold, too, once it does.
    struct Change: Equatable {
        /// The rule's id.
        let rule: String
        /// The points that the score gains.
        let points: Int
        /// Whether a level names the rule, so that it must be fixed whatever it brings.
        let isMandatory: Bool
    }

    /// The changes in the order in which they should be made.
    let changes: [Change]
    /// The score after all changes.
    let score: Int

    /// Finds the way.
    ///
    /// - Parameters:
    ///   - report: The score as it is.
    ///   - minimum: The score to reach; where no changes reach it, they are all that bring points.
    ///   - mandatory: Ids of rules that must be fixed whatever they bring.
    init(from report: ScoreReport, to minimum: Int, mandatory: [String]) {
        var open = report.failures.map(\.index)
        var changes: [Change] = []
        var score = report.score
        func take(_ index: Int, isMandatory: Bool) {
            let points = Self.gain(of: index, among: open, in: report.ruleset)
            changes.append(Change(rule: report.ruleset.entries[index].rule.id, points: points, isMandatory: isMandatory))
            score += points
            let fixed = Self.fixed(by: index, among: open, in: report.ruleset)
            open.removeAll { fixed.contains($0) }
        }
        for id in mandatory {
            guard let index = open.first(where: { report.ruleset.entries[$0].rule.id == id }) else { continue }
            take(index, isMandatory: true)
        }
        while score < minimum, let best = Self.mostGainful(among: open, in: report.ruleset) {
            take(best, isMandatory: false)
        }
        self.changes = changes
        self.score = score
    }

    /// The first of the rules that bring the most; `nil` when none brings anything.
    private static func mostGainful(among open: [Int], in ruleset: Ruleset) -> Int? {
        var best: (index: Int, points: Int)?
        for index in open {
            let points = gain(of: index, among: open, in: ruleset)
            if points > best?.points ?? 0 { best = (index, points) }
        }
        return best?.index
    }

    /// The points that fixing a rule brings: those that it earns, or no longer costs, and those of the rules that it implies.
    private static func gain(of index: Int, among open: [Int], in ruleset: Ruleset) -> Int {
        fixed(by: index, among: open, in: ruleset).reduce(0) { $0 + abs(ruleset.entries[$1].points) }
    }

    private static func fixed(by index: Int, among open: [Int], in ruleset: Ruleset) -> [Int] {
        let implied = ruleset.entries[index].rule.implies
        return open.filter { $0 == index || implied.contains(ruleset.entries[$0].rule.id) }
    }
}
