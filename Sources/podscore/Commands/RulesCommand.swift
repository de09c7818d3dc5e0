import ArgumentParser
import Platform
import PodScoring
import Reports

/// The command `podscore rules [ID]`.
struct RulesCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List the rules, or explain one of them.",
        usage: "podscore rules [ID] [OPTIONS]",
        discussion: """
            Without an id: one line a rule, most points first. With an id: why it matters and how to follow it. As markdown, it is the \
            documentation of all rules, or of one.
            """
    )

    @Argument(
        help: "The id of a rule, such as RunAsNonRoot.",
        completion: .list(RuleCatalog.builtIn.map(\.id))
    )
    var id: String?

    @Option(name: .long, help: "The ruleset whose points to list.")
    var ruleset = RulesetName.standard

    @Option(name: .long, help: "How to write it.")
    var format = RulesFormat.text

    /// Prints the list or the page.
    mutating func run() throws {
        guard let id else {
            try StandardStream.output.writeResult(format == .markdown ? RulesDocument.text : RuleText.list(of: ruleset.ruleset))
            return
        }
        guard let rule = RuleCatalog.rule(named: id) else {
            let suggestion = Suggestion.closest(to: id, among: RuleCatalog.builtIn.map(\.id))
            throw CommandFailure("there is no rule \"\(id)\"" + (suggestion.map { "; did you mean \($0)?" } ?? "; see podscore rules"))
        }
        try StandardStream.output.writeResult(format == .markdown ? RulesDocument.section(of: rule) : RuleText.page(of: rule))
    }
}

/// How to write rules.
enum RulesFormat: String, ExpressibleByArgument, CaseIterable {
    /// For a terminal.
    case text
    /// As docs/rules.md.
    case markdown
}

/// A ruleset as an argument.
struct RulesetName: ExpressibleByArgument, CustomStringConvertible {
    /// The default one.
    static let standard = RulesetName(.podscoreV1)
    /// What kubesec's clients expect.
    static let kubesec = RulesetName(.kubesecV2)

    /// The ruleset of that name.
    let ruleset: Ruleset

    private init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
    }

    /// Finds the ruleset of that name; `nil` when there is none.
    init?(argument: String) {
        guard let ruleset = Ruleset.named(argument) else { return nil }
        self.ruleset = ruleset
    }

    /// The name.
    var description: String { ruleset.name }

    /// The names of all rulesets, for help texts.
    static var allValueStrings: [String] { Ruleset.all.map(\.name) }

    /// The same names, for shells.
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}
