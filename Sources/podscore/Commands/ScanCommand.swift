import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Manifests
import NIOCore
import NIOPosix
import Platform
import PodScoring
import PolicySources
import Reports
import Scanning

/// The command `podscore scan PATH…`.
struct ScanCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "scan",
        // Read by itself it is no program, of which the parser would ask for completion scripts first.
        _superCommandName: "podscore",
        abstract: "Score manifests before they reach the cluster.",
        discussion: """
            Paths are files, directories with all that is below them, or - for standard
            input. Files hold YAML or JSON, one or many documents, or lists of objects.
            Each document is scored, not scorable, or broken; none is left out.

            Of directories, files are taken by their names, in the order of their bytes.
            Hidden files and directories are left out. A link to a file is followed
            where it stays inside of the directory; a link that leads out, or to a
            directory, is left out with a note. What is named itself is always read. A
            document of a directory that has neither apiVersion nor kind, such as the
            values of a chart, is not scorable; named itself, it is broken.

            A pattern with a slash is about the path below the directory, one without
            about the name of a file or directory: *.yaml, templates, charts/**.

            Formats: table for people, json and yaml in kubesec's shape, sarif 2.1.0 for
            code scanning, junit for test reports, github for annotations in Actions.

            Ends with 0 when all is good, with 1 when something scores below 0, misses
            a threshold, breaks the standard or is denied by the policy, and with 2
            when input is broken or a directory has no manifest. Under kubesec's
            rulesets, where neither a threshold nor a policy decides, it ends as kubesec
            does: with 2 when anything scores 0 or less, is of no known kind or is no
            valid object, and with 1 when something can't be read or parsed. What the
            baseline knows does not count; a scan that writes one and compares with
            none counts nothing as refused.

            Examples:
              podscore scan pod.yaml
              podscore scan --exclude values.yaml --exclude templates deploy/
              helm template chart | podscore scan -
              kubectl kustomize overlays/prod | podscore scan -n prod -
              podscore scan --minimum-score 9 --require CapDropAll pod.yaml
              podscore scan --standard baseline@v1.31 pod.yaml
              podscore scan --policy policy.yaml -n payments deployment.yaml
              podscore scan --format sarif --output podscore.sarif deploy/
              podscore scan --write-baseline podscore.json deploy/
              podscore scan --baseline podscore.json deploy/
              podscore scan --baseline podscore.json --write-baseline podscore.json deploy/
            """
    )

    @Argument(help: ArgumentHelp("Files and directories with manifests; - is standard input.", valueName: "path"), completion: .file())
    var paths: [String]

    @OptionGroup(title: "Files") var input: ScanInputOptions

    @OptionGroup(title: "Results") var report: ScanReportOptions

    @Option(name: .long, help: "The ruleset by which to score where no policy names another one.")
    var ruleset = RulesetName.standard

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Score by these rules alone, with commas between them.", valueName: "ids")
    )
    var rules: [String] = []

    @Option(name: [.short, .long], help: "The namespace of objects that name none.")
    var namespace = "default"

    @Option(
        name: .long,
        help: ArgumentHelp("The status when something is refused (default: 1, under kubesec's rulesets 2).", valueName: "status")
    )
    var exitCode: UInt8?

    @OptionGroup(title: "Policy") var decisions: ScanDecisionOptions

    @OptionGroup(title: "Thresholds") var thresholds: ThresholdOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Judge by a Pod Security Standard, too: baseline or restricted, with a version as in restricted@v1.31 (default: latest).",
            valueName: "standard"
        )
    )
    var standard: StandardName?

    @OptionGroup(title: "Baseline") var baselines: ScanBaselineOptions

    /// Refuses two sources of one demand, of which one would have to be passed over.
    func validate() throws {
        guard decisions.policy == nil || !thresholds.areGiven else {
            throw ValidationError("--policy says what to reach: leave out --minimum-score, --require and --forbid")
        }
        guard decisions.policy == nil || rules.isEmpty else {
            throw ValidationError("--policy says by which rules to score: leave out --rules")
        }
        guard decisions.policy != nil || !decisions.areGiven else {
            throw ValidationError("--as-user, --as-group, --today and --own-namespace are about a policy: name one with --policy")
        }
    }

    /// Scans all files and writes one report.
    mutating func run() throws {
        HeapSettings.apply()
        let scan = try manifestScan()
        let baseline = try baselines.load()
        let replacement = try report.isStandardOutput ? nil : report.output.map { path in try Self.replacement(of: path) }
        let encoder = report.encoder(weighedBy: scan.ruleset, hasBaseline: baseline != nil)
        let output = ScanOutput(
            encoder,
            comparison: baseline.map { BaselineComparison($0) },
            keepsRefused: baselines.writeBaseline != nil,
            isWatched: report.isWatched,
            progress: ScanProgress(isShown: StandardStream.error.isTerminal && !report.isWatched),
            say: { lines in StandardStream.error.write(lines: lines) }
        ) { bytes in
            guard let replacement else { return try StandardStream.output.writeResult(bytes) }
            do {
                try replacement.write(bytes)
            } catch {
                throw CommandFailure("cannot write \(error)")
            }
        }
        let jobs = input.jobs ?? System.coreCount
        // These threads end with the process: to shut a pool down takes threads of Dispatch's, and longer than a small scan.
        if jobs > 1 { NIOSingletons.blockingPoolThreadCountSuggestion = jobs - 1 }
        ScanRun(
            scan: scan,
            encoder: encoder,
            baseline: baseline,
            excusesAll: baselines.excusesAll,
            usesAbsolutePaths: input.absolutePath,
            hidesProblems: report.isWatched && StandardStream.error.isTerminal
        )
        .run(ManifestFiles(paths, selecting: input.selection), jobs: jobs, on: NIOThreadPool.singleton, to: output)
        let summary = try output.complete()
        if let replacement { try Self.complete(replacement) }
        try settle(summary)
    }

    /// What is done with each document.
    private func manifestScan() throws -> ManifestScan {
        let ruleset: Ruleset
        do {
            ruleset = try self.ruleset.ruleset.restricted(to: rules.flatMap { $0.split(separator: ",").map { $0.trimmed } })
        } catch {
            throw CommandFailure("\(error)")
        }
        let loaded = try decisions.policy.map {
            try PolicyFiles.load($0, ownNamespace: decisions.ownNamespace, today: decisions.date.day)
        }
        StandardStream.error.write(lines: loaded?.warnings ?? [])
        let policies = try loaded?.policies ?? thresholds.policies(under: ruleset)
        var scan = ManifestScan(ruleset: ruleset, policies: policies, defaultNamespace: namespace)
        scan.standard = standard?.standard
        scan.today = decisions.date.day
        scan.user.username = decisions.asUser
        scan.user.groups = decisions.asGroup
        if let standard = standard?.standard, standard.isNewerThanKnown {
            StandardStream.error.write(lines: [
                "podscore: warning: \(standard) is newer than \(PodSecurityVersion.newestKnown): judged as latest"
            ])
        }
        return scan
    }

    /// Says what is stale in the old baseline, writes the new one, and ends with the scan's status.
    private func settle(_ summary: ScanOutput.Summary) throws {
        if let path = baselines.baseline, let stale = summary.comparison?.stale, !stale.isEmpty {
            StandardStream.error.write(lines: Self.lines(ofStale: stale, in: path, isReplaced: baselines.writeBaseline != nil))
        }
        if let path = baselines.writeBaseline {
            let replacement = try Self.replacement(of: path)
            do {
                try replacement.write(Baseline(summary.refused).json)
            } catch {
                throw CommandFailure("cannot write \(error)")
            }
            try Self.complete(replacement)
        }
        let status = summary.tally.status(refused: exitCode.map(Int32.init))
        guard status == 0 else { throw ExitCode(status) }
    }

    /// How many stale entries are named.
    private static let staleLimit = 20

    private static func lines(ofStale stale: [String], in path: String, isReplaced: Bool) -> [String] {
        let noun = stale.count == 1 ? "entry" : "entries"
        let remedy = isReplaced ? ", left out of the new one" : "; --write-baseline makes it anew"
        var lines = ["podscore: note: \(path) has \(stale.count) stale \(noun)\(remedy)"]
        lines += stale.prefix(staleLimit).map { "    \($0)" }
        if stale.count > staleLimit { lines.append("    and \(stale.count - staleLimit) more") }
        return lines
    }

    private static func replacement(of path: String) throws -> FileReplacement {
        do {
            return try FileReplacement(of: path)
        } catch {
            throw CommandFailure("cannot write \(error)")
        }
    }

    private static func complete(_ replacement: FileReplacement) throws {
        do {
            try replacement.complete()
        } catch {
            throw CommandFailure("cannot write \(error)")
        }
    }
}
