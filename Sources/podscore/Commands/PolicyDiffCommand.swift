import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Platform
import PodScoring
import PolicySources
import Reports
import Scanning

/// The command `podscore policy diff OLD NEW`.
struct PolicyDiffCommand: ParsableCommand {
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

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what a change of policies would deny, warn about and allow.",
        usage: "podscore policy diff OLD NEW --reviews PATH [OPTIONS]",
        discussion: """
            OLD and NEW are files or directories with policies, or the word builtin
            for the built-in policy. Both decide the requests in --reviews:
            AdmissionReviews, one for each file, such as `podscore serve --record`
            writes, and manifests, as if they were created now.

            Exit status 0, 1 if --fail-on finds a change, 2 if a policy or file cannot
            be read. The other files are still decided.

            Example:
              podscore policy diff builtin policies --reviews records
            """
    )

    @Argument(help: ArgumentHelp("The policies in force, or builtin.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: ArgumentHelp("The policies to try, or builtin.", valueName: "new"), completion: .file())
    var new: String

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

    @Option(name: .long, help: "Podscore's namespace, which globs in policies never match.")
    var ownNamespace = ""

    @OptionGroup var date: DateOptions

    @OptionGroup var workloads: WorkloadOptions

    @Option(name: [.short, .long], help: "The output format: text or json.")
    var format = Format.text

    /// Rejects a comparison without requests.
    func validate() throws {
        guard !reviews.isEmpty else { throw ValidationError("--reviews PATH is required") }
    }

    /// Decides all requests twice and writes the differences.
    mutating func run() throws {
        let (before, after) = (try policies(old), try policies(new))
        var diff = PolicyDiff(old: old, new: new)
        var problems: [String] = []
        var isInvalid = false
        let requests = ReplayedRequests(defaultNamespace: namespace, workloads: workloads.known)
        try requests.forEach(in: reviews) { found in
            switch found {
            case .request(let request):
                diff.add(request.request, old: decide(request, by: before), new: decide(request, by: after))
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

    private func policies(_ path: String) throws -> PolicySet {
        let loaded = try PolicyFiles.load(path == Self.builtInName ? nil : path, ownNamespace: ownNamespace, today: date.day)
        StandardStream.error.write(lines: loaded.warnings)
        return loaded.policies
    }

    private func decide(_ replayed: ReplayedRequests.Request, by policies: PolicySet) -> Decision {
        Decider(mode: mode, today: date.day, podContext: replayed.context).decide(replayed.request, by: policies)
    }

    private func fails(_ diff: PolicyDiff) -> Bool {
        switch failOn {
        case .newlyDenied: diff.count(of: .newlyDenied) > 0
        case .newlyWarned: diff.count(of: .newlyDenied) + diff.count(of: .newlyWarned) > 0
        case nil: false
        }
    }
}
