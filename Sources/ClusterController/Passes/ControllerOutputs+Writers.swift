package import AdmissionPolicy
package import Cluster
import ClusterAudit
package import Metrics
import Platform
import Reports

extension ControllerOutputs {
    /// The parts of what a controller writes.
    package struct Parts: Sendable {
        /// Whether reports are written.
        package var reports = true
        /// Whether the status of policies and waivers is written.
        package var status = true
        /// Whether Events are written.
        package var events = true
        /// The owner of the floor; `nil` if none is kept.
        package var floor: ExportedPolicy.Owner?

        /// All parts.
        package init() {}

        /// The names of the parts that are written, for messages.
        package var names: [String] {
            [(reports, "reports"), (status, "status"), (events, "Events"), (floor != nil, "the floor")].compactMap { $0 ? $1 : nil }
        }
    }

    /// Writes through a client, all parts together at most 20 objects a second.
    ///
    /// - Parameters:
    ///   - client: reads and writes the cluster.
    ///   - parts: what is written.
    ///   - environment: clocks.
    ///   - metrics: counts the writes.
    ///   - note: takes what was done and what went wrong, for the log.
    package init(
        _ client: APIClient,
        parts: Parts,
        environment: ClientEnvironment,
        metrics: ControllerMetrics,
        note: @escaping @Sendable (ControllerNote) -> Void
    ) {
        self.init()
        let budget = WriteBudget(now: environment.now, sleep: environment.sleep)
        if parts.reports {
            let sync = ReportSync(client, budget: budget)
            beginReports = { await Self.survey(by: sync, metrics: metrics, note: note) }
        }
        if parts.status {
            let writer = StatusWriter(client, writer: ObjectWriter(client, budget: budget)) { UnixTime(seconds: environment.unixSeconds()) }
            writeStatus = { facts, today in
                let result = await writer.write(beside: facts.files, namespaces: facts.namespaces, on: today)
                for outcome in result.outcomes { metrics.record(.status, outcome.label) }
                note(ControllerNote(status: result))
            }
        }
        if let owner = parts.floor {
            let writer = FloorWriter(client, budget: budget, owner: owner)
            writeFloor = { facts, today in
                let result = await writer.write(facts.policies, on: today)
                for (outcome, count) in [("written", result.written.count), ("deleted", result.deleted.count)] where count > 0 {
                    metrics.record(.floor, outcome, count: count)
                }
                if !result.problems.isEmpty { metrics.record(.floor, "failed", count: result.problems.count) }
                note(ControllerNote(floor: result))
            }
        }
        if parts.events {
            let events = DenialEvents(client, writer: ObjectWriter(client, budget: budget), environment: environment) { report in
                switch report {
                case .wrote(let outcome): metrics.record(.event, outcome.label)
                case .dropped: metrics.recordDroppedEvent()
                case .problems(let problems): note(ControllerNote(subject: .event, summary: "", problems: problems))
                }
            }
            followDenials = { await events.run() }
        }
    }

    /// Lists the reports that exist, and returns what writes those of the pass.
    private static func survey(
        by sync: ReportSync,
        metrics: ControllerMetrics,
        note: @escaping @Sendable (ControllerNote) -> Void
    ) async -> WriteReports {
        do throws(APIError) {
            let survey = try await sync.survey(ClusterReading.Scope())
            return { audit, decider, pulse in
                let tally = await sync.write(audit, decidedBy: decider, after: survey, whileCurrent: { pulse.beat() })
                for event in ReportTally.Event.writes { metrics.record(.report, event.rawValue, count: tally[event]) }
                note(ControllerNote(reports: tally))
                return tally.interruption
            }
        } catch {
            let problem = "reports stay as they are: \(error)"
            return { _, _, _ in
                note(ControllerNote(subject: .report, summary: "", problems: [problem]))
                return problem
            }
        }
    }
}

extension ReportTally.Event {
    /// The events that are writes, also those that failed.
    static let writes: [Self] = [.created, .updated, .deleted, .left, .refused, .failed]
}

extension ControllerNote {
    /// Counts what was written of the reports.
    init(reports tally: ReportTally) {
        guard tally.api != nil else {
            let apis = ReportAPI.allCases.map(\.apiVersion).joined(separator: " nor ")
            self.init(subject: .report, summary: "", problems: ["no reports are written, because the cluster has neither \(apis)"])
            return
        }
        let counts = ReportTally.Event.writes.filter { tally[$0] > 0 }.map { "\(tally[$0]) \($0.rawValue)" }
        let shortened = tally.shortened > 0 ? ["\(tally.shortened) with fewer results"] : []
        self.init(subject: .report, summary: (counts + shortened).joined(separator: ", "), problems: tally.problems)
    }

    /// Names what was deleted of the floor; what is left out is a problem to know about, which is logged once.
    init(floor result: ExportSync.Result) {
        let omissions = result.omissions.map { "the floor is not the whole policy: \($0)" }
        let summary = result.deleted.isEmpty ? "" : "deleted \(result.deleted.joined(separator: ", "))"
        self.init(subject: .floor, summary: summary, problems: result.problems + omissions)
    }

    /// Counts what was written of the status.
    init(status result: StatusResult) {
        let counts = Dictionary(result.outcomes.map { ($0.label, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
        self.init(subject: .status, summary: counts.map { "\($0.value) \($0.key)" }.joined(separator: ", "), problems: result.problems)
    }
}

extension WriteOutcome {
    /// The outcome in one word, for metrics.
    var label: String {
        switch self {
        case .written: "written"
        case .conflict: "conflict"
        case .gone: "gone"
        case .tooLarge: "too_large"
        case .unknownField: "unknown_field"
        case .notInstalled: "not_installed"
        case .refused: "refused"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }
}
