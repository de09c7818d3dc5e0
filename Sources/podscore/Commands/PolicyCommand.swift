import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PodScoring
import PolicySources

/// The command `podscore policy`, which only has subcommands.
struct PolicyCommand: ParsableCommand {
    /// The name, the summary and the commands.
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Check, explain and compare policies before they are in force.",
        usage: "podscore policy COMMAND",
        discussion: """
            check    reports all errors in policies
            explain  shows what applies in a namespace, and decides an object
            diff     shows what a change would deny, warn about and allow
            schema   prints the JSON Schema of policies, for editors
            crds     prints the CustomResourceDefinitions of policies
            """,
        subcommands: [
            PolicyCheckCommand.self, PolicyExplainCommand.self, PolicyDiffCommand.self, PolicySchemaCommand.self, PolicyCRDsCommand.self,
        ]
    )
}

/// The command `podscore policy check PATH…`.
struct PolicyCheckCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report all errors in policies, with their positions.",
        usage: "podscore policy check PATH... [OPTIONS]",
        discussion: """
            All paths together are one set of policies, as a server loads it: two
            policies in different files can conflict. Errors prevent a server from
            starting or reloading. Warnings do not.

            Exit status 0 without errors, 1 with errors, 2 if a path cannot be read.

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

    /// Reads all paths and prints the errors and warnings.
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
        if files.contains(where: \.isUnreadable) { throw ExitCode(ExitStatus.invalid) }
        if errorCount > 0 { throw ExitCode(ExitStatus.failed) }
    }

    /// A number with its noun, singular or plural.
    private static func number(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
}

extension PolicyFileSet.File {
    /// Whether the system refused to read the file.
    fileprivate var isUnreadable: Bool {
        guard case .failure(.system) = content else { return false }
        return true
    }
}
