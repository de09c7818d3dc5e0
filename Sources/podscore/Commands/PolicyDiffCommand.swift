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
    /// How differences are written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    /// What ends the command with 1.
    enum Failing: String, CaseIterable, ExpressibleByArgument {
        case newlyDenied = "newly-denied"
        case newlyWarned = "newly-warned"
    }

    /// What the built-in policy is called; a file of that name is `./builtin`.
    private static let builtInName = "builtin"

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say what a change of policies would deny, warn about and allow.",
        usage: "podscore policy diff OLD NEW --reviews PATH [OPTIONS]",
        discussion: """
            OLD and NEW are files or directories with policies, or the word builtin
            for the policy that applies where none is given. Both decide what is found
            below --reviews: AdmissionReviews, such as `podscore serve --record` keeps,
            one a file, and manifests, as if they were created now.

            Ends with 0, with 1 when --fail-on finds something, and with 2 when a
            policy or a file cannot be read; the others are decided all the same.

            Example:
              podscore policy diff builtin policies --reviews records
            """
    )

    @Argument(help: ArgumentHelp("The policies that are in force, or builtin.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: ArgumentHelp("The policies to try, or builtin.", valueName: "new"), completion: .file())
    var new: String

    @Option(
        name: .long,
        help: ArgumentHelp("A file, or a directory with files, of requests to decide; can be repeated.", valueName: "path"),
        completion: .file()
    )
    var reviews: [String]

    @Option(name: .long, help: "The most that may happen under both, whatever they say: enforce, warn or audit.")
    var mode = EnforcementMode.enforce

    @Option(name: .long, help: "End with 1 when there is one: newly-denied, or newly-warned for either.")
    var failOn: Failing?

    @Option(name: [.short, .long], help: "The namespace of manifests that name none.")
    var namespace = "default"

    @Option(name: .long, help: "Podscore's own namespace, which globs in policies never match.")
    var ownNamespace = ""

    @OptionGroup var date: DateOptions

    @Option(name: [.short, .long], help: "How to write the differences: text or json.")
    var format = Format.text

    /// Refuses a comparison of nothing.
    func validate() throws {
        guard !reviews.isEmpty else { throw ValidationError("name what to decide with --reviews PATH") }
    }

    /// Decides all requests twice and writes the differences.
    mutating func run() throws {
        let (before, after) = (try policies(old), try policies(new))
        var diff = PolicyDiff(old: old, new: new)
        var problems: [String] = []
        var isBroken = false
        let requests = ReplayedRequests(defaultNamespace: namespace)
        try requests.forEach(in: reviews) { found in
            switch found {
            case .request(let request):
                diff.add(request.request, old: decide(request, by: before), new: decide(request, by: after))
            case .passedOver(let line):
                problems.append(line)
            case .broken(let line):
                problems.append(line)
                isBroken = true
            }
        }
        switch format {
        case .text: try StandardStream.output.writeResult(diff.text)
        case .json: try StandardStream.output.writeResult(diff.json(problems: problems))
        }
        StandardStream.error.write(lines: problems.map { "podscore: \($0)" })
        let status = isBroken ? ExitStatus.broken : fails(diff) ? ExitStatus.refused : 0
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
