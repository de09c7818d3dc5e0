import ArgumentParser

/// The command `podscore policy`, which holds others.
struct PolicyCommand: ParsableCommand {
    /// The name, the summary and the commands.
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check policies, explain them, and try them out before they are in force.",
        usage: "podscore policy COMMAND",
        discussion: """
            check    says what is wrong with policies
            explain  says what applies in a namespace, and decides an object
            diff     says what a change would deny, warn about and allow
            """,
        subcommands: [PolicyCheckCommand.self, PolicyExplainCommand.self, PolicyDiffCommand.self]
    )
}
