import AdmissionPolicy
import KubernetesAPI
import PodScoring

extension PolicyExplanation {
    /// Writes the explanation for people.
    package var text: String {
        var lines = ["Namespace \(shown(namespace)) on \(today)", ""]
        lines += standingLines + [""] + policyLines
        lines += exemptionLines
        lines += waiverLines
        for decided in decided { lines += [""] + Self.head(of: decided) + ruleLines(of: decided) }
        return lines.map { VisibleText.of($0) + "\n" }.joined()
    }

    private var standingLines: [String] {
        let width = (standings.map(\.policy.name) + [policy.name]).map(\.count).max() ?? 0
        var lines = standings.flatMap { standing in
            WrappedText.lines("  \(RuleText.padded(standing.policy.name, to: width))  ", Self.words(for: standing), indent: width + 4)
        }
        if isBuiltIn { lines.append("  \(RuleText.padded(policy.name, to: width))  applies: it is built in, and no policy does") }
        return lines
    }

    /// Why a policy applies, or why not.
    static func words(for standing: PolicyStanding) -> String {
        switch standing.reason {
        case .applies(let pattern) where pattern.isExact: "applies: it names the namespace"
        case .applies(let pattern): "applies: \(pattern.text) matches more closely than any other"
        case .outranked(let pattern): "not: \(pattern.text) matches less closely than the policy that applies"
        case .keptFromGlobs(let pattern): "not: \(pattern.text) is a pattern, and only the exact name reaches this namespace"
        case .unmatched:
            "not: it is for \(DisplayText.oneLine(standing.policy.namespaces.map(\.text).joined(separator: ", "), byteLimit: 200))"
        }
    }

    private var policyLines: [String] {
        let best = policy.ruleset.bestPossibleScore(for: .pod)
        var lines = ["Policy \(policy.name), by \(policy.ruleset.label) with a best score of \(best)"]
        if levels.isEmpty { lines.append("  nothing is asked for") }
        for (name, level) in levels {
            let demands = demands(of: level)
            let text = demands.isEmpty ? "nothing" : demands.joined(separator: "; ")
            lines += WrappedText.lines("  \(RuleText.padded(name, to: 9))  ", text, indent: 13)
        }
        lines.append("  workloads  \(policy.workloads.rawValue)")
        return lines
    }

    /// What a level asks for on the day, and what it will ask for.
    func demands(of level: ScorePolicy.Level) -> [String] {
        var demands: [String] = []
        if let minimum = level.minimumScore(on: today) { demands.append("a score of at least \(minimum)") }
        demands += level.steps(after: today).map { "from \($0.date) at least \($0.minimumScore)" }
        if !level.require.isEmpty { demands.append("required: \(level.require.joined(separator: ", "))") }
        if !level.forbid.isEmpty { demands.append("forbidden: \(level.forbid.joined(separator: ", "))") }
        if let standard = level.podSecurityStandard { demands.append("the standard \(standard)") }
        return demands
    }

    private var exemptionLines: [String] {
        let exempt = policy.exempt
        let kinds = [
            ("users", exempt.users), ("groups", exempt.groups), ("serviceAccounts", exempt.serviceAccounts),
            ("runtimeClasses", exempt.runtimeClasses),
        ]
        let text = kinds.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: "; ")
        var lines = WrappedText.lines("  exempt     ", text.isEmpty ? "nobody" : text, indent: 13)
        if let (user, exemption) = requester {
            let name = shown(user.username)
            lines.append("  \(name) is \(exemption.map { "exempt, by \($0)" } ?? "not exempt")")
        }
        return lines
    }

    private var waiverLines: [String] {
        guard !waivers.isEmpty else { return ["", "No waiver is for this namespace"] }
        var lines = ["", "Waivers for this namespace"]
        for waiver in waivers {
            let days = waiver.expires.days(since: today)
            let end = days < 0 ? "expired on \(waiver.expires), as if absent" : "until \(waiver.expires), \(days) days left"
            lines += WrappedText.lines("  ", "\(waiver.name): \(end); \(waiver.owner): \(shown(waiver.reason))", indent: 6)
            lines += WrappedText.lines(
                "      ",
                "rules \(waiver.rules.joined(separator: ", ")), for \(Self.words(for: waiver.match))",
                indent: 8
            )
        }
        return lines
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

    private static func head(of decided: Decided) -> [String] {
        DecisionText.lines(decided.decision, of: decided.request, in: decided.title).split(separator: "\n").flatMap { line in
            let indent = line.prefix { $0 == " " }.count
            return WrappedText.lines(String(repeating: " ", count: indent), String(line.dropFirst(indent)), indent: max(indent, 2) + 2)
        }
    }

    /// The rules that cost or earn something or are demanded, what is not as wanted first; then those that have nothing against the object.
    private func ruleLines(of decided: Decided) -> [String] {
        let rules = rules(of: decided)
        guard !rules.isEmpty else { return [] }
        let isQuiet = { (rule: RuleLine) in rule.holds && rule.points == 0 && rule.levels.isEmpty }
        let told = rules.filter { !$0.holds } + rules.filter { $0.holds && !isQuiet($0) }
        let quiet = rules.filter(isQuiet).map(\.id).joined(separator: ", ")
        let width = told.map(\.id.count).max() ?? 0
        let lines = told.flatMap { rule in
            let state = rule.holds ? "as wanted" : rule.waiver.map { "waived by \($0): \(rule.text)" } ?? rule.text
            let judge = rule.judge.map { " by \($0)" } ?? ""
            let demand = rule.levels.isEmpty ? "" : " [\(rule.levels.joined(separator: ", "))\(judge)]"
            let head = "  \(Self.points(of: rule))  \(RuleText.padded(rule.id, to: width))  "
            return WrappedText.lines(head, state + demand, indent: head.count)
        }
        return [""] + lines + (quiet.isEmpty ? [] : WrappedText.lines("  no points lost to ", quiet, indent: 4))
    }

    /// What the rule gives of what it can give, in nine places.
    private static func points(of rule: RuleLine) -> String {
        guard let points = rule.points else { return String(repeating: " ", count: 9) }
        guard rule.possiblePoints > 0 else { return RuleText.signed(points) + "     " }
        return RuleText.signed(points) + RuleText.padded(" of \(rule.possiblePoints)", to: 5)
    }

    private func shown(_ text: String) -> String {
        DisplayText.oneLine(text, byteLimit: 200)
    }
}
