import ArgumentParser
import Platform

/// The command `podscore completions SHELL`.
struct CompletionsCommand: ParsableCommand {
    /// The supported shells.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish

        /// The script that completes this program's commands, options and values.
        var script: String {
            switch self {
            case .bash: Podscore.completionScript(for: .bash)
            case .zsh: Podscore.completionScript(for: .zsh)
            case .fish: Podscore.completionScript(for: .fish)
            }
        }
    }

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a completion script for bash, zsh or fish.",
        usage: "podscore completions SHELL",
        discussion: """
            For the current shell:
              source <(podscore completions bash)

            For every new shell, as root:
              podscore completions bash >/etc/bash_completion.d/podscore
              podscore completions zsh >/usr/local/share/zsh/site-functions/_podscore
              podscore completions fish >/etc/fish/completions/podscore.fish
            """
    )

    @Argument(help: "The shell.")
    var shell: Shell

    /// Prints the script.
    mutating func run() throws {
        try StandardStream.output.writeResult(shell.script + "\n")
    }
}
