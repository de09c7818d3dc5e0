import ArgumentParser
import Platform

/// Writes the documentation of the command line, `docs/cli.md`, from the commands themselves.
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

    /// A command and those below it that are shown, each behind the one that it belongs to.
    static func commands(of command: any ParsableCommand.Type, named name: String) -> [Entry] {
        var entries = [Entry(name: name, command: command)]
        for subcommand in command.configuration.subcommands {
            let configuration = subcommand.configuration
            guard configuration.shouldDisplay, let word = configuration.commandName else { continue }
            entries += commands(of: subcommand, named: "\(name) \(word)")
        }
        return entries
    }

    /// One section: the command's summary, then what `--help` prints of it.
    private static func section(of entry: Entry) -> String {
        let help = Podscore.helpMessage(for: entry.command, columns: 80)
        // The summary is the section's first sentence and need not be there twice.
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

    private static let head = """
        # Command line

        <!-- Written by `make docs` from the commands in Sources/podscore: change those, not this file. -->

        `podscore COMMAND --help` prints what stands here about a command.

        **Status.** Every command ends with one of these:

        | status | meaning |
        |---|---|
        | 0 | done; nothing was denied, scores too low or lacks a required control |
        | 1 | something is denied, scores too low or lacks a required control |
        | 2 | arguments that are not understood, input that can't be read or parsed, a policy or certificate that can't be used; beats 1 |

        `podscore scan` swaps 1 and 2 under kubesec's rulesets where no policy or threshold decides, as its section says.

        **Streams.** Results go to standard output; problems, warnings and what a server says of itself go to standard error.

        **Variables.** `PORT` and `KUBESEC_ADDR` say where `podscore http` listens when no argument does. `NO_COLOR` takes the
        colours out of tables. No other variable changes what a command decides.

        **Completion.** `source <(podscore completions bash)` completes commands, options, files and values in the shell that runs;
        [podscore completions](#podscore-completions) says how to keep it.

        """
}

/// The command by which `make docs` writes `docs/cli.md`; no help shows it.
struct CommandReferenceCommand: ParsableCommand {
    /// The name.
    static let configuration = CommandConfiguration(
        commandName: "command-reference",
        abstract: "Print the documentation of all commands as markdown.",
        shouldDisplay: false
    )

    /// Prints the document.
    mutating func run() throws {
        try StandardStream.output.writeResult(CommandReference.text)
    }
}
