import ArgumentParser
import Glibc
import KubernetesAPI
import Platform
import PodScoring
import PolicySources

/// The program: scores Pods at admission and in manifests.
@main struct Podscore: AsyncParsableCommand {
    /// The name, the summary and the commands.
    static let configuration = CommandConfiguration(
        commandName: "podscore",
        abstract: "Score Kubernetes Pods and keep those below the minimum out of the cluster.",
        discussion: """
            serve       answers the API server as a validating admission webhook
            review      decides recorded admission reviews without a server
            scan        scores manifests before they reach the cluster
            fix         edits manifests so that they reach a score
            audit       decides what already runs in a cluster
            controller  repeats the audit and writes reports, status and Events
            policy      checks, explains and compares policies
            http        scores manifests posted over HTTP, like kubesec's server
            rules       lists the rules with reasons and points
            doctor      checks the webhook's registration and certificate

            Start with: podscore scan pod.yaml
            """,
        version: Version.text,
        subcommands: [
            ServeCommand.self, ReviewCommand.self, ScanCommand.self, FixCommand.self, AuditCommand.self, ControllerCommand.self,
            PolicyCommand.self, HTTPCommand.self, RulesCommand.self, DoctorCommand.self, CompletionsCommand.self, VersionCommand.self,
            CommandReferenceCommand.self,
        ]
    )

    /// Runs the command that the arguments name; exits with 2 if the arguments are invalid.
    static func main() async {
        do {
            var command = try parsed(ProgramArguments.all)
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as ExitCode {
            Glibc.exit(error.rawValue)
        } catch let failure as CommandFailure {
            end(failure)
        } catch let error as PolicyLoadingError {
            end(CommandFailure(error))
        } catch {
            if let failure = unknownCommand(in: ProgramArguments.all) { end(failure) }
            let isUsageError = exitCode(for: error) == .validationFailure
            let isHelp = exitCode(for: error) == .success
            let text = PluginName.shown(in: fullMessage(for: error))
            if isHelp { StandardStream.output.write(text + "\n") } else { StandardStream.error.write(lines: lines(of: text)) }
            Glibc.exit(isHelp ? 0 : isUsageError ? ExitStatus.invalid : exitCode(for: error).rawValue)
        }
    }
}

extension Podscore {
    /// Says which command an unknown one was probably meant to be; `nil` if the first argument is a command, and so is that of a command with
    /// subcommands.
    static func unknownCommand(in arguments: [String]) -> CommandFailure? {
        var command: any ParsableCommand.Type = Podscore.self
        var path = PluginName.program
        for argument in arguments {
            let known = command.configuration.subcommands.map { (name: $0._commandName, type: $0) }
            guard !known.isEmpty, !argument.hasPrefix("-"), argument != "help" else { return nil }
            guard let next = known.first(where: { $0.name.hasSameBytes(as: argument) }) else {
                let names = known.filter { $0.type.configuration.shouldDisplay }.map(\.name)
                let suggestion = Suggestion.closest(to: argument, among: names).map { "; did you mean \($0)?" }
                let hint = suggestion ?? ", known: \(names.joined(separator: ", "))"
                return CommandFailure(lines: [
                    "Error: unknown command \"\(argument.cut(toBytes: 96))\" of \(path)" + hint,
                    "See '\(path) --help' for more information.",
                ])
            }
            command = next.type
            path += " " + next.name
        }
        return nil
    }

    private static func end(_ failure: CommandFailure) -> Never {
        StandardStream.error.write(failure.text)
        Glibc.exit(failure.status)
    }

    /// Splits the parser's message into lines; keeps one line if an argument, which the message repeats, has hidden characters such as a
    /// line break.
    private static func lines(of text: String) -> [String] {
        let isAmbiguous = ProgramArguments.all.contains { $0.unicodeScalars.contains(where: VisibleText.isHidden) }
        return isAmbiguous ? [text] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Parses the arguments.
    ///
    /// A command without subcommands parses its own arguments. The parser would otherwise first describe every command of the program, which
    /// takes longer than a small scan. Arguments that the command rejects go to the whole program, whose messages cover all commands.
    static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        if let name = arguments.first, let command = leaf(named: name),
            let parsed = try? command.parseAsRoot(Array(arguments.dropFirst())), type(of: parsed) == command
        {
            return parsed
        }
        return try parseAsRoot(arguments)
    }

    /// The command of that name, unless it has subcommands.
    private static func leaf(named name: String) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { command in
            let configuration = command.configuration
            return configuration.commandName.map { $0.hasSameBytes(as: name) } ?? false && configuration.subcommands.isEmpty
        }
    }
}
