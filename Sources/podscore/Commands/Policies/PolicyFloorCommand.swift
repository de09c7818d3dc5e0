import AdmissionPolicy
import ArgumentParser
import Cluster
import ClusterController
import KubernetesAPI
import Platform
import PolicySources

/// The command `podscore policy floor`.
struct PolicyFloorCommand: AsyncParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "floor",
        abstract: "Keep the floor of policies in a cluster.",
        usage: "podscore policy floor --name NAME (PATH... | --remove) [OPTIONS]",
        discussion: """
            Exports policies as podscore policy export --level floor does, writes the
            objects into the cluster with server-side apply, and deletes those that an
            earlier run with the same --name has left. The Jobs of the chart run it. If an
            object cannot be written, none is deleted.

            Exit status 0, 1 if the floor or an object was not written or deleted, 2 if
            a policy cannot be read.

            Examples:
              podscore policy floor --name podscore --own-namespace podscore policies
              podscore policy floor --name podscore --remove
            """
    )

    @Argument(
        help: ArgumentHelp("Files or directories with ScorePolicy and ScoreWaiver documents.", valueName: "path"),
        completion: .file()
    )
    var paths: [String] = []

    @Option(name: .long, help: "The name by which a later run finds the objects: the value of their label podscore.dev/floor.")
    var name: String

    @Flag(name: .long, help: "Delete all objects of the name.")
    var remove = false

    @Option(name: .long, help: ArgumentHelp("The minimum score of the floor (default: none).", valueName: "points"))
    var floorMinimum: Int?

    @Option(name: .long, help: "The mode of podscore serve: enforce, warn or audit. Only enforce has a floor.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "Podscore's namespace, which the floor leaves out.")
    var ownNamespace = ""

    @OptionGroup var excludedNamespaces: ExcludedNamespaceOptions

    @OptionGroup var date: DateOptions

    @OptionGroup(title: "Cluster") var access: ClusterAccessOptions

    /// Rejects a label that no object can have, and policies that would not be used.
    func validate() throws {
        guard LabelValue.isName(name) else { throw ValidationError("--name \"\(name)\" is not a value of a label") }
        guard remove != paths.isEmpty else { return }
        throw ValidationError(remove ? "--remove takes no PATH" : "PATH or --remove is required")
    }

    /// Writes the floor.
    mutating func run() async throws {
        var options = FloorOptions()
        (options.minimum, options.mode) = (floorMinimum, mode)
        (options.ownNamespace, options.excludedNamespaces) = (ownNamespace, excludedNamespaces.names)
        let (owner, day) = (ExportedPolicy.Owner(name: name, options: options), date.day)
        let policies = try remove ? nil : policies()
        let configuration = try access.serverConfiguration()
        let session = ClusterSession(configuration: configuration, environment: access.environment(for: configuration))
        let result = try await session.run { (client) async throws(APIError) in
            let writer = FloorWriter(client, budget: WriteBudget(), owner: owner)
            return if let policies { await writer.write(policies, on: day) } else { await writer.remove() }
        }
        let lines = result.written.map { "written: \($0)" } + result.deleted.map { "deleted: \($0)" }
        try StandardStream.output.writeResult((lines.isEmpty ? ["nothing to write or delete"] : lines).joined(separator: "\n") + "\n")
        StandardStream.error.write(lines: result.omissions.map { "left out: \($0)" } + result.problems.map { "podscore: \($0)" })
        guard result.problems.isEmpty else { throw ExitCode(ExitStatus.failed) }
    }

    /// Reads the policies.
    private func policies() throws -> PolicySet {
        let loaded = try PolicyFiles.load(all: paths, ownNamespace: ownNamespace, today: date.day)
        StandardStream.error.write(lines: loaded.warnings)
        return loaded.policies
    }
}
