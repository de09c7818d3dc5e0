import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import Manifests
import NIOCore
import NIOPosix
import Platform
import PodScoring
import Reports
import Scanning

/// The command `podscore scan PATH…`.
struct ScanCommand: ParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "scan",
        // Parsed alone, the command would otherwise count as a program, for which the parser first looks for completion scripts.
        _superCommandName: "podscore",
        abstract: "Score manifests before they reach the cluster.",
        discussion: """
            PATH is a file, a directory, or - for standard input. Directories are read
            with everything below them. Files contain YAML or JSON: one document,
            several, or lists. Each document is scored, skipped or invalid.

            Files in a directory are read in the byte order of their names. Hidden files
            and directories are skipped. A link to a file inside the directory is
            followed. A link to a directory, out of it or to nothing is skipped with a
            note. A path on the command line is always read.

            In a directory, what is not a manifest is skipped: documents without kind,
            such as the values of a chart, templates, and JSON with comments. A Helm
            chart has one line that says how to render it. In a file on the command
            line, such a document is invalid.

            A pattern with a slash matches the path below the directory. One without
            matches the name of a file or directory: *.yaml, templates, charts/**.

            Formats: table for people, json and yaml in kubesec's form, sarif 2.1.0 for
            code scanning, junit for test reports, github for annotations in Actions,
            html for a browser: one page that loads nothing and needs no script.

            Exit status 0 if everything passed. 1 if an object scores below 0 or below
            a threshold, violates the standard or is denied by the policy. 2 if input
            is invalid, if a directory contains no manifest, or if a policy, threshold
            or standard is given and nothing was scored (--allow-empty: 0).

            Under kubesec's rulesets, without a policy or threshold, the status is
            kubesec's: 2 if an object scores 0 or less, is invalid or has an unknown
            kind, 1 if input cannot be read or parsed.

            Options that are always the same can stand in .podscore.yaml, in the working
            directory or above it up to the root of the repository. The command line
            overrides them, and standard error names the file. In a pipeline, name the
            file with --config, or ignore it with --no-config: otherwise a change could
            lower its own bar.

            Findings in the baseline do not fail the scan. With --write-baseline but
            without --baseline, no finding does.

            Examples:
              podscore scan pod.yaml
              podscore scan --exclude values.yaml --exclude templates deploy/
              helm template chart | podscore scan -
              kubectl kustomize overlays/prod | podscore scan -n prod -
              podscore scan --minimum-score 9 --require CapDropAll pod.yaml
              podscore scan --standard baseline@v1.31 pod.yaml
              podscore scan --minimum-score 9 --allow-empty $(git diff --name-only main)
              podscore scan --policy policy.yaml -n payments deployment.yaml
              podscore scan --format sarif --output podscore.sarif deploy/
              podscore scan --format html --output podscore.html deploy/
              podscore scan --summary --policy policies deploy/
              podscore scan --write-baseline podscore.json deploy/
              podscore scan --baseline podscore.json deploy/
              podscore scan --baseline podscore.json --write-baseline podscore.json deploy/
            """
    )

    @Argument(help: ArgumentHelp("Files or directories with manifests; - is standard input.", valueName: "path"), completion: .file())
    var paths: [String] = []

    @OptionGroup(title: "Configuration") var configuration: ConfigurationOptions

    @OptionGroup(title: "Files") var input: ScanInputOptions

    @OptionGroup(title: "Results") var report: ScanReportOptions

    @Option(name: .long, help: "The ruleset for the score, unless a policy names another one (default: \(RulesetName.standard)).")
    var ruleset: RulesetName?

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Score only by these rules, separated by commas.", valueName: "ids")
    )
    var rules: [String] = []

    @Option(
        name: [.short, .long],
        help: "The namespace of objects without one (default: default).",
        transform: NamespaceArgument.parse
    )
    var namespace: String?

    @OptionGroup var workloads: WorkloadOptions

    @Option(
        name: .long,
        help: ArgumentHelp("The exit status if an object fails (default: 1, under kubesec's rulesets 2).", valueName: "status")
    )
    var exitCode: UInt8?

    @Flag(
        name: .long,
        help: "Exit with status 0 if nothing was scored, also with a policy, a threshold or a standard. Invalid input stays an error."
    )
    var allowEmpty = false

    @OptionGroup(title: "Policy") var decisions: ScanDecisionOptions

    @OptionGroup(title: "Thresholds") var thresholds: ThresholdOptions

    @Option(name: .long, help: StandardName.help("Check"), transform: StandardName.init(parsing:))
    var standard: StandardName?

    @OptionGroup(title: "Baseline") var baselines: ScanBaselineOptions

    /// Rejects options that contradict each other or that would have no effect.
    func validate() throws {
        guard !paths.isEmpty || configuration.showConfig else { throw ValidationError("Missing expected argument '<path> ...'") }
        try thresholds.validate(beside: decisions.policy)
        guard decisions.policy == nil || rules.isEmpty else {
            throw ValidationError("--policy cannot be combined with --rules")
        }
        let written = [report.output, baselines.writeBaseline].compactMap { $0 }
        guard Set(written).count == written.count else { throw ValidationError("--output and --write-baseline name the same file") }
        if let path = written.first(where: { $0 != "-" && paths.contains($0) }) {
            throw ValidationError("\(VisibleText.of(path)) is scanned and would be replaced")
        }
    }

    /// The ruleset for the score, unless a policy names another one.
    var rulesetInUse: RulesetName { ruleset ?? .standard }

    /// The namespace of objects without one.
    var namespaceInUse: String { namespace ?? "default" }

    /// Scans all files and writes one report, or prints the options in use.
    mutating func run() throws {
        HeapSettings.apply()
        let file = try configuration.load()
        let overridden = file.map { take($0) } ?? []
        guard decisions.policy != nil || !decisions.areGiven else {
            throw ValidationError("--as-user, --as-group, --today and --own-namespace need --policy")
        }
        guard workloads.podTemplate.isEmpty || !rulesetInUse.ruleset.zeroFails || decisions.policy != nil || thresholds.areGiven else {
            throw ValidationError("--pod-template has no effect under \(rulesetInUse), which scores the kinds that kubesec knows")
        }
        try report.validateSummary()
        if let file {
            let exceptions = overridden.isEmpty ? "" : "; overridden: \(overridden.map(\.option).joined(separator: ", "))"
            StandardStream.error.write(lines: ["podscore: options from \(file.file)\(exceptions)"])
        }
        guard !configuration.showConfig else {
            return try StandardStream.output.writeResult(VisibleText.lines(optionLines(from: file, overridden: overridden)))
        }
        try scanFiles()
    }

    private func scanFiles() throws {
        if paths.contains("-"), StandardInput.isTerminal {
            StandardStream.error.write(lines: ["podscore: reading a manifest from the terminal; end it with Ctrl-D"])
        }
        let scan = try manifestScan()
        let baseline = try baselines.load()
        let file = try ResultFile(report.output)
        let encoder = report.form.encoder(weighedBy: scan.ruleset, hasBaseline: baseline != nil)
        let output = ScanOutput(
            encoder,
            comparison: baseline.map { BaselineComparison($0) },
            keepsFailed: baselines.writeBaseline != nil,
            progress: ScanProgress(isShown: StandardStream.error.isTerminal),
            say: { lines in StandardStream.error.write(lines: lines) }
        ) { bytes in try file.write(bytes) }
        let jobs = input.jobs ?? System.coreCount
        // These threads end with the process. To shut a pool down would take longer than a small scan.
        if jobs > 1 { NIOSingletons.blockingPoolThreadCountSuggestion = jobs - 1 }
        ScanRun(
            scan: scan,
            encoder: encoder,
            baseline: baseline,
            putsAllInBaseline: baselines.putsAllInBaseline,
            usesAbsolutePaths: input.absolutePath,
            hidesProblems: report.form.isWatched && !report.summary && StandardStream.error.isTerminal
        )
        .run(ManifestFiles(paths, selecting: input.files.selection), jobs: jobs, on: NIOThreadPool.singleton, to: output)
        let summary = try output.complete()
        try file.complete()
        try settle(summary, of: scan)
    }

    /// The scan that each document goes through.
    private func manifestScan() throws -> ManifestScan {
        let ruleset: Ruleset
        do {
            ruleset = try rulesetInUse.ruleset.restricted(to: rules.flatMap { $0.split(separator: ",").map { $0.trimmed } })
        } catch {
            throw CommandFailure("\(error)")
        }
        let today = decisions.date.day
        let policies = try thresholds.policies(
            orFrom: decisions.policy,
            ownNamespace: decisions.ownNamespace,
            today: today,
            under: ruleset
        )
        var scan = ManifestScan(ruleset: ruleset, policies: policies, defaultNamespace: namespaceInUse, today: today)
        scan.workloads = workloads.known
        scan.standard = standard?.standard
        scan.allowsEmpty = allowEmpty
        scan.isStrict = report.strict
        scan.user.username = decisions.asUser
        scan.user.groups = decisions.asGroup
        if let standard = standard?.standard, standard.isNewerThanKnown {
            StandardStream.error.write(lines: [
                "podscore: warning: \(standard) is newer than \(PodSecurityVersion.newestKnown); checked as latest"
            ])
        }
        return scan
    }

    /// Names outdated entries of the old baseline, writes the new one, and ends with the scan's status.
    private func settle(_ summary: ScanOutput.Summary, of scan: ManifestScan) throws {
        if let path = baselines.baseline, let outdated = summary.comparison?.outdated, !outdated.isEmpty {
            StandardStream.error.write(lines: Self.lines(ofOutdated: outdated, in: path, isReplaced: baselines.writeBaseline != nil))
        }
        if let path = baselines.writeBaseline {
            let file = try ResultFile(file: path)
            try file.write(Baseline(summary.failed).json)
            try file.complete()
        }
        if summary.tally.omittedResults > 0 {
            StandardStream.error.write(lines: [
                "podscore: note: \(summary.tally.omittedResults) results are left out of the report, since its format has a limit"
            ])
        }
        let needsScore = scan.makesDemands && !allowEmpty
        // An invalid document has its own line.
        if summary.tally.judged == 0, summary.tally.invalid == 0, !scan.endsAsKubesec {
            StandardStream.error.write(lines: [Self.line(ofNothingScored: summary.tally, needsScore: needsScore)])
        }
        let status = summary.tally.status(failed: exitCode.map(Int32.init), needsScore: needsScore)
        guard status == 0 else { throw ExitCode(status) }
    }

    /// Says that nothing was scored; with a demand, that this is an error.
    private static func line(ofNothingScored tally: ScanTally, needsScore: Bool) -> String {
        guard needsScore else { return "podscore: note: nothing was scored; \(tally.sentence)" }
        return "podscore: nothing was scored, so nothing was checked; \(tally.sentence). If that is expected, use --allow-empty"
    }

    /// The maximum number of outdated entries that are named.
    private static let outdatedLimit = 20

    private static func lines(ofOutdated outdated: [String], in path: String, isReplaced: Bool) -> [String] {
        let noun = outdated.count == 1 ? "entry" : "entries"
        let remedy = isReplaced ? ", removed from the new one" : "; refresh with --write-baseline"
        var lines = ["podscore: note: \(path) has \(outdated.count) outdated \(noun)\(remedy)"]
        lines += outdated.prefix(outdatedLimit).map { "    \($0)" }
        if outdated.count > outdatedLimit { lines.append("    and \(outdated.count - outdatedLimit) more") }
        return lines
    }
}
