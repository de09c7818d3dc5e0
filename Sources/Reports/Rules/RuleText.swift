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

/// What there is to say about a rule beside its own texts; the page of a rule and the documentation say it in the same words.
enum RuleFacts {
    /// When the rule earns or costs its points, and for whom.
    static func sentences(of rule: Rule) -> [String] {
        var sentences = [meaning(of: rule)]
        if !rule.implies.isEmpty { sentences.append("Following it satisfies \(listed(rule.implies)), too.") }
        if !rule.appliesToWindows {
            sentences.append("A Pod that says it runs on Windows is not asked under podscore/*, since Windows forbids the field.")
        }
        sentences.append(effort(of: rule))
        return sentences
    }

    /// The points that each ruleset gives the rule, with the kinds for which it asks.
    static func points(of rule: Rule) -> [(ruleset: String, points: Int, kinds: String)] {
        Ruleset.all.compactMap { ruleset in
            guard let entry = ruleset.entries.first(where: { $0.rule.id.utf8.elementsEqual(rule.id.utf8) }) else { return nil }
            return (ruleset.label, entry.points, kinds(entry.kinds))
        }
    }

    /// The points with their sign, without spaces around them.
    static func signed(_ points: Int) -> String {
        points > 0 ? "+\(points)" : "\(points)"
    }

    private static func meaning(of rule: Rule) -> String {
        let isKubesec = !rule.kinds.isEmpty
        return switch (rule.polarity, rule.scope) {
        case (.positive, .container) where isKubesec:
            "It earns its points when every container complies; under kubesec/* one is enough."
        case (.positive, .container): "It earns its points when every container complies."
        case (.positive, .pod): "It earns its points when the Pod complies."
        case (.positive, .object): "It earns its points when the object complies."
        case (.negative, .container): "It costs its points when any container is at fault."
        case (.negative, .pod): "It costs its points when the Pod is at fault."
        case (.negative, .object): "It costs its points when the object is at fault."
        }
    }

    private static func effort(of rule: Rule) -> String {
        switch rule.effort {
        case .paste: "The fix can be pasted as it is."
        case .needsKnowledge where rule.example.contains("YOUR-"): "The fix needs what only you know; it goes where the snippet says YOUR-."
        case .needsKnowledge: "The fix needs to know what the program can do without."
        }
    }

    private static func kinds(_ kinds: RuleKinds) -> String {
        kinds == .everyPodKind ? "every kind with a Pod" : kinds.names.joined(separator: ", ")
    }

    private static func listed(_ ids: [String]) -> String {
        guard let last = ids.last, ids.count > 1 else { return ids.joined() }
        return ids.dropLast().joined(separator: ", ") + " and " + last
    }
}
