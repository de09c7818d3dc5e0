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
        abstract: "Check, explain, compare and export policies.",
        usage: "podscore policy COMMAND",
        discussion: """
            check    reports all errors in policies
            explain  shows what applies in a namespace, and decides an object
            diff     shows what a change would deny, warn about and allow
            schema   prints the JSON Schema of policies, for editors
            crds     prints the CustomResourceDefinitions of policies
            export   prints objects that an API server carries out itself
            floor    keeps the floor of policies in a cluster
            """,
        subcommands: [
            PolicyCheckCommand.self, PolicyExplainCommand.self, PolicyDiffCommand.self, PolicySchemaCommand.self, PolicyCRDsCommand.self,
            PolicyExportCommand.self, PolicyFloorCommand.self,
        ]
    )
}

/// The command `podscore policy check [PATH…]`.
struct PolicyCheckCommand: AsyncParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Report all errors in policies, with their positions.",
        usage: "podscore policy check [PATH...] [OPTIONS]",
        discussion: """
            All paths together are one set of policies, as a server loads it: two
            policies in different files can conflict. Errors prevent a server from
            starting or reloading. Warnings do not.

            With --cluster it also checks the objects of the cluster: which are invalid
            or lose against another one, and which labels of Namespaces have no effect.
            PATHs are then documents to apply: each replaces the object of its name.
            --policy is what the server has as --policy.

            Without --cluster, a namespaceSelector is an error, as for a server that
            does not know the labels of Namespaces. --allow-selectors checks policies
            for a server with --cluster, and reads no cluster.

            Exit status 0 without errors, 1 with errors, 2 if a path or the cluster
            cannot be read.

            Examples:
              podscore policy check policies
              podscore policy check policies --today 2027-03-31
              podscore policy check policies --allow-selectors
              podscore policy check --cluster next
            """
    )

    @Argument(
        help: ArgumentHelp("Files or directories with ScorePolicy and ScoreWaiver documents.", valueName: "path"),
        completion: .file()
    )
    var paths: [String] = []

    @Flag(name: .long, help: "Allow namespaceSelector, for a server with --cluster; no cluster is read.")
    var allowSelectors = false

    @Option(name: .long, help: "The policy files of the server, which win over objects; with --cluster.", completion: .file())
    var policy: String?

    @Option(name: .long, help: "Podscore's namespace, which globs and selectors in policies never match.")
    var ownNamespace = ""

    @OptionGroup var date: DateOptions

    @OptionGroup(title: "Cluster") var cluster: PolicyClusterOptions

    /// Rejects a check of nothing, and options about a server without a cluster.
    func validate() throws {
        guard !paths.isEmpty || cluster.cluster else { throw ValidationError("PATH or --cluster is required") }
        guard policy == nil || cluster.cluster else { throw ValidationError("--policy needs --cluster; check the files as PATH") }
        guard ownNamespace.isEmpty || cluster.cluster else { throw ValidationError("--own-namespace needs --cluster") }
        guard !allowSelectors || !cluster.cluster else { throw ValidationError("--cluster allows selectors; leave out --allow-selectors") }
    }

    /// Reads all paths and the cluster, and prints the errors and warnings.
    mutating func run() async throws {
        let sets = try paths.map { path throws(PolicyLoadingError) in try PolicyFileSet(at: path) }
        let files = sets.flatMap(\.files)
        var check = PolicyCheck(warnings: sets.flatMap(\.warnings))
        if let reading = check.read(sets.flatMap(\.sources), knowingLabels: cluster.cluster || allowSelectors, on: date.day) {
            if let facts = try await cluster.facts() {
                try await check.add(facts, beside: try serverFiles(), applying: reading, on: date.day)
            } else {
                check.count(reading.policies.count, reading.waivers.count)
            }
        }
        let places = [
            files.isEmpty && cluster.cluster ? nil : PolicyCheck.number(files.count, "file"), cluster.cluster ? "the cluster" : nil,
        ]
        try StandardStream.output.writeResult(check.report(of: places.compactMap(\.self).joined(separator: " and ")))
        if files.contains(where: \.isUnreadable) { throw ExitCode(ExitStatus.invalid) }
        if check.errorCount > 0 { throw ExitCode(ExitStatus.failed) }
    }

    private func serverFiles() throws(PolicyLoadingError) -> LoadedPolicies {
        try PolicyFiles.load(policy, ownNamespace: ownNamespace, today: date.day, knowsNamespaceLabels: true)
    }
}

