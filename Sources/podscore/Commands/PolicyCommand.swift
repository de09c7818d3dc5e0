import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PodScoring
import PolicySources

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

/// The command `podscore policy check PATH…`.
struct PolicyCheckCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with policies, with its place.",
        usage: "podscore policy check PATH... [OPTIONS]",
        discussion: """
            All paths together are one set of policies, as a server would be given:
            two policies in different files can tie. Errors keep a server from
            starting or reloading; warnings do not.

            Ends with 0 without errors, with 1 with errors, and with 2 when a path
            cannot be read.

            Examples:
              podscore policy check policies
              podscore policy check policies --today 2027-03-31
            """
    )

    @Argument(
        help: ArgumentHelp("Files or directories with ScorePolicy and ScoreWaiver documents.", valueName: "path"),
        completion: .file()
    )
    var paths: [String]

    @OptionGroup var date: DateOptions

    /// Reads all paths and prints what was found.
    mutating func run() throws {
        let sets = try paths.map { path throws(PolicyLoadingError) in try PolicyFileSet(at: path) }
        let files = sets.flatMap(\.files)
        var lines = sets.flatMap(\.warnings)
        var (errorCount, warningCount) = (0, lines.count)
        var contents = ""
        do throws(PolicyReadingFailure) {
            let reading = try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1).read(sets.flatMap(\.sources), on: date.day)
            lines += reading.warnings.map(\.description)
            warningCount += reading.warnings.count
            contents = "\(Self.number(reading.policies.count, "policy", "policies")), \(Self.number(reading.waivers.count, "waiver")) in "
        } catch {
            lines += error.problems.map(\.description)
            errorCount = error.problems.count { $0.severity == .error }
            warningCount += error.problems.count - errorCount
        }
        let errors = errorCount == 0 ? "no errors" : Self.number(errorCount, "error")
        let warnings = warningCount == 0 ? "" : ", \(Self.number(warningCount, "warning"))"
        lines.append("\(contents)\(Self.number(files.count, "file")): \(errors)\(warnings)")
        try StandardStream.output.writeResult(lines.map { VisibleText.of($0) + "\n" }.joined())
        if files.contains(where: \.isUnreadable) { throw ExitCode(ExitStatus.broken) }
        if errorCount > 0 { throw ExitCode(ExitStatus.refused) }
    }

    /// A number with its noun.
    private static func number(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
}

extension PolicyFileSet.File {
    /// Whether the system did not let it be read.
    fileprivate var isUnreadable: Bool {
        guard case .failure(.system) = content else { return false }
        return true
    }
}
