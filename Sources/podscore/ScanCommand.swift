import AdmissionPolicy
import ArgumentParser
import FileSystem
import PodScoring
import Reports

/// The command `podscore scan PATH…`.
struct ScanCommand: ParsableCommand {
    /// How results are written.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table
        case json
    }

    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Score manifests before they reach the cluster.",
        usage: "podscore scan PATH... [OPTIONS]",
        discussion: """
            Files hold YAML or JSON, one or many documents. Each document is scored,
            not scorable, or broken; none is left out.

            Ends with 0 when all is good, with 1 when something scores below 0, misses
            a threshold, breaks the standard or is denied by the policy, and with 2
            when input is broken. Under kubesec's rulesets, where neither a threshold
            nor a policy decides, it ends as kubesec does: with 2 when anything scores
            0 or less, is of no known kind or is no valid object, and with 1 when
            something can't be read or parsed.

            Examples:
              podscore scan pod.yaml
              helm template chart | podscore scan -
              podscore scan --minimum-score 9 --require CapDropAll pod.yaml
              podscore scan --standard baseline@v1.31 pod.yaml
              podscore scan --policy policy.yaml -n payments deployment.yaml
            """
    )

    @Argument(help: ArgumentHelp("Files with manifests; - is standard input.", valueName: "path"), completion: .file())
    var paths: [String]

    @Option(name: [.short, .long], help: "How to write results (default: table on a terminal, else json).")
    var format: Format?

    @Option(name: .long, help: "The ruleset by which to score where no policy names another one.")
    var ruleset = RulesetName.standard

    @Option(name: .long, help: "Decide by the ScorePolicy documents in this file or directory, as the cluster would.", completion: .file())
    var policy: String?

    @OptionGroup var date: DateOptions

    @OptionGroup(title: "Thresholds") var thresholds: ThresholdOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Judge by a Pod Security Standard, too: baseline or restricted, with a version as in restricted@v1.31 (default: latest).",
            valueName: "standard"
        )
    )
    var standard: StandardName?

    @Option(name: [.short, .long], help: "The namespace of objects that name none.")
    var namespace = "default"

    /// Refuses two sources of thresholds, of which one would have to be passed over.
    func validate() throws {
        guard policy == nil || !thresholds.areGiven else {
            throw ValidationError("--policy says what to reach: leave out --minimum-score, --require and --forbid")
        }
    }

    /// Scans all files and writes one report.
    mutating func run() throws {
        let loaded = try policy.map { try PolicyFiles.load($0, today: date.day) }
        let policies = try loaded?.policies ?? thresholds.policies(under: ruleset.ruleset)
        var scan = ManifestScan(ruleset: ruleset.ruleset, policies: policies, defaultNamespace: namespace)
        scan.standard = standard?.standard
        scan.today = date.day
        for warning in loaded?.warnings ?? [] { StandardStream.error.write(warning + "\n") }
        if let standard = standard?.standard, standard.isNewerThanKnown {
            StandardStream.error.write("podscore: warning: \(standard) is newer than \(PodSecurityVersion.newestKnown): judged as latest\n")
        }
        var documents: [ScannedDocument] = []
        var problems: [String] = []
        for path in paths {
            do {
                documents += try scan.scan(path)
            } catch {
                problems.append("podscore: cannot read \(error)")
            }
        }
        let verdict = ScanVerdict(documents, hasUnreadableFiles: !problems.isEmpty, asKubesec: scan.endsAsKubesec)
        switch format ?? (StandardStream.output.isTerminal ? .table : .json) {
        case .table: try StandardStream.output.writeResult(ScoreTable.text(documents))
        case .json: try StandardStream.output.writeResult(KubesecJSON.encode(documents))
        }
        problems += documents.compactMap(\.problem)
        for problem in problems { StandardStream.error.write(problem + "\n") }
        guard verdict.status == 0 else { throw ExitCode(verdict.status) }
    }
}

extension ScannedDocument {
    /// What is broken, as one line; `nil` when nothing is.
    var problem: String? {
        guard case .broken(let problem) = outcome else { return nil }
        return problem
    }
}
