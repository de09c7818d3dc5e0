import KubernetesAPI
package import PodScoring

/// The texts of `podscore rules`.
package enum RuleText {
    /// Returns a line for each rule of a ruleset, with its points, its id and its fix.
    package static func list(of ruleset: Ruleset) -> String {
        let best = ruleset.bestPossibleScore(for: .pod)
        var lines = ["\(ruleset.label): \(ruleset.entries.count) rules, best possible score of a Pod \(best)", ""]
        let width = ruleset.entries.map(\.rule.id.count).max() ?? 0
        for entry in ruleset.entries {
            let fixClass = padded(entry.rule.fixClass.rawValue, to: FixClass.nameWidth)
            lines.append("\(signed(entry.points))  \(padded(entry.rule.id, to: width))  \(fixClass)  \(entry.rule.fix)")
        }
        lines += ["", "Run podscore rules ID for the details of a rule."]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Returns all details of a rule.
    package static func page(of rule: Rule) -> String {
        var lines = [rule.id, "", rule.reason, ""] + RuleFacts.sentences(of: rule) + [""]
        lines.append("What to do:  \(rule.fix)")
        lines.append("")
        lines += rule.example.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
        lines.append("")
        if !rule.adjustments.isEmpty { lines += ["What else must change:"] + rule.adjustments.map { "  * \($0)" } + [""] }
        lines += RuleFacts.points(of: rule).map { "Points:      \(signed($0.points)) under \($0.ruleset), for \($0.kinds)" }
        lines.append("Selector:    \(rule.selector)")
        for ruleset in Ruleset.all {
            guard let entry = ruleset.entries.first(where: { $0.rule.id == rule.id }), entry.selector != rule.selector else { continue }
            lines.append("             \(entry.selector) under \(ruleset.label)")
        }
        if let blindSpot = rule.blindSpot { lines.append("Limitation:  \(blindSpot)") }
        for reference in rule.references { lines.append("See:         \(reference)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Returns the points with their sign, padded on the left to four characters.
    static func signed(_ points: Int) -> String {
        let text = points > 0 ? "+\(points)" : "\(points)"
        return String(repeating: " ", count: max(0, 4 - text.count)) + text
    }

    /// Returns the text, padded on the right with spaces to a width.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// The facts about a rule that `podscore rules` and the documentation add to its own texts, in the same words.
enum RuleFacts {
    /// Returns sentences that say when the points of a rule count, what else it satisfies and how to apply its fix.
    static func sentences(of rule: Rule) -> [String] {
        var sentences = [meaning(of: rule)]
        if !rule.implies.isEmpty { sentences.append("This also satisfies \(listed(rule.implies)).") }
        if !rule.appliesToWindows {
            sentences.append("Not applied to Windows Pods under podscore/*, because Windows forbids the field.")
        }
        sentences.append(RuleFacts.fixClass(of: rule))
        if let exception = rule.fixClassException {
            sentences.append("The class is \(exception.fixClass.rawValue) \(exception.condition).")
        }
        return sentences
    }

    /// Returns the points of a rule in each ruleset that has it, with the kinds to which the rule applies there.
    static func points(of rule: Rule) -> [(ruleset: String, points: Int, kinds: String)] {
        Ruleset.all.compactMap { ruleset in
            guard let entry = ruleset.entries.first(where: { $0.rule.id.hasSameBytes(as: rule.id) }) else { return nil }
            return (ruleset.label, entry.points, kinds(entry.kinds))
        }
    }

    /// Returns the points with their sign.
    static func signed(_ points: Int) -> String {
        points > 0 ? "+\(points)" : "\(points)"
    }

    private static func meaning(of rule: Rule) -> String {
        let isKubesec = !rule.kinds.isEmpty
        return switch (rule.polarity, rule.scope) {
        case (.positive, .container) where isKubesec:
            "Points are earned if every container complies (kubesec/*: any one container)."
        case (.positive, .container): "Points are earned if every container complies."
        case (.positive, .pod): "Points are earned if the Pod complies."
        case (.positive, .object): "Points are earned if the object complies."
        case (.negative, .container): "Points are deducted if any container violates it."
        case (.negative, .pod): "Points are deducted if the Pod violates it."
        case (.negative, .object): "Points are deducted if the object violates it."
        }
    }

    /// Returns the class of a rule's fix and what it takes.
    private static func fixClass(of rule: Rule) -> String {
        let features = NodeFeatures.named.filter { rule.nodeFeatures.contains($0.feature) }.map(\.words).joined(separator: " and ")
        let what =
            switch rule.fixClass {
            case .manifest: "programs do not notice it, so it can be pasted unchanged"
            case .application: "check that the program can do without what it takes away"
            case .image: "check that the image fits"
            case .value: "replace the YOUR-… placeholder"
            case .node: "check that all nodes support \(features)"
            }
        return "The fix is of class \(rule.fixClass.rawValue): \(what)."
    }

    private static func kinds(_ kinds: RuleKinds) -> String {
        kinds == .everyPodKind ? "every kind with a Pod spec" : kinds.names.joined(separator: ", ")
    }

    private static func listed(_ ids: [String]) -> String {
        guard let last = ids.last, ids.count > 1 else { return ids.joined() }
        return ids.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension FixClass {
    /// The number of characters of the longest name.
    static let nameWidth = allCases.map(\.rawValue.count).max() ?? 0
}
