import ArgumentParser
import KubernetesAPI
import Platform

/// Writes the documentation of the command line, `docs/cli.md`, from the commands themselves; ``ManualPage`` writes the same as manual pages.
enum CommandReference {
    /// The whole document.
    static var text: String {
        ([head] + commands(of: Podscore.self, named: "podscore").map(section)).joined(separator: "\n")
    }

    /// A command and the words that call it.
    struct Entry {
        /// The words.
        let name: String
        /// The command.
        let command: any ParsableCommand.Type
    }

    /// A command and its visible subcommands, each after the command that it belongs to.
    static func commands(of command: any ParsableCommand.Type, named name: String) -> [Entry] {
        var entries = [Entry(name: name, command: command)]
        for subcommand in command.configuration.subcommands {
            let configuration = subcommand.configuration
            guard configuration.shouldDisplay, let word = configuration.commandName else { continue }
            entries += commands(of: subcommand, named: "\(name) \(word)")
        }
        return entries
    }

    /// One section: the command's summary, then its `--help` text.
    private static func section(of entry: Entry) -> String {
        let help = Podscore.helpMessage(for: entry.command, columns: 80)
        // The summary is already the section's first sentence.
        var lines = help.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.isEmpty }
        while lines.first?.isEmpty == true { lines.removeFirst() }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return """
            ## \(entry.name)

            \(entry.command.configuration.abstract)

            ```text
            \(lines.joined(separator: "\n"))
            ```

            """
    }

    /// The exit statuses, in markdown.
    static let statuses: [(number: Int, meaning: String)] = [
        (0, "everything passed"),
        (1, "something is denied, is below the minimum score or lacks a required control"),
        (
            2,
            "arguments or input are invalid or cannot be read, or a policy or certificate cannot be used; takes precedence over 1"
        ),
    ]

    /// Topics that apply to all commands, in markdown.
    static let topics: [(title: String, text: String)] = [
        (
            "Streams",
            "Results go to standard output. Problems, warnings and messages of a server go to standard error."
        ),
        (
            "Variables",
            """
            `PORT` and `KUBESEC_ADDR` set the address of `podscore http` if no argument does. `NO_COLOR` removes the
            colours from tables. No other variable changes a decision.
            """
        ),
    ]

    private static var head: String {
        """
        # Command line

        <!-- Written by `make docs` from the commands in Sources/podscore. Change those, not this file. -->

        `podscore COMMAND --help` prints the same text.

        **Exit status.**

        | status | meaning |
        |---|---|
        \(statuses.map { "| \($0.number) | \($0.meaning) |" }.joined(separator: "\n"))

        `podscore scan` swaps 1 and 2 under kubesec's rulesets if no policy or threshold decides; see its section.

        \(topics.map { "**\($0.title).** \($0.text)" }.joined(separator: "\n\n"))

        **Completion.** `source <(podscore completions bash)` completes commands, options, files and values in the current shell.
        [podscore completions](#podscore-completions) shows how to install it for every shell.

        """
    }
}

/// The hidden command with which `make docs` writes `docs/cli.md`, and `make dist` the manual pages.
struct CommandReferenceCommand: ParsableCommand {
    /// The output formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        /// One document, for `docs/cli.md`.
        case markdown
        /// A manual page for each command.
        case man
    }

    /// The name.
    static let configuration = CommandConfiguration(
        commandName: "command-reference",
        abstract: "Write the documentation of all commands.",
        shouldDisplay: false
    )

    @Option(name: .long, help: "The output format.")
    var format = Format.markdown

    @Option(name: .long, help: "The directory for the manual pages.", completion: .directory)
    var into: String?

    @Option(name: .long, help: "The day that the manual pages show, as YYYY-MM-DD.", transform: { try DateOptions.day(parsing: $0) })
    var date: CivilDate?

    /// Rejects manual pages without a directory, and a directory without manual pages.
    func validate() throws {
        guard (format == .man) == (into != nil) else { throw ValidationError("--format man and --into must be given together") }
    }

    /// Prints the document, or writes the pages.
    mutating func run() throws {
        guard let into else { return try StandardStream.output.writeResult(CommandReference.text) }
        for page in try ManualPage.all(date: date) {
            do throws(FileError) {
                let file = try FileReplacement(of: "\(into)/\(page.fileName)")
                try file.write(Array(page.text.utf8))
                try file.complete()
            } catch {
                throw CommandFailure("cannot write \(error)")
            }
        }
    }
}