/// The problems of policies, as they are found.
struct PolicyCheck {
    private var lines: [String]
    private var warningCount: Int
    private var contents = ""
    /// The number of errors.
    private(set) var errorCount = 0

    /// Begins with the warnings about files.
    init(warnings: [String]) {
        lines = warnings
        warningCount = warnings.count
    }

    /// Reads documents; `nil` if there are errors.
    mutating func read(_ sources: [PolicySource], knowingLabels: Bool, on today: CivilDate) -> PolicyReading? {
        let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: knowingLabels)
        do throws(PolicyReadingFailure) {
            let reading = try reader.read(sources, on: today)
            lines += reading.warnings.map(\.description)
            warningCount += reading.warnings.count
            return reading
        } catch {
            lines += error.problems.map(\.description)
            errorCount = error.problems.count { $0.severity == .error }
            warningCount += error.problems.count - errorCount
            return nil
        }
    }

    /// Adds the problems of a cluster's objects and Namespaces after documents were applied; the files of a server win over objects.
    mutating func add(
        _ facts: ClusterFacts,
        beside files: LoadedPolicies,
        applying reading: PolicyReading,
        on today: CivilDate
    ) async throws(CommandFailure) {
        let applied = facts.objects.applying(policies: reading.policies, waivers: reading.waivers)
        let joined = files.joined(with: applied, on: today)
        var errors = applied.rejections.flatMap { rejection in rejection.lines.map { "\(rejection.identity): \($0)" } }
        errors += (joined.objects?.losers ?? []).map { "\($0.object.identity): not in force: \($0.conflict)" }
        let namespaces = try await facts.namespaces(keeping: joined.policies.labelKeys)
        // The end of an applied waiver was reported at its place in the document.
        let reported = reading.waivers.map { "\(PolicyKind.waiver.rawValue) \($0.name): " }
        let ofObjects = joined.warnings.filter { warning in !reported.contains { warning.hasPrefix($0) } }
        let warnings = facts.warnings + ofObjects + Self.warnings(about: namespaces, under: joined.policies)
        lines += errors + warnings
        errorCount += errors.count
        warningCount += warnings.count
        count(joined.policies.policies.count, joined.policies.waivers.count)
    }

    /// One warning for each label of a Namespace that should set a minimum and cannot.
    private static func warnings(about namespaces: NamespaceDirectory, under policies: PolicySet) -> [String] {
        namespaces.names.flatMap { name in
            policies.policy(in: name, with: namespaces[name] ?? .none).invalidLabels.map { invalid in
                "warning: \(NamespaceProblem.invalidLabel(invalid).warning(in: name))"
            }
        }
    }

    /// Says how many policies and waivers there are.
    mutating func count(_ policies: Int, _ waivers: Int) {
        contents = "\(Self.number(policies, "policy", "policies")), \(Self.number(waivers, "waiver")) in "
    }

    /// All problems with the sum of them; `places` are where the policies are.
    func report(of places: String) -> String {
        let errors = errorCount == 0 ? "no errors" : Self.number(errorCount, "error")
        let warnings = warningCount == 0 ? "" : ", \(Self.number(warningCount, "warning"))"
        return VisibleText.lines(lines + ["\(contents)\(places): \(errors)\(warnings)"])
    }

    /// A number with its noun, singular or plural.
    static func number(_ count: Int, _ one: String, _ many: String? = nil) -> String {
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
