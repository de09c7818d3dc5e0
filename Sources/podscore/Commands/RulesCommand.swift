import ArgumentParser
import KubernetesAPI
import Platform
import PodScoring
import Reports

/// The command `podscore rules [ID]`.
struct RulesCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List the rules, or explain one rule.",
        usage: "podscore rules [ID] [OPTIONS]",
        discussion: """
            Without an ID: one line for each rule, most points first. With an ID: why the rule matters and how to follow it. \
            --format markdown writes the documentation of all rules, or of one. --format json and yaml write a list of all rules, or one \
            object, with the points under every ruleset.
            """
    )

    @Argument(
        help: "The ID of a rule, such as RunAsNonRoot.",
        completion: .list(RuleCatalog.builtIn.map(\.id))
    )
    var id: String?

    @Option(name: .long, help: "The ruleset whose points are listed.")
    var ruleset = RulesetName.standard

    @Option(name: .long, help: "The output format.")
    var format = RulesFormat.text

    /// Prints the list, or the page of one rule.
    mutating func run() throws {
        guard let id else {
            try StandardStream.output.writeResult(format.list(of: ruleset.ruleset))
            return
        }
        guard let rule = RuleCatalog.rule(named: id) else {
            let suggestion = Suggestion.closest(to: id, among: RuleCatalog.builtIn.map(\.id))
            throw CommandFailure("unknown rule \"\(id)\"" + (suggestion.map { "; did you mean \($0)?" } ?? "; see podscore rules"))
        }
        try StandardStream.output.writeResult(format.page(of: rule))
    }
}

/// The output formats.
enum RulesFormat: String, ExpressibleByArgument, CaseIterable {
    /// For a terminal.
    case text
    /// As docs/rules.md.
    case markdown
    /// For programs.
    case json
    /// As JSON, in block style.
    case yaml

    /// Returns all rules; as text, those of a ruleset.
    func list(of ruleset: Ruleset) -> [UInt8] {
        switch self {
        case .text: Array(RuleText.list(of: ruleset).utf8)
        case .markdown: Array(RulesDocument.text.utf8)
        case .json: RulesJSON.list
        case .yaml: RulesJSON.yaml(RulesJSON.list)
        }
    }

    /// Returns all details of a rule.
    func page(of rule: Rule) -> [UInt8] {
        switch self {
        case .text: Array(RuleText.page(of: rule).utf8)
        case .markdown: Array(RulesDocument.section(of: rule).utf8)
        case .json: RulesJSON.object(of: rule)
        case .yaml: RulesJSON.yaml(RulesJSON.object(of: rule))
        }
    }
}
