package import PodScoring

/// Writes rules for people.
package enum RuleText {
    /// One line a rule: points, id, what to do.
    package static func list(of ruleset: Ruleset) -> String {
        var lines = ["\(ruleset.label): \(ruleset.entries.count) rules, best score of a Pod \(ruleset.bestPossibleScore(for: .pod))", ""]
        let width = ruleset.entries.map(\.rule.id.count).max() ?? 0
        for entry in ruleset.entries {
            lines.append("\(signed(entry.points))  \(padded(entry.rule.id, to: width))  \(entry.rule.fix)")
        }
        lines += ["", "podscore rules ID explains one of them."]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Everything that is known about a rule.
    package static func page(of rule: Rule) -> String {
        var lines = [rule.id, "", rule.reason, ""] + RuleFacts.sentences(of: rule) + [""]
        lines.append("What to do:  \(rule.fix)")
        lines.append("")
        lines += rule.example.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        lines.append("")
        lines += RuleFacts.points(of: rule).map { "Points:      \(signed($0.points)) under \($0.ruleset), for \($0.kinds)" }
        lines.append("Selector:    \(rule.selector)")
        for ruleset in Ruleset.all {
            guard let entry = ruleset.entries.first(where: { $0.rule.id == rule.id }), entry.selector != rule.selector else { continue }
            lines.append("             \(entry.selector) under \(ruleset.label)")
        }
        if let blindSpot = rule.blindSpot { lines.append("Not known:   \(blindSpot)") }
        for reference in rule.references { lines.append("See:         \(reference)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The points with their sign, in four places.
    static func signed(_ points: Int) -> String {
        let text = points > 0 ? "+\(points)" : "\(points)"
        return String(repeating: " ", count: max(0, 4 - text.count)) + text
    }

    /// The text with spaces behind it up to a width.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
