import AdmissionPolicy
import KubernetesAPI
import PodScoring

extension PolicyExplanation {
    /// Returns the explanation as text, wrapped to a width in columns.
    package func text(width: Int = WrappedText.width) -> String {
        var lines = ["Namespace \(shown(namespace)) on \(today)", ""]
        lines += standingLines(width) + [""] + policyLines(width)
        lines += exemptionLines(width)
        lines += waiverLines(width)
        for decided in decided { lines += [""] + Self.head(of: decided, width) + ruleLines(of: decided, width) }
        return VisibleText.lines(lines)
    }

    private func standingLines(_ width: Int) -> [String] {
        let nameWidth = (standings.map(\.policy.name) + [policy.name]).map(\.count).max() ?? 0
        var lines = standings.flatMap { standing -> [String] in
            let head = "  \(RuleText.padded(standing.policy.name, to: nameWidth))  "
            return WrappedText.lines(head, Self.words(for: standing), indent: nameWidth + 4, width: width)
        }
        if isBuiltIn { lines.append("  \(RuleText.padded(policy.name, to: nameWidth))  applies: no other policy matches") }
        return lines
    }

    /// Returns why a policy applies to the Namespace or does not.
    static func words(for standing: PolicyStanding) -> String {
        switch standing.reason {
        case .applies(let match) where match.isExact: "applies: names the Namespace exactly"
        case .applies(.name(let pattern)): "applies: \(pattern.text) is the most specific match"
        case .applies(.labels(let selector)): "applies: the Namespace has the labels \(shown(selector))"
        case .outranked(.name(let pattern)): "does not apply: \(pattern.text) is less specific"
        case .outranked(.labels(let selector)): "does not apply: the selector \(shown(selector)) is less specific"
        case .readLater(let selector):
            "does not apply: the selector \(shown(selector)) is as specific as that of the policy above, which comes first"
        case .keptFromGlobs(.name(let pattern)):
            "does not apply: \(pattern.text) is a pattern, and this Namespace is matched only by its exact name"
        case .keptFromGlobs(.labels(let selector)):
            "does not apply: \(shown(selector)) is a selector, and this Namespace is matched only by its exact name"
        case .unmatched: "does not apply: matches only \(claims(of: standing.policy))"
        }
    }

    /// The patterns and the selector of a policy.
    private static func claims(of policy: ScorePolicy) -> String {
        let names = policy.namespaces.map(\.text).joined(separator: ", ")
        let labels = policy.namespaceSelector.map { "the labels \($0)" }
        let text = [names.isEmpty ? nil : names, labels].compactMap(\.self).joined(separator: " and ")
        return DisplayText.oneLine(text, byteLimit: 200)
    }

    private static func shown(_ selector: NamespaceSelector) -> String {
        DisplayText.oneLine(selector.description, byteLimit: 200)
    }

    private func policyLines(_ width: Int) -> [String] {
        let best = policy.ruleset.bestPossibleScore(for: .pod)
        var lines = ["Policy \(policy.name): ruleset \(policy.ruleset.label), best possible score \(best)"]
        if policy.namespaceLabels == .ignore { lines.append("  labels     ignores minimum scores in labels of Namespaces") }
        if levels.isEmpty { lines.append("  no level is set, so nothing is denied or warned about") }
        for (label, level) in levels {
            let demands = demands(of: level, setBy: label)
            let text = demands.isEmpty ? "no demands" : demands.joined(separator: "; ")
            lines += WrappedText.lines("  \(RuleText.padded(label.levelName, to: 9))  ", text, indent: 13, width: width)
        }
        for (label, value, reason) in idleLabels {
            let text = "\(label.rawValue)=\(shown(value)) has no effect: \(reason)"
            lines += WrappedText.lines("  label      ", text, indent: 13, width: width)
        }
        lines.append("  workloads  \(policy.workloads.rawValue)")
        if !policy.nodes.isEmpty { lines.append("  nodes      \(policy.nodes.names.joined(separator: ", "))") }
        if let message = policy.guidance?.message { lines += WrappedText.lines("  message    ", message, indent: 13, width: width) }
        if let runbook = policy.guidance?.runbook { lines.append("  runbook    \(runbook)") }
        return lines
    }

    /// Returns the demands of a level on the day, and those that follow later.
    ///
    /// The label is that of a Namespace for the level.
    func demands(of level: ScorePolicy.Level, setBy label: MinimumLabel) -> [String] {
        var demands: [String] = []
        if let minimum = level.minimumScore(on: today) {
            let origin = policy.isSetByNamespace(label, on: today) ? " (set by label \(label.rawValue))" : ""
            demands.append("minimum score \(minimum)\(origin)")
        }
        demands += level.steps(after: today).map { "minimum score \($0.minimumScore) from \($0.date)" }
        if !level.require.isEmpty { demands.append("requires \(level.require.joined(separator: ", "))") }
        if !level.forbid.isEmpty { demands.append("forbids \(level.forbid.joined(separator: ", "))") }
        if let standard = level.podSecurityStandard { demands.append("Pod Security Standard \(standard)") }
        return demands
    }

