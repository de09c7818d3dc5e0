import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PolicySources
import Reports
import Scanning

/// The command `podscore policy explain`.
struct PolicyExplainCommand: AsyncParsableCommand {
    /// The output formats.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what applies in a namespace, and decide an object rule by rule.",
        usage: "podscore policy explain --namespace NAMESPACE [FILE...] [OPTIONS]",
        discussion: """
            Shows which policy applies and why the others do not, what it requires on
            that day and later, who is exempt, and which waivers there are. FILE
            contains manifests or a recorded AdmissionReview. --user replaces the user
            who sent the review.

            With --cluster the objects of the cluster apply too, and the labels of the
            Namespace: it shows by which labels a policy applies, and which label set a
            minimum score.

            Exit status 0 whatever the decision, 2 if something cannot be read.

            Examples:
              podscore policy explain -n payments --policy policies
              podscore policy explain -n payments --policy policies pod.yaml
              podscore policy explain -n payments --cluster
            """
    )

    @Argument(
        help: ArgumentHelp("Files with manifests or an AdmissionReview; - is standard input.", valueName: "file"),
        completion: .file()
    )
    var files: [String] = []

    @Option(name: [.short, .long], help: "The namespace, whatever the objects say.", transform: NamespaceArgument.parse)
    var namespace: String

    @Option(name: .long, help: "The user who sends the request, such as system:serviceaccount:backup:velero.")
    var user: String?

    @Option(name: .long, help: "A group of that user; can be repeated.")
    var group: [String] = []

    @Option(name: .long, help: "The file or directory with policies (default: the built-in policy).", completion: .file())
    var policy: String?

    @Option(name: .long, help: "Podscore's namespace, which globs and selectors in policies never match.")
    var ownNamespace = ""

    @OptionGroup var date: DateOptions

    @OptionGroup var workloads: WorkloadOptions

    @OptionGroup(title: "Cluster") var cluster: PolicyClusterOptions

    @Option(name: [.short, .long], help: "The output format: text or json.")
    var format = Format.text

    /// Explains the namespace and decides the objects.
    mutating func run() async throws {
        var problems: [String] = []
        var isInvalid = false
        let explanation = try await explanation { line, isFault in
            problems.append(line)
            isInvalid = isInvalid || isFault
        }
        switch format {
        case .text: try StandardStream.output.writeResult(explanation.text(width: StandardStream.output.textWidth))
        case .json: try StandardStream.output.writeResult(explanation.json)
        }
        StandardStream.error.write(lines: problems.map { "podscore: \($0)" })
        if isInvalid { throw ExitCode(ExitStatus.invalid) }
    }

    /// Explains the namespace and decides the requests in the files; reports everything else in them, and whether it is an error.
    func explanation(reporting report: (_ line: String, _ isFault: Bool) -> Void) async throws -> PolicyExplanation {
        let read = try PolicyFiles.load(
            policy,
            ownNamespace: ownNamespace,
            today: date.day,
            knowsNamespaceLabels: cluster.cluster
        )
        let facts = try await cluster.facts()
        let loaded = facts.map { read.joined(with: $0.objects, on: date.day) } ?? read
        let labels = try await labels(in: facts, for: loaded.policies, reporting: report)
        let warnings = (facts?.warnings ?? []) + loaded.warnings
        StandardStream.error.write(lines: warnings)
        var explanation = PolicyExplanation(namespace: namespace, labels: labels, policies: loaded.policies, on: date.day)
        let requester = requester
        if let requester { explanation.add(requester) }
        try ReplayedRequests(defaultNamespace: namespace, workloads: workloads.known).forEach(in: files) { found in
            switch found {
            case .request(let replayed):
                explanation.decided.append(decide(replayed, from: requester, by: loaded.policies, labels))
            case .skipped(let line): report(line, false)
            case .invalid(let line): report(line, true)
            }
        }
        return explanation
    }

    /// The labels of the Namespace; `nil` without a cluster.
    private func labels(
        in facts: ClusterFacts?,
        for policies: PolicySet,
        reporting report: (_ line: String, _ isFault: Bool) -> Void
    ) async throws -> NamespaceLabels? {
        guard let facts else { return nil }
        if let labels = try await facts.labels(of: namespace, for: policies) { return labels }
        report("the cluster at \(facts.server) has no Namespace \(namespace); explained as one without labels", false)
        return NamespaceLabels.none
    }

    /// The user of `--user` and `--group`; `nil` without both.
    private var requester: UserInfo? {
        guard user != nil || !group.isEmpty else { return nil }
        var info = UserInfo()
        info.username = user ?? ""
        info.groups = group
        return info
    }

    private func decide(
        _ replayed: ReplayedRequests.Request,
        from requester: UserInfo?,
        by policies: PolicySet,
        _ labels: NamespaceLabels?
    ) -> PolicyExplanation.Decided {
        var request = replayed.request
        request.namespace = namespace
        if let requester { request.userInfo = requester }
        let decision = Decider(mode: .enforce, today: date.day, podContext: replayed.context)
            .decide(request, by: policies, knowing: labels.map { .labels($0) } ?? .nameAlone)
        return PolicyExplanation.Decided(title: replayed.source, request: request, decision: decision, context: replayed.context)
    }
}
