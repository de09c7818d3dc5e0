import AdmissionPolicy
import ClusterAudit
import ClusterController
import KubernetesAPI
import Metrics
import PodScoring
import Synchronization

@testable import Cluster

/// A controller beside a server, with a clock that the test moves.
///
/// A class because the loop reports to it.
final class ControlledCluster: Sendable {
    /// A call of the writer of reports.
    struct Written: Sendable, Equatable {
        /// The owners with their outcomes.
        let owners: [String]
        /// The day by which they were decided.
        let today: CivilDate
        /// Whether the audit was complete.
        let isComplete: Bool
    }

    private struct Seen {
        var events: [AuditLoop.Event] = []
        var began = 0
        var written: [Written] = []
        var statuses: [Duration] = []
        var facts: PolicyFacts?
    }

    let server: WritableServer
    let clock: ManualClock
    let metrics = ControllerMetrics()
    private let seen = Mutex(Seen())

    /// Starts a server with a Deployment of two Pods, of which one uses `hostPID`.
    init(_ server: WritableServer? = nil, clock: ManualClock = ManualClock()) throws {
        self.clock = clock
        let given = server
        self.server = try given ?? WritableServer()
        if given == nil {
            put("deployments", AuditedCluster.workload("web", uid: "d1"))
            put("replicasets", AuditedCluster.workload("web-5d4f", uid: "r1", owner: "Deployment/web/d1"))
            put("pods", AuditedCluster.pod("web-a", owner: "ReplicaSet/web-5d4f/r1"))
            put("pods", AuditedCluster.pod("web-b", owner: "ReplicaSet/web-5d4f/r1", hostPID: true))
        }
        setFacts(Self.facts())
    }

    /// Adds a Pod, Deployment or ReplicaSet as a user.
    func put(_ plural: String, _ json: String) {
        let kind = ["pods": "Pod", "deployments": "Deployment", "replicasets": "ReplicaSet"][plural] ?? ""
        let resource = APIResource(group: kind == "Pod" ? "" : "apps", version: "v1", plural: plural)
        server.put(resource, #"{"apiVersion":"\#(kind == "Pod" ? "v1" : "apps/v1")","kind":"\#(kind)","# + json.dropFirst())
    }

    /// The facts with the policy of ``AuditedCluster``; `nil` for none.
    static func facts(forbidding rule: String = "HostPID") -> PolicyFacts? {
        var enforce = ScorePolicy.Level()
        enforce.forbid = [rule]
        let policy = ScorePolicy(
            name: "strict",
            namespaces: [NamePattern("*")],
            ruleset: .podscoreV1,
            enforce: enforce,
            workloads: .enforce
        )
        let set = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        var namespaces = NamespaceDirectory(keeping: set.labelKeys)
        namespaces.set("shop") { _ in nil }
        return PolicyFacts(policies: set, files: set, namespaces: namespaces)
    }

    func setFacts(_ facts: PolicyFacts?) { seen.withLock { $0.facts = facts } }

    /// The passes that ended.
    var events: [AuditLoop.Event] { seen.withLock { $0.events } }
    var results: [ControllerMetrics.PassResult] { events.map(\.record.result) }
    /// How often the reports that exist were looked at.
    var beganCount: Int { seen.withLock { $0.began } }
    var written: [Written] { seen.withLock { $0.written } }
    /// When status was written.
    var statuses: [Duration] { seen.withLock { $0.statuses } }

    /// A loop whose writes are recorded; `whileWriting` is called before the pulse is asked.
    func loop(
        _ timings: PassTimings = PassTimings(),
        whileWriting: @escaping @Sendable () -> Void = {}
    ) throws -> AuditLoop {
        var outputs = ControllerOutputs()
        outputs.beginReports = { [self] in
            seen.withLock { $0.began += 1 }
            return { audit, decider, pulse in
                whileWriting()
                guard pulse.beat() else { return nil }
                let owners = audit.owners.map { "\($0.identity.title) \($0.worst.decision.outcome)" }
                self.seen.withLock { seen in
                    seen.written.append(Written(owners: owners, today: decider.today, isComplete: audit.isComplete))
                }
                return nil
            }
        }
        outputs.writeStatus = { [self] _, _ in
            let time = clock.elapsed
            seen.withLock { $0.statuses.append(time) }
        }
        return try loop(timings, outputs: outputs)
    }

    /// The writer of reports of a real controller.
    func reportWriter() throws -> ControllerOutputs {
        var parts = ControllerOutputs.Parts()
        (parts.status, parts.events) = (false, false)
        return try writers(of: parts)
    }

    /// Some of the writers of a real controller.
    func writers(of parts: ControllerOutputs.Parts, note: @escaping @Sendable (ControllerNote) -> Void = { _ in }) throws
        -> ControllerOutputs
    {
        var environment = ClientEnvironment()
        clock.apply(to: &environment)
        return ControllerOutputs(
            try server.client { clock.apply(to: &$0) },
            parts: parts,
            environment: environment,
            metrics: metrics,
            note: note
        )
    }

    /// A loop with given outputs.
    func loop(_ timings: PassTimings = PassTimings(), outputs: ControllerOutputs) throws -> AuditLoop {
        var environment = ClientEnvironment()
        clock.apply(to: &environment)
        return AuditLoop(
            through: try server.client { clock.apply(to: &$0) },
            timings: timings,
            outputs: outputs,
            environment: environment,
            metrics: metrics,
            facts: { [self] in seen.withLock { $0.facts } },
            report: { [self] event in seen.withLock { $0.events.append(event) } }
        )
    }

    /// Lets a loop run while a closure uses it.
    func run(_ loop: AuditLoop, while body: (AuditLoop) async throws -> Void) async throws {
        let task = Task { await loop.run() }
        do {
            try await body(loop)
        } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        await task.value
    }

    /// Waits until a number of passes have ended and the loop waits for the next one.
    func waitForPass(_ count: Int) async {
        while events.count < count { await Task.yield() }
    }

    /// Waits until somebody waits until a time since the start.
    func waitForWait(until time: Duration) async {
        while !clock.waits.contains(time) { await Task.yield() }
    }

    /// Moves the clock to a time since the start, as soon as somebody waits for it.
    func advance(to time: Duration) async {
        await waitForWait(until: time)
        clock.advance(by: time - clock.elapsed)
    }
}
