import ArgumentParser
import Glibc
import KubernetesAPI
import Platform
import PolicySources

/// The program: scores Pods at the door of a cluster and before it.
@main struct Podscore: AsyncParsableCommand {
    /// The name, the summary and the commands.
    static let configuration = CommandConfiguration(
        commandName: "podscore",
        abstract: "Score Kubernetes Pods and keep those that score too low out of the cluster.",
        discussion: """
            serve   answers a Kubernetes API server as a validating admission webhook
            review  decides recorded admission reviews without a server
            scan    scores manifests before they reach the cluster
            policy  checks policies, explains them, and tries them out
            http    scores manifests that are posted, as kubesec's server does
            rules   says what is looked for, why, and for how many points
            doctor  says what is wrong with the webhook's registration

            Start with: podscore scan pod.yaml
            """,
        version: Version.text,
        subcommands: [
            ServeCommand.self, ReviewCommand.self, ScanCommand.self, PolicyCommand.self, HTTPCommand.self, RulesCommand.self,
            DoctorCommand.self, CompletionsCommand.self, VersionCommand.self, CommandReferenceCommand.self,
        ]
    )

    /// Runs the command that the arguments name, and exits with 2 where they are not understood.
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
            let isUsageError = exitCode(for: error) == .validationFailure
            let isHelp = exitCode(for: error) == .success
            let text = fullMessage(for: error)
            if isHelp { StandardStream.output.write(text + "\n") } else { StandardStream.error.write(lines: lines(of: text)) }
            Glibc.exit(isHelp ? 0 : isUsageError ? ExitStatus.broken : exitCode(for: error).rawValue)
        }
    }
}

extension Podscore {
    private static func end(_ failure: CommandFailure) -> Never {
        StandardStream.error.write(failure.text)
        Glibc.exit(failure.status)
    }

    /// The lines of what the parser says about the arguments; one line where arguments, which it repeats, could look like lines of its own.
    private static func lines(of text: String) -> [String] {
        let isAmbiguous = ProgramArguments.all.contains { $0.unicodeScalars.contains(where: VisibleText.isHidden) }
        return isAmbiguous ? [text] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Reads the arguments.
    ///
    /// A command that stands first is asked to read the others by itself: the parser otherwise first builds the descriptions of all that could
    /// stand before it, which takes longer than a small scan. What it does not understand goes to the whole program, whose messages
    /// know about everything.
    static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        if let name = arguments.first, let command = leaf(named: name),
            let parsed = try? command.parseAsRoot(Array(arguments.dropFirst())), type(of: parsed) == command
        {
            return parsed
        }
        return try parseAsRoot(arguments)
    }

    /// The command of that name, unless it has commands of its own.
    private static func leaf(named name: String) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { command in
            let configuration = command.configuration
            return configuration.commandName.map { $0.hasSameBytes(as: name) } ?? false && configuration.subcommands.isEmpty
        }
    }
}