    private func exemptionLines(_ width: Int) -> [String] {
        let exempt = policy.exempt
        let kinds = [
            ("users", exempt.users), ("groups", exempt.groups), ("serviceAccounts", exempt.serviceAccounts),
            ("runtimeClasses", exempt.runtimeClasses),
        ]
        let text = kinds.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
        var lines = WrappedText.lines("  exempt     ", text.isEmpty ? "nobody" : text, indent: 13, width: width)
        if let (user, exemption) = requester {
            let name = shown(user.username)
            lines.append("  \(name) is \(exemption.map { "exempt (\($0))" } ?? "not exempt")")
        }
        return lines
    }

    private func waiverLines(_ width: Int) -> [String] {
        guard !waivers.isEmpty else { return ["", "No waivers for this Namespace"] }
        var lines = ["", "Waivers for this Namespace"]
        for waiver in waivers {
            let days = waiver.expires.days(since: today)
            let end = days < 0 ? "expired on \(waiver.expires), no effect" : "expires \(waiver.expires), \(days) days left"
            let text = "\(waiver.name): \(end); owner: \(waiver.owner); reason: \(shown(waiver.reason))"
            lines += WrappedText.lines("  ", text, indent: 6, width: width)
            let exceptions = exceptions(of: waiver).joined(separator: " and ")
            if !exceptions.isEmpty {
                lines += WrappedText.lines("      ", "\(exceptions) for \(Self.words(for: waiver.match))", indent: 8, width: width)
            }
            if let minimum = waiver.minimumScore, !lowersMinimum(to: minimum) {
                lines += WrappedText.lines("      ", "minimumScore \(minimum) has no effect: no minimum is higher", indent: 8, width: width)
            }
        }
        return lines
    }

    /// Returns what a waiver allows: `waives HostPID`, `lowers the minimum score to 4`.
    private func exceptions(of waiver: ScoreWaiver) -> [String] {
        let rules = waiver.rules.isEmpty ? [] : ["waives \(waiver.rules.joined(separator: ", "))"]
        guard let minimum = waiver.minimumScore, lowersMinimum(to: minimum) else { return rules }
        return rules + ["lowers the minimum score to \(minimum)"]
    }

    /// Whether a level has a higher minimum, today or later.
    private func lowersMinimum(to score: Int) -> Bool {
        levels.contains { _, level in
            let minimums = (level.minimumScore(on: today).map { [$0] } ?? []) + level.steps(after: today).map(\.minimumScore)
            return minimums.contains { $0 > score }
        }
    }

    private static func words(for match: ScoreWaiver.Match) -> String {
        let parts = [
            ("Pods", match.pods?.map(\.text)), ("containers", match.containers?.map(\.text)), ("images", match.images?.map(\.text)),
            ("service accounts", match.serviceAccounts?.map(\.text)),
        ]
        let words = parts.compactMap { noun, patterns in
            patterns.map { "\(noun) \($0.joined(separator: ", "))" }
        }
        return words.isEmpty ? "all Pods" : words.joined(separator: ", ")
    }

    private static func head(of decided: Decided, _ width: Int) -> [String] {
        DecisionText.lines(decided.decision, of: decided.request, in: decided.title).split(separator: "\n").flatMap { line in
            let indent = line.prefix { $0 == " " }.count
            let margin = String(repeating: " ", count: indent)
            return WrappedText.lines(margin, String(line.dropFirst(indent)), indent: max(indent, 2) + 2, width: width)
        }
    }

    /// Returns the violated rules, then those that add points or that a level demands, then a list of the other rules.
    private func ruleLines(of decided: Decided, _ width: Int) -> [String] {
        let rules = rules(of: decided)
        guard !rules.isEmpty else { return [] }
        let isQuiet = { (rule: RuleLine) in rule.holds && rule.points == 0 && rule.levels.isEmpty }
        let told = rules.filter { !$0.holds } + rules.filter { $0.holds && !isQuiet($0) }
        let quiet = rules.filter(isQuiet).map(\.id).joined(separator: ", ")
        let idWidth = told.map(\.id.count).max() ?? 0
        let lines = told.flatMap { rule in
            let advice = rule.text + (rule.fixClass?.tag ?? "")
            let state = rule.holds ? "complies" : rule.waiver.map { "waived by \($0): \(advice)" } ?? advice
            let checker = rule.checkedBy.map { "; checked by \($0)" } ?? ""
            let demand = rule.levels.isEmpty ? "" : " [\(rule.levels.joined(separator: ", "))\(checker)]"
            let head = "  \(Self.points(of: rule))  \(RuleText.padded(rule.id, to: idWidth))  "
            return WrappedText.lines(head, state + demand, indent: head.count, width: width)
        }
        return [""] + lines + (quiet.isEmpty ? [] : WrappedText.lines("  no violation of ", quiet, indent: 4, width: width))
    }

    /// Returns the points of a rule and the most it can add, in nine characters.
    private static func points(of rule: RuleLine) -> String {
        guard let points = rule.points else { return String(repeating: " ", count: 9) }
        guard rule.possiblePoints > 0 else { return RuleText.signed(points) + "     " }
        return RuleText.signed(points) + RuleText.padded(" of \(rule.possiblePoints)", to: 5)
    }

    private func shown(_ text: String) -> String {
        DisplayText.oneLine(text, byteLimit: 200)
    }
}
