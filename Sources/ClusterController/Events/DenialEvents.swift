package import Cluster
import ClusterAudit
import KubernetesAPI
package import Platform
import Synchronization

/// Tells the owners of Deployments and CronJobs, by an Event, that their Pods are denied.
///
/// Kubernetes tells it only on the ReplicaSet or Job, which few people look at. A class because the tasks that read and write share its
/// state.
package final class DenialEvents: Sendable {
    /// An event for metrics and logs.
    package enum Report: Sendable, Equatable {
        /// An Event was written, or was not.
        case wrote(WriteOutcome)
        /// A denial is told by no Event, because there were too many at once.
        case dropped
        /// The present problems, one line each, whenever they change; none while all goes well.
        case problems([String])
    }

    /// The most Events of ReplicaSets and Jobs that are kept in memory, about 1 kB each.
    private static let keptLimit = 5_000
    /// The most lookups and writes of a second.
    private static let pace = 5
    /// How often the schedule is looked at while nothing is due.
    private static let pause = Duration.seconds(1)

    private struct State {
        var schedule = DenialSchedule()
        var readingProblem: String?
        var writingProblem: String?
    }

    private let client: APIClient
    private let writer: ObjectWriter
    private let environment: ClientEnvironment
    private let timings: ReflectorTimings
    private let budget: WriteBudget
    private let wallClock: @Sendable () -> UnixTime
    private let report: @Sendable (Report) -> Void
    private let state = Mutex(State())

    /// Prepares to follow Events; nothing is sent before ``run()``.
    ///
    /// - Parameters:
    ///   - client: reads Events, and the metadata of their objects.
    ///   - writer: writes Events.
    ///   - environment: the time for waits; that of the client.
    ///   - timings: the waits of the watch.
    ///   - wallClock: the time, beyond which the time of no Event is believed.
    ///   - report: is told what happens, on the dedicated thread.
    package init(
        _ client: APIClient,
        writer: ObjectWriter,
        environment: ClientEnvironment = ClientEnvironment(),
        timings: ReflectorTimings = ReflectorTimings(),
        wallClock: @escaping @Sendable () -> UnixTime = { .now },
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.client = client
        self.writer = writer
        self.environment = environment
        self.timings = timings
        self.wallClock = wallClock
        self.report = report
        budget = WriteBudget(limit: Self.pace, now: environment.now, sleep: environment.sleep)
    }

    /// Follows Events and writes others until the task is cancelled; on a dedicated thread.
    package func run() async {
        let thread = DedicatedThread()
        await thread.run { [self] in
            await withTaskGroup { group in
                group.addTask { await self.follow() }
                group.addTask { await self.write() }
            }
        }
        await thread.stop()
    }

    private func follow() async {
        let selection = ObjectSelection(atMost: Self.keptLimit) { [wallClock] event, header in
            FailedCreation(reading: event, header, at: wallClock()) != nil
        } drop: { [report] in
            report(.dropped)
        }
        let reflector = Reflector<FailedCreation?>(timings: timings, at: environment.now(), selection: selection) {
            [wallClock] event, header, _ in FailedCreation(reading: event, header, at: wallClock())
        }
        let query = [(name: "fieldSelector", value: "reason=\(FailedCreation.reason)")]
        var driver = ReflectorDriver(reflector, through: client, of: .events, query: query) { report in self.take(report) }
        await driver.run()
    }

    private func take(_ report: ReflectorDriver<FailedCreation?>.Report) {
        let now = environment.now()
        let droppedCount = state.withLock { state in
            var droppedCount = 0
            for change in report.changes {
                if case .set(let key, let object) = change, let creation = object.value {
                    if !state.schedule.set(key, creation, at: now) { droppedCount += 1 }
                } else {
                    state.schedule.remove(change.key)
                }
            }
            return droppedCount
        }
        for _ in 0..<droppedCount { self.report(.dropped) }
        if report.problem != nil || report.progress.isWatching { note(report.problem, as: \.readingProblem) }
    }

    private func write() async {
        while !Task.isCancelled {
            let step = state.withLock { $0.schedule.next(at: environment.now()) }
            guard let step else {
                try? await environment.sleep(Self.pause)
                continue
            }
            guard await budget.take() else { return }
            switch step {
            case .lookUp(let subject): await lookUp(subject)
            case .write(let event): await write(event)
            }
        }
    }

    private func lookUp(_ subject: OwnerIdentity) async {
        do throws(APIError) {
            let owner = try await OwnerLookup(client).owner(of: subject)
            state.withLock { $0.schedule.resolve(subject, owner: owner, at: environment.now()) }
            note(nil, as: \.writingProblem)
        } catch {
            state.withLock { $0.schedule.postpone(subject, at: environment.now()) }
            if !Task.isCancelled { note("\(error)", as: \.writingProblem) }
        }
    }

    private func write(_ event: DenialEvent) async {
        var outcome = WriteOutcome.gone
        if let name = ObjectName(event.name), let namespace = ObjectName(event.owner.namespace ?? "") {
            outcome = await writer.apply(event.json, to: .newEvents, namespace: namespace, name: name)
        }
        let now = environment.now()
        var problem: String?
        switch outcome {
        case .cancelled: return report(.wrote(outcome))
        case .failed(let reason):
            problem = reason
            state.withLock { $0.schedule.postpone(event, at: now) }
        case .conflict, .notInstalled: state.withLock { $0.schedule.postpone(event, at: now) }
        // One that is refused now is refused again: a Namespace that is being deleted takes no Event.
        case .refused(let reason), .unknownField(let reason):
            problem = reason
            state.withLock { $0.schedule.written(event, at: now) }
        case .written, .gone, .tooLarge: state.withLock { $0.schedule.written(event, at: now) }
        }
        report(.wrote(outcome))
        note(problem, as: \.writingProblem)
    }

    /// Replaces a problem, and reports all if that changes them.
    private func note(_ problem: String?, as place: WritableKeyPath<State, String?>) {
        let problems: [String]? = state.withLock { state in
            guard state[keyPath: place] != problem else { return nil }
            state[keyPath: place] = problem
            return [state.readingProblem, state.writingProblem].compactMap { $0 }
        }
        if let problems { report(.problems(problems)) }
    }
}
