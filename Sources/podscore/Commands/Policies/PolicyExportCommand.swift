import AdmissionPolicy
import ArgumentParser
import ClusterController
import KubernetesAPI
import Platform
import PolicySources
import Reports
import TLS

/// The command `podscore policy export`.
struct PolicyExportCommand: AsyncParsableCommand {
    /// The form in which policies are exported.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case validatingAdmissionPolicy = "validatingadmissionpolicy"
    }

    /// A level to export.
    enum Level: String, CaseIterable, ExpressibleByArgument {
        case enforce
        case warn
        case audit
        case floor
    }

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print policies as objects that an API server carries out itself.",
        usage: "podscore policy export --format FORMAT [PATH...] [OPTIONS]",
        discussion: """
            Prints a ValidatingAdmissionPolicy with its bindings for each level of each
            policy. The API server then decides Pods and workloads without a webhook, with
            the same score and the same violations. All paths together are one set of
            policies, as a server with --cluster loads it. With --cluster the objects of
            the cluster are part of it, and files win over them.

            --level floor is a net below a webhook that admits Pods when it is unreachable:
            it denies what enforce forbids and requires, and nothing that the webhook may
            allow. --floor-minimum adds a minimum score, which is at most the policy's.

            Waivers, ramps and a few other things cannot be exported. Each one is a line on
            standard error and a comment in the YAML. With --strict they are errors.

            Exit status 0, 1 if --strict finds something that is left out (nothing is
            printed then), 2 if something cannot be read or exported.

            Examples:
              podscore policy export --format validatingadmissionpolicy policies >vap.yaml
              podscore policy export --format validatingadmissionpolicy policies \\
                --level floor --floor-minimum 4 | kubectl apply --server-side -f -
            """
    )

    @Argument(
        help: ArgumentHelp("Files or directories with ScorePolicy and ScoreWaiver documents.", valueName: "path"),
        completion: .file()
    )
    var paths: [String] = []

    @Option(name: .long, help: "The kind of objects: validatingadmissionpolicy.")
    var format: Format

    @Option(name: .long, help: "A level to export: enforce, warn, audit or floor; can be repeated (default: the first three).")
    var level: [Level] = []

    @Option(name: .long, help: ArgumentHelp("The minimum score of the floor (default: none).", valueName: "points"))
    var floorMinimum: Int?

    @Option(name: .long, help: "The strongest effect of the exported policies: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Flag(name: .long, help: "Ignore labels of Namespaces that set a minimum score, as a server without --cluster does.")
    var ignoreMinimumLabels = false

    @Option(name: .long, help: "Podscore's namespace, which globs and selectors in policies never match.")
    var ownNamespace = ""

    @OptionGroup var excludedNamespaces: ExcludedNamespaceOptions

    @OptionGroup var date: DateOptions

    @OptionGroup(title: "Cluster") var cluster: PolicyClusterOptions

    @Option(name: .shortAndLong, help: "The output format.")
    var output = CRDFormat.yaml

    @Flag(name: .long, help: "Exit with 1 and print nothing if something is left out.")
    var strict = false

    /// Rejects combinations that have no meaning.
    func validate() throws {
        guard !paths.isEmpty || cluster.cluster else { throw ValidationError("PATH or --cluster is required") }
        let isFloor = level.contains(.floor)
        guard !isFloor || level.allSatisfy({ $0 == .floor }) else {
            throw ValidationError("--level floor cannot be combined with other levels; export them one after the other")
        }
        guard floorMinimum == nil || isFloor else { throw ValidationError("--floor-minimum needs --level floor") }
    }

    /// Exports the policies.
    mutating func run() async throws {
        let loaded = try await load()
        let exporter = PolicyExporter(
            loaded.policies,
            scope: scope,
            mode: mode,
            today: date.day,
            readsMinimumLabels: !ignoreMinimumLabels,
            excludedNamespaces: excludedNamespaces.names
        )
        let export: PolicyExport
        do throws(PolicyExportRefusal) {
            export = try exporter.export()
        } catch {
            throw CommandFailure("policy \(error.policy) cannot be exported: \(error.reason)")
        }
        let exported = ExportedPolicies(export, digests: try ExportDigests.all(of: export))
        StandardStream.error.write(lines: exported.lines)
        if strict, !export.omissions.isEmpty { throw ExitCode(ExitStatus.failed) }
        try StandardStream.output.writeResult(output == .yaml ? exported.yaml : exported.json)
    }

    /// Reads the files and the cluster; an invalid object is an error, since a server uses a version of it that the cluster no longer has.
    private func load() async throws -> LoadedPolicies {
        let files = try PolicyFiles.load(all: paths, ownNamespace: ownNamespace, today: date.day)
        guard let facts = try await cluster.facts() else {
            StandardStream.error.write(lines: files.warnings)
            return files
        }
        let loaded = files.joined(with: facts.objects, on: date.day)
        let losers = (loaded.objects?.losers ?? []).map { "\($0.object.identity): not in force: \($0.conflict)" }
        StandardStream.error.write(lines: facts.warnings + loaded.warnings + losers)
        let rejections = facts.objects.rejections.flatMap { rejection in rejection.lines.map { "\(rejection.identity): \($0)" } }
        guard rejections.isEmpty else { throw CommandFailure(lines: rejections) }
        return loaded
    }

    private var scope: PolicyExporter.Scope {
        if level.contains(.floor) { return .floor(minimum: floorMinimum) }
        let levels = MinimumLabel.allCases.filter { label in
            level.isEmpty || level.contains { $0.rawValue == label.levelName }
        }
        return .levels(levels)
    }
}

/// The digests of exported policies, by which an export is compared with the objects of a cluster.
enum ExportDigests {
    /// The digest of each exported policy, by its name.
    static func all(of export: PolicyExport) throws(CommandFailure) -> [String: String] {
        do throws(OpenSSLReason) {
            return try export.digests()
        } catch {
            throw CommandFailure("cannot digest the policy: \(error)")
        }
    }
}
