package import Cluster
package import ClusterAudit
import KubernetesAPI
import Reports
import TLS

/// Brings the reports of a cluster in line with the result of an audit.
///
/// A report is written only if its content has changed or somebody else has edited it, so a pass over an unchanged cluster writes nothing.
/// Nothing in a report depends on the writer or the time, so two controllers write the same bytes; each replaces or deletes only the version
/// that it saw.
package struct ReportSync: Sendable {
    /// How old a survey may be for a deletion.
    ///
    /// A process that was stopped meanwhile must not delete what another one has seen since. After a long pass the next one deletes.
    static let deletionAge = Duration.seconds(5 * 60)
    /// The failures in a row after which a pass ends, since the server is down.
    static let failureLimit = 5

    private let client: APIClient
    private let budget: WriteBudget

    /// Writes through a client; all writers of a process share one budget.
    package init(_ client: APIClient, budget: WriteBudget) {
        self.client = client
        self.budget = budget
    }

    /// Lists the reports that exist; call it before anything else of a pass is read.
    package func survey(_ scope: ClusterReading.Scope) async throws(APIError) -> ReportSurvey {
        try await ReportSurvey(client, of: scope, at: budget.now())
    }

    /// Writes the reports of a result that was read after a survey, and then deletes those without an owner.
    ///
    /// If not all Pods were read nothing is written, because a report could then look better than the truth. If anything else was not read
    /// nothing is deleted. A cancelled task stops between two reports, and so does one whose result is outdated.
    package func write(
        _ audit: Audit,
        decidedBy decider: AuditDecider,
        after survey: ReportSurvey,
        whileCurrent isCurrent: @escaping @Sendable () -> Bool = { true }
    ) async -> ReportTally {
        guard let api = survey.api else { return ReportTally(nil) }
        var run = ReportRun(api: api, store: ReportStore(api, client: client, budget: budget), isCurrent: isCurrent)
        guard audit.hasAllPods else {
            run.tally.interruption = "reports stay as they are, because not all Pods were read"
            return run.tally
        }
        var plan = ReportPlan(survey.reports)
        for owner in audit.owners {
            guard run.goesOn() else { return run.tally }
            await run.write(owner, decidedBy: decider, by: &plan)
        }
        guard audit.isComplete, survey.scope.selector == nil else { return run.tally }
        for report in plan.leftovers {
            guard run.goesOn(), isFresh(survey, &run.tally) else { return run.tally }
            await run.delete(report, of: api)
        }
        for (api, report) in survey.others where !run.unstored.contains(report.key) {
            guard run.goesOn() else { return run.tally }
            await run.delete(report, of: api)
        }
        return run.tally
    }

    private func isFresh(_ survey: ReportSurvey, _ tally: inout ReportTally) -> Bool {
        guard budget.now() - survey.begin > Self.deletionAge else { return true }
        tally.interruption = "reports without an owner stay until the next pass, because this one took long"
        return false
    }
}

/// One pass over the reports.
private struct ReportRun {
    let api: ReportAPI
    let store: ReportStore
    /// Whether the result is not outdated.
    let isCurrent: @Sendable () -> Bool
    var tally: ReportTally
    /// The reports that the cluster shall have and that were not stored.
    var unstored: Set<ReportKey> = []
    private var failuresInARow = 0

    init(api: ReportAPI, store: ReportStore, isCurrent: @escaping @Sendable () -> Bool) {
        self.api = api
        self.store = store
        self.isCurrent = isCurrent
        tally = ReportTally(api)
    }

    /// Whether the next report can be written.
    mutating func goesOn() -> Bool {
        if Task.isCancelled {
            tally.interruption = "the pass was cancelled"
        } else if !isCurrent() {
            tally.interruption = "the pass was paused, so its result may be outdated"
        }
        return tally.interruption == nil
    }

    /// Writes the report of an owner unless the cluster has it.
    mutating func write(_ owner: AuditedOwner, decidedBy decider: AuditDecider, by plan: inout ReportPlan) async {
        let scope = owner.reportScope
        let key = ReportKey(namespace: scope.namespace ?? "", name: scope.reportName)
        guard let report = owner.report(decidedBy: decider) else { return plan.keep(key) }
        let bytes = ReportObjectList(api).item(report)
        guard let digest = try? SHA256.hexDigest(of: [bytes]) else {
            plan.keep(key)
            return count(.failed("no SHA-256 digest"), key)
        }
        let content = String(digest.prefix(Self.digestLength))
        switch plan.step(for: key, content: content) {
        case .keep: tally.count(.unchanged)
        case .create: count(await store.create(report, content, at: key), key)
        case .replace(let stored): count(await store.replace(stored, by: report, content), key)
        }
    }

    /// The hexadecimal digits of a digest that are stored; half of them, because each byte is stored with every workload.
    private static let digestLength = 32

    /// Deletes a report that was seen.
    mutating func delete(_ report: StoredReport, of api: ReportAPI) async {
        count(await store.delete(report, of: api), report.key)
    }

    private mutating func count(_ fate: ReportStore.Fate, _ key: ReportKey) {
        var isFailure = false
        switch fate {
        case .event(let event):
            tally.count(event)
            if event == .left { unstored.insert(key) }
        case .shortened(let event):
            tally.count(event)
            tally.shortened += 1
        case .refused(let text):
            tally.count(.refused, problem: text)
            unstored.insert(key)
        case .failed(let text):
            tally.count(.failed, problem: text)
            unstored.insert(key)
            isFailure = true
        case .notInstalled: tally.interruption = "\(api.apiVersion) is not installed any more"
        case .cancelled: tally.interruption = "the pass was cancelled"
        }
        failuresInARow = isFailure ? failuresInARow + 1 : 0
        if failuresInARow == ReportSync.failureLimit {
            tally.interruption = "the API server failed \(failuresInARow) times in a row"
        }
    }
}
