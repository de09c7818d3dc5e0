import AdmissionPolicy
import ArgumentParser
import Cluster
import ClusterAudit
import KubernetesAPI
import Platform
import PodScoring
import PolicySources
import Reports
import Scanning

/// The command `podscore audit [PATH…]`.
struct AuditCommand: AsyncParsableCommand {
    /// The name and the summary.
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Decide what already runs, as admission would decide it.",
        usage: "podscore audit [PATH...] [OPTIONS]",
        discussion: """
            Without PATH it asks the cluster, as kubectl reaches it, or from a Pod with
            the Pod's service account. PATH is the output of kubectl get -o json or
            -o yaml, and - is standard input.

            There is one result for each top owner: the Deployment of a Pod, the
            CronJob of a Job, or the Pod itself if it has none. It is the worst of the
            owner's Pods. Workloads without Pods are decided by their template.
            Finished Pods and Pods that are being deleted do not count.

            In a cluster its ScorePolicy and ScoreWaiver objects decide, and the labels
            of Namespaces. --policy adds the files of the server, which win. Without
            any policy the built-in default applies, which denies nothing.

            Nobody knows who created what runs, so no exemption of a user, a group or a
            service account applies.

            Exit status 0 if everything passed, 1 if something would be denied. 2 if
            something could not be read, so that the result is partial, or if nothing
            was found (--allow-empty: 0).

            With --waive-existing it writes a ScoreWaiver for each owner that violates
            the strongest level of its policy, and lists those that no waiver admits;
            then 1 means that there are such owners.

            Examples:
              podscore audit
              podscore audit -n payments --policy policies
              podscore audit --summary --minimum-score 9 --require RunAsNonRoot
              podscore audit --format html --output podscore.html
              kubectl get all -A -o json | podscore audit --policy policies -
              podscore audit --format openreports | kubectl apply --server-side -f -
              podscore audit -n payments --policy next \\
                --waive-existing --owner payments --expires 2027-06-30
            """
    )

    @Argument(
        help: ArgumentHelp("Files with the output of kubectl get; - is standard input.", valueName: "path"),
        completion: .file()
    )
    var paths: [String] = []

    @OptionGroup var scope: AuditScopeOptions

    @OptionGroup(title: "Cluster") var access: ClusterAccessOptions

    @OptionGroup(title: "Results") var report: AuditReportOptions

    @Option(name: .long, help: ArgumentHelp("The exit status if something would be denied (default: 1).", valueName: "status"))
    var exitCode: UInt8?

    @Flag(name: .long, help: "Exit with status 0 if nothing was found.")
    var allowEmpty = false

    @OptionGroup(title: "Policy") var policies: AuditPolicyOptions

    @OptionGroup var workloads: WorkloadOptions

    @OptionGroup(title: "Waivers") var waivers: WaiverOptions

    @OptionGroup(title: "Thresholds") var thresholds: ThresholdOptions

    @Option(name: .long, help: "The ruleset for thresholds (default: \(RulesetName.standard)).")
    var ruleset: RulesetName?

    /// Rejects options that contradict each other or that would have no effect.
    func validate() throws {
        try thresholds.validate(beside: policies.policy)
        guard ruleset == nil || thresholds.areGiven else {
            throw ValidationError("--ruleset needs --minimum-score, --require or --forbid; a policy has spec.ruleset instead")
        }
        if waivers.waiveExisting, let option = report.firstGiven {
            throw ValidationError("\(option) cannot be combined with --waive-existing")
        }
        guard !paths.isEmpty else { return }
        if let option = access.firstGiven { throw ValidationError("\(option) cannot be combined with PATH") }
        guard !policies.ignorePolicyObjects else { throw ValidationError("--ignore-policy-objects cannot be combined with PATH") }
    }

    /// Audits what runs and writes one report, or waivers.
    mutating func run() async throws {
        HeapSettings.apply()
        let waiving = try waivers.settings(on: policies.date.day)
        if paths.contains("-"), StandardInput.isTerminal {
            StandardStream.error.write(lines: ["podscore: reading the output of kubectl from the terminal; end it with Ctrl-D"])
        }
        let file = try ResultFile(report.output)
        let (audit, decider) = try await paths.isEmpty ? auditOfCluster() : auditOfInput()
        if let waiving { return try write(ExistingWaivers(for: audit.owners, decidedBy: decider, waiving), of: audit, to: file) }
        let tally = try write(audit, decider, to: file)
        try file.complete()
        // On a terminal the table has the gaps already.
        settle(audit, showsGaps: !report.form.isWatched || report.summary || !StandardStream.error.isTerminal)
        try end(tally)
    }

    private func write(_ audit: Audit, _ decider: AuditDecider, to file: ResultFile) throws -> ScanTally {
        if let api = report.format?.api {
            return try AuditReports(api, decidingBy: decider).write(audit) { piece in try file.write(piece) }
        }
        let encoder = report.form.encoder(weighedBy: decider.policies.policies.first?.ruleset ?? .podscoreV1, hasBaseline: false)
        return try audit.write(by: encoder, decidedBy: decider) { bytes in try file.write(bytes) }
    }

    /// Audits the cluster.
    private func auditOfCluster() async throws -> (Audit, AuditDecider) {
        let configuration = try access.userConfiguration()
        let session = ClusterSession(configuration: configuration, environment: access.environment(for: configuration))
        let line = AuditProgress()
        let run = ClusterAuditRun(
            demands: try demands(),
            scope: scope.scope,
            today: policies.date.day,
            workloads: workloads.known,
            progress: { line.show($0) }
        )
        let result: ClusterAuditRun.Outcome
        do throws(CommandFailure) {
            result = try await session.run { (client) async throws(APIError) in try await run.audit(with: client) }
        } catch {
            line.clear()
            throw error
        }
        line.clear()
        StandardStream.error.write(lines: result.warnings)
        return (result.audit, result.decider)
    }

    /// Audits the output of kubectl.
    private func auditOfInput() throws -> (Audit, AuditDecider) {
        let set = try thresholdPolicies() ?? loadedPolicies().policies
        let decider = AuditDecider(policies: set, namespaces: nil, today: policies.date.day, workloads: workloads.known)
        let line = AuditProgress()
        var reading = InputReading(
            decidingBy: decider,
            namespace: scope.namespace,
            selector: scope.selector,
            readsNamespaces: !thresholds.areGiven
        ) { line.show($0) }
        defer { line.clear() }
        try reading.read(paths)
        let audit = reading.audit()
        line.clear()
        let notes = [reading.skippedLine, reading.missingKindsLine, reading.missingLabelsLine].compactMap(\.self)
        StandardStream.error.write(lines: notes.map { "podscore: note: \($0)" })
        return (audit, reading.decider)
    }

    /// Reads the policies that decide in a cluster.
    private func demands() throws -> ClusterAuditRun.Demands {
        if let set = try thresholdPolicies() { return .thresholds(set) }
        let files = try loadedPolicies()
        return policies.ignorePolicyObjects ? .files(files) : .filesAndObjects(files)
    }

    private func thresholdPolicies() throws -> PolicySet? {
        guard thresholds.areGiven else { return nil }
        return try thresholds.policies(
            orFrom: nil,
            ownNamespace: policies.ownNamespace,
            today: policies.date.day,
            under: (ruleset ?? .standard).ruleset
        )
    }

    private func loadedPolicies() throws -> LoadedPolicies {
        let loaded = try PolicyFiles.load(
            policies.policy,
            ownNamespace: policies.ownNamespace,
            today: policies.date.day,
            knowsNamespaceLabels: true
        )
        StandardStream.error.write(lines: loaded.warnings)
        return loaded
    }

    /// Says beside the results what they do not show, or what a reader of them may miss.
    func settle(_ audit: Audit, showsGaps: Bool) {
        var lines: [String] = []
        if !thresholds.areGiven {
            let effect = "so exemptions of users, groups and service accounts do not apply"
            lines.append("podscore: note: the creator of a running Pod is unknown, \(effect)")
        }
        if !audit.isComplete {
            if showsGaps { lines += audit.gaps.map { "podscore: \($0.text)" } }
            lines.append("podscore: the result is partial: what is not listed may run all the same")
        }
        StandardStream.error.write(lines: lines)
    }

    private func end(_ tally: ScanTally) throws {
        if tally.omittedResults > 0 {
            StandardStream.error.write(lines: [
                "podscore: note: \(tally.omittedResults) results are left out of the report, since its format has a limit"
            ])
        }
        if tally.judged == 0, tally.invalid == 0 { sayThatNothingWasFound() }
        let status = tally.status(failed: exitCode.map(Int32.init), needsScore: !allowEmpty)
        guard status == 0 else { throw ExitCode(status) }
    }

    /// Says that there is no result, and how to expect that.
    func sayThatNothingWasFound() {
        let end = allowEmpty ? "" : ". If that is expected, use --allow-empty"
        StandardStream.error.write(lines: ["podscore: nothing that runs was found, so nothing was decided\(end)"])
    }
}
