import AdmissionPolicy
import ArgumentParser
import ClusterAudit
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
        case html
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
    /// The error of a comparison of nothing.
    private static let nothingToDecide = "--reviews PATH or --audit FILE is required without --cluster"

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what a change of policies would deny, warn about and allow.",
        usage: "podscore policy diff [OLD] NEW [OPTIONS]",
        discussion: """
            OLD and NEW are files or directories with policies, or the word builtin
            for the built-in policy. Both decide the requests in --reviews:
            AdmissionReviews, one for each file, such as `podscore serve --record`
            writes, and manifests, as if they were created now.

            --audit FILE decides what runs instead, from the output of kubectl get -o
            json; - is standard input. With --cluster and neither of them, what runs in
            the cluster is decided. Each owner of Pods counts once, by its worst Pod, as
            in podscore audit.

            With --cluster and NEW alone, OLD is what is in force in the cluster, and
            the documents in NEW are applied to it: each replaces the object of its
            name. --policy is what the server has as --policy. With OLD and NEW,
            --cluster reads what runs and the labels of Namespaces.

            Exit status 0, 1 if --fail-on finds a change, 2 if something cannot be
            read. The rest is still decided.

            Examples:
              podscore policy diff builtin policies --reviews records
              podscore policy diff policies next --cluster
              kubectl get all -A -o json | podscore policy diff policies next --audit -
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
    var reviews: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("Decide what runs, from the output of kubectl get; can be repeated.", valueName: "file"),
        completion: .file()
    )
    var audit: [String] = []

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

    @Option(name: [.short, .long], help: "The output format: text, json or html.")
    var format = Format.text

    /// Rejects a comparison without requests, and one with a single set of policies.
    func validate() throws {
        guard reviews.isEmpty || audit.isEmpty else { throw ValidationError("--reviews cannot be combined with --audit") }
        guard !reviews.isEmpty || !audit.isEmpty || cluster.cluster else { throw ValidationError(Self.nothingToDecide) }
        guard new != nil || cluster.cluster else { throw ValidationError(Self.newIsMissing) }
        guard policy == nil || new == nil else { throw ValidationError("--policy needs --cluster with NEW alone") }
    }

    /// Decides all requests twice and writes the differences.
    mutating func run() async throws {
        let facts = try await cluster.facts()
        let compared = try await comparison(in: facts)
        let (diff, problems, isInvalid) = try reviews.isEmpty ? await running(compared, facts) : replayed(compared)
        switch format {
        case .text: try StandardStream.output.writeResult(diff.text(width: StandardStream.output.textWidth))
        case .json: try StandardStream.output.writeResult(diff.json(problems: problems))
        case .html: try StandardStream.output.writeResult(diff.html(problems: problems, version: Version.text))
        }
        StandardStream.error.write(lines: problems.map { "podscore: \($0)" })
        let status = isInvalid ? ExitStatus.invalid : fails(diff) ? ExitStatus.failed : 0
        if status != 0 { throw ExitCode(status) }
    }

    /// The differences, lines about what was not decided, and whether one of them is an error.
    private typealias Result = (diff: PolicyDiff, problems: [String], isInvalid: Bool)

    /// Decides the requests of files.
    private func replayed(_ compared: Comparison) throws -> Result {
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
        return (diff, problems, isInvalid)
    }

    /// Decides what runs in the cluster, or by the output of kubectl.
    private func running(_ compared: Comparison, _ facts: ClusterFacts?) async throws -> Result {
        let decider = AuditDecider(
            policies: compared.old.policies,
            comparedWith: compared.new.policies,
            namespaces: compared.old.namespaces,
            today: date.day,
            workloads: workloads.known
        )
        var notes: [String] = []
        let found: Audit
        if let facts, audit.isEmpty {
            found = try await facts.audit(by: decider)
        } else {
            var reading = InputReading(decidingBy: decider, namespace: nil)
            try reading.read(audit)
            found = reading.audit()
            notes = [reading.skippedLine, reading.missingKindsLine, reading.missingLabelsLine].compactMap { $0.map { "note: \($0)" } }
        }
        var diff = PolicyDiff(of: .owner, old: compared.old.name, new: compared.new.name)
        for owner in found.owners {
            guard let new = owner.worstOther else { continue }
            let title = PolicyDiff.title(owner.identity.kind, owner.identity.name)
            let results = (old: owner.worst.decision.result(in: mode), new: new.result(in: mode))
            diff.add(title, in: owner.identity.namespace ?? "", old: results.old, new: results.new)
        }
        return (diff, notes + found.gaps.map(\.text), !found.isComplete)
    }

    /// Both sets of policies.
    private typealias Comparison = (old: Side, new: Side)

    /// One of the two sets of policies, with the labels of Namespaces that it reads; `nil` if they are not read.
    private struct Side {
        let name: String
        let policies: PolicySet
        var namespaces: NamespaceDirectory?
    }

    /// Reads both sets.
    private func comparison(in facts: ClusterFacts?) async throws -> Comparison {
        guard let facts else {
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

extension AuditedDecision {
    /// The outcome that a server with a mode gives, and what led to it.
    fileprivate func result(in mode: EnforcementMode) -> PolicyDiff.Result {
        let outcome: Decision.Outcome =
            switch (mode, outcome) {
            case (.warn, .deny): .warn
            case (.audit, .deny), (.audit, .warn): .audit
            default: outcome
            }
        return PolicyDiff.Result(outcome, violations)
    }
}
