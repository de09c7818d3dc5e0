package import Cluster
import ClusterAudit
package import KubernetesAPI
package import Metrics
import Platform
import PolicySources
import Synchronization

/// Audits a cluster again and again, and writes what follows from it.
///
/// A class because the thread that audits and the pages share its state.
package final class AuditLoop: Sendable {
    /// The end of a pass, and when the next one begins unless policies change.
    package struct Event: Sendable {
        /// The pass.
        package let record: PassRecord
        /// The failed passes in a row.
        package let failureCount: Int
        /// The time to the next pass; `nil` if the controller ends.
        package let nextIn: Duration?
    }

    private struct State {
        var schedule: PassSchedule
        /// Whether the status may have changed since it was last written.
        var owesStatus = false
        var record: PassRecord?
        var page: AuditPage?
    }

    private let client: APIClient
    private let timings: PassTimings
    private let workloads: KnownWorkloads
    private let version: String
    private let outputs: ControllerOutputs
    private let facts: @Sendable () -> PolicyFacts?
    private let environment: ClientEnvironment
    private let metrics: ControllerMetrics
    private let report: @Sendable (Event) -> Void
    private let state: Mutex<State>
    private let passWakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let statusWakes = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// Prepares to audit; nothing is sent before ``run()``.
    ///
    /// - Parameters:
    ///   - client: reads the cluster.
    ///   - timings: how long it waits for what.
    ///   - workloads: the kinds that are workloads.
    ///   - version: the program's version, for the page.
    ///   - outputs: what it writes.
    ///   - environment: clocks and random numbers.
    ///   - metrics: counts passes, and shows what was found.
    ///   - facts: tells the policies in force and the Namespaces; `nil` until they are known.
    ///   - report: takes the end of each pass.
    package init(
        through client: APIClient,
        timings: PassTimings = PassTimings(),
        workloads: KnownWorkloads = .standard,
        version: String = "",
        outputs: ControllerOutputs,
        environment: ClientEnvironment = ClientEnvironment(),
        metrics: ControllerMetrics,
        facts: @escaping @Sendable () -> PolicyFacts?,
        report: @escaping @Sendable (Event) -> Void
    ) {
        self.client = client
        self.timings = timings
        self.workloads = workloads
        self.version = version
        self.outputs = outputs
        self.environment = environment
        self.metrics = metrics
        self.facts = facts
        self.report = report
        let time = PassSchedule.Time(now: environment.now(), unixSeconds: environment.unixSeconds())
        state = Mutex(State(schedule: PassSchedule(timings, at: time, random: environment.random())))
    }

    /// The last pass that ended; `nil` before the first one.
    package var record: PassRecord? { state.withLock { $0.record } }

    /// The last audit that has read all Pods; `nil` before the first one.
    package var page: AuditPage? { state.withLock { $0.page } }

    /// Whether a pass is in progress.
    package var isAuditing: Bool { state.withLock { $0.schedule.isRunning } }

    /// Notes that the policies in force have changed: their status is written soon, and a pass follows.
    package func policiesChanged() {
        state.withLock { state in
            state.schedule.policiesChanged(at: environment.now())
            state.owesStatus = true
        }
        passWakes.continuation.yield()
        statusWakes.continuation.yield()
    }

    /// Audits and writes until the task is cancelled; runs on a ``DedicatedThread``, because it decodes and decides.
    package func run() async {
        await withTaskGroup { group in
            group.addTask { await self.repeatPasses() }
            let writers = [outputs.writeStatus, outputs.writeFloor].compactMap { $0 }
            if !writers.isEmpty { group.addTask { await self.repeatStatus(writers) } }
            if let followDenials = outputs.followDenials { group.addTask { await followDenials() } }
        }
    }

    private var time: PassSchedule.Time { PassSchedule.Time(now: environment.now(), unixSeconds: environment.unixSeconds()) }

    /// Today in UTC.
    private var today: CivilDate { CivilDate(UnixTime(seconds: environment.unixSeconds())) }

    // MARK: Passes

    private func repeatPasses() async {
        while !Task.isCancelled {
            let (time, random) = (time, environment.random())
            guard state.withLock({ $0.schedule.begin(at: time, random: random) }) else {
                await waitForPass()
                continue
            }
            guard let facts = facts() else {
                state.withLock { $0.schedule.postpone(at: environment.now()) }
                continue
            }
            await pass(knowing: facts)
        }
    }

    /// Waits until the next pass is due, or until that may have changed.
    private func waitForPass() async {
        let (now, deadline) = (environment.now(), state.withLock { $0.schedule.deadline })
        let wait = deadline.map { max($0 - now, .zero) } ?? timings.interval
        let timer = Task { [environment, passWakes] in
            // A timer that is cancelled must not wake the next wait.
            guard (try? await environment.sleep(wait)) != nil else { return }
            passWakes.continuation.yield()
        }
        for await _ in passWakes.stream { break }
        timer.cancel()
    }

    private func pass(knowing facts: PolicyFacts) async {
        let start = environment.now()
        let decider = AuditDecider(policies: facts.policies, namespaces: facts.namespaces, today: today, workloads: workloads)
        let pass = AuditPass(
            client: client,
            decider: decider,
            pulse: PassPulse(limit: timings.pauseLimit, now: environment.now),
            beginReports: outputs.beginReports
        ) { [self] audit in
            metrics.replace(owners: audit.ownerCounts, gapCount: audit.gaps.count)
            let page = AuditPage(audit, decidedBy: decider, readAt: environment.now(), version: version)
            state.withLock { $0.page = page }
        }
        let ending = await pass.run()
        let (now, random) = (environment.now(), environment.random())
        let record = PassRecord(
            result: ending.result,
            reason: ending.reason,
            findings: ending.findings,
            seconds: (now - start) / .seconds(1),
            unixSeconds: environment.unixSeconds()
        )
        metrics.record(record.result, seconds: record.seconds, atUnixSeconds: record.unixSeconds)
        let (failureCount, deadline) = state.withLock { state in
            state.record = record
            state.owesStatus = true
            state.schedule.end(failed: record.result == .failed || record.result == .cut, at: now, random: random)
            return (state.schedule.failureCount, state.schedule.deadline)
        }
        report(Event(record: record, failureCount: failureCount, nextIn: Task.isCancelled ? nil : deadline.map { max($0 - now, .zero) }))
        statusWakes.continuation.yield()
    }

    // MARK: Status

    /// Writes the status and the floor after each change of policies and after each pass, which may see other Namespaces and another day.
    private func repeatStatus(_ writers: [@Sendable (PolicyFacts, CivilDate) async -> Void]) async {
        for await _ in statusWakes.stream where state.withLock({ $0.owesStatus }) {
            try? await environment.sleep(timings.statusGathering)
            guard !Task.isCancelled else { return }
            if let facts = facts() {
                state.withLock { $0.owesStatus = false }
                for write in writers { await write(facts, today) }
            } else {
                try? await environment.sleep(timings.readinessWait)
                statusWakes.continuation.yield()
            }
        }
    }
}
