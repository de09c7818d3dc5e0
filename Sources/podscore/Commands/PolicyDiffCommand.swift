import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PodScoring
import PolicySources
import Reports
import Scanning

/// The command `podscore policy diff OLD NEW`.
struct PolicyDiffCommand: AsyncParsableCommand {
    /// The output formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    /// The changes with which the command exits with 1.
    enum Failing: String, CaseIterable, ExpressibleByArgument {
        case newlyDenied = "newly-denied"
        case newlyWarned = "newly-warned"
    }

    /// The name of the built-in policy; a file of that name is `./builtin`.
    private static let builtInName = "builtin"
    /// The error of a comparison with a single set of policies.
    private static let newIsMissing = "NEW is required without --cluster"

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what a change of policies would deny, warn about and allow.",
        usage: "podscore policy diff [OLD] NEW --reviews PATH [OPTIONS]",
        discussion: """
            OLD and NEW are files or directories with policies, or the word builtin
            for the built-in policy. Both decide the requests in --reviews:
            AdmissionReviews, one for each file, such as `podscore serve --record`
            writes, and manifests, as if they were created now.

            With --cluster and NEW alone, OLD is what is in force in the cluster, and
            the documents in NEW are applied to it: each replaces the object of its
            name. --policy is what the server has as --policy. With OLD and NEW,
            --cluster only reads the labels of Namespaces.

            Exit status 0, 1 if --fail-on finds a change, 2 if a policy or file cannot
            be read. The other files are still decided.

            Examples:
              podscore policy diff builtin policies --reviews records
              podscore policy diff --cluster next --reviews records
            """
    )

    @Argument(
        help: ArgumentHelp("The policies in force, or builtin; may be left out with --cluster.", valueName: "old"),
        completion: .file()
    )
    var old: String

    @Argument(help: ArgumentHelp("The policies to try, or builtin.", valueName: "new"), completion: .file())
    var new: String?

    @Option(name: .long, help: "The policy files of the server, which win over objects; with --cluster.", completion: .file())
    var policy: String?

    @Option(
        name: .long,
        help: ArgumentHelp("A file or directory with requests to decide; can be repeated.", valueName: "path"),
        completion: .file()
    )
    var reviews: [String]

    @Option(name: .long, help: "The strongest effect of both policies: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "Exit with 1 for newly-denied, or for newly-warned, which includes newly-denied.")
    var failOn: Failing?

    @Option(name: [.short, .long], help: "The namespace of manifests without one.")
    var namespace = "default"

    @Option(name: .long, help: "Podscore's namespace, which globs and selectors in policies never match.")
    var ownNamespace = ""

    @OptionGroup var date: DateOptions

    @OptionGroup var workloads: WorkloadOptions

    @OptionGroup(title: "Cluster") var cluster: PolicyClusterOptions

    @Option(name: [.short, .long], help: "The output format: text or json.")
    var format = Format.text

    /// Rejects a comparison without requests, and one with a single set of policies.
    func validate() throws {
        guard !reviews.isEmpty else { throw ValidationError("--reviews PATH is required") }
        guard new != nil || cluster.cluster else { throw ValidationError(Self.newIsMissing) }
        guard policy == nil || new == nil else { throw ValidationError("--policy needs --cluster with NEW alone") }
    }

    /// Decides all requests twice and writes the differences.
    mutating func run() async throws {
        let compared = try await comparison()
        var diff = PolicyDiff(old: compared.old.name, new: compared.new.name)
        var problems: [String] = []
        var isInvalid = false
        let requests = ReplayedRequests(defaultNamespace: namespace, workloads: workloads.known)
        try requests.forEach(in: reviews) { found in
            switch found {
            case .request(let request):
                diff.add(request.request, old: decide(request, by: compared.old), new: decide(request, by: compared.new))
            case .skipped(let line):
                problems.append(line)
            case .invalid(let line):
                problems.append(line)
                isInvalid = true
            }
        }
        switch format {
        case .text: try StandardStream.output.writeResult(diff.text(width: StandardStream.output.textWidth))
        case .json: try StandardStream.output.writeResult(diff.json(problems: problems))
        }
        StandardStream.error.write(lines: problems.map { "podscore: \($0)" })
        let status = isInvalid ? ExitStatus.invalid : fails(diff) ? ExitStatus.failed : 0
        if status != 0 { throw ExitCode(status) }
    }

    /// One of the two sets of policies, with the labels of Namespaces that it reads; `nil` if they are not read.
    private struct Side {
        let name: String
        let policies: PolicySet
        var namespaces: NamespaceDirectory?
    }

    /// Reads both sets.
    private func comparison() async throws -> (old: Side, new: Side) {
        guard let facts = try await cluster.facts() else {
            guard let new else { throw ValidationError(Self.newIsMissing) }
            return (try side(old), try side(new))
        }
        var (before, after) = try new.map { (try side(old), try side($0)) } ?? applying(to: facts)
        let newKeys = after.policies.labelKeys.filter { !before.policies.labelKeys.contains($0) }
        let namespaces = try await facts.namespaces(keeping: before.policies.labelKeys + newKeys)
        (before.namespaces, after.namespaces) = (namespaces, namespaces)
        return (before, after)
    }

    private func side(_ path: String) throws -> Side {
        let loaded = try load(path == Self.builtInName ? nil : path)
        return Side(name: path, policies: loaded.policies)
    }

    /// The policies in force in a cluster, before and after the documents are applied.
    private func applying(to facts: ClusterFacts) throws -> (old: Side, new: Side) {
        let documents = try load(old).policies
        let files = try load(policy)
        let applied = facts.objects.applying(policies: documents.policies, waivers: documents.waivers)
        let (before, after) = (files.joined(with: facts.objects, on: date.day), files.joined(with: applied, on: date.day))
        let losers = (after.objects?.losers ?? []).map { "\($0.object.identity): not in force: \($0.conflict)" }
        StandardStream.error.write(lines: facts.warnings + losers)
        return (Side(name: "cluster", policies: before.policies), Side(name: old, policies: after.policies))
    }

    private func load(_ path: String?) throws -> LoadedPolicies {
        let loaded = try PolicyFiles.load(path, ownNamespace: ownNamespace, today: date.day, knowsNamespaceLabels: cluster.cluster)
        StandardStream.error.write(lines: loaded.warnings)
        return loaded
    }

    /// Decides a request as the server does; a Namespace that the cluster does not have counts as one without labels.
    private func decide(_ replayed: ReplayedRequests.Request, by side: Side) -> Decision {
        let decider = Decider(mode: mode, today: date.day, podContext: replayed.context)
        let namespace = replayed.request.namespace
        let knowledge = side.namespaces.map { side.policies.knowledge(of: namespace, in: $0) ?? NamespaceKnowledge.labels(.none) }
        return decider.decide(replayed.request, by: side.policies, knowing: knowledge ?? .nameAlone)
    }

    private func fails(_ diff: PolicyDiff) -> Bool {
        switch failOn {
        case .newlyDenied: diff.count(of: .newlyDenied) > 0
        case .newlyWarned: diff.count(of: .newlyDenied) + diff.count(of: .newlyWarned) > 0
        case nil: false
        }
    }
}
