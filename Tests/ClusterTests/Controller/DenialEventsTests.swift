import ClusterController
import KubernetesAPI
import NIOHTTP1
import Platform
import Synchronization
import Testing

@testable import Cluster

/// Events on the owners of Pods that are denied, in a cluster.
struct DenialEventsTests {
    private static let replicaSets = APIResource(group: "apps", version: "v1", plural: "replicasets")
    private static let deployments = APIResource(group: "apps", version: "v1", plural: "deployments")
    private static let jobs = APIResource(group: "batch", version: "v1", plural: "jobs")
    private static let cronJobs = APIResource(group: "batch", version: "v1", plural: "cronjobs")

    /// An Event of a ReplicaSet or Job, as Kubernetes writes it.
    private static func event(
        _ name: String = "e",
        _ kind: String = "ReplicaSet",
        _ subject: String = "web-1",
        uid: String = "uid-web-1",
        count: Int = 1
    )
        -> String
    {
        let message = #"Error creating: admission webhook \"pods.podscore.dev\" denied the request: Pod shop/\#(subject)-* scores 4"#
        let group = kind == "Job" ? "batch" : "apps"
        return #"{"apiVersion":"v1","kind":"Event","metadata":{"name":"\#(name)","namespace":"shop"},"reason":"FailedCreate","#
            + #""involvedObject":{"apiVersion":"\#(group)/v1","kind":"\#(kind)","namespace":"shop","name":"\#(subject)","uid":"\#(uid)"},"#
            + #""message":"\#(message)","count":\#(count),"type":"Warning"}"#
    }

    /// A workload, with its controller if it has one.
    private static func workload(_ kind: String, _ name: String, ownedBy owner: (kind: String, name: String, group: String)? = nil)
        -> String
    {
        let group = ["Job", "CronJob"].contains(kind) ? "batch" : "apps"
        let owners = owner.map {
            #","ownerReferences":[{"apiVersion":"\#($0.group)/v1","kind":"\#($0.kind)","name":"\#($0.name)","uid":"uid-\#($0.name)","controller":true}]"#
        }
        return
            #"{"apiVersion":"\#(group)/v1","kind":"\#(kind)","metadata":{"name":"\#(name)","namespace":"shop","uid":"uid-\#(name)"\#(owners ?? "")}}"#
    }

    /// The reports; a class because the thread of the watch adds to them.
    private final class Log: Sendable {
        private let reports = Mutex<[DenialEvents.Report]>([])

        var all: [DenialEvents.Report] { reports.withLock { $0 } }

        func add(_ report: DenialEvents.Report) { reports.withLock { $0.append(report) } }
    }

    /// A clock that can be moved forward; a class because the thread of the watch reads it.
    private final class MovedClock: Sendable {
        private let offset = Mutex(Duration.zero)

        var now: ContinuousClock.Instant { ContinuousClock.now + offset.withLock { $0 } }

        func move(by duration: Duration) { offset.withLock { $0 += duration } }
    }

    /// Followed Events; a class because it owns the task.
    private final class Run: Sendable {
        private let log = Log()
        private let clock = MovedClock()
        private let client: APIClient
        private let task: Mutex<Task<Void, Never>?> = Mutex(nil)

        init(_ server: WritableServer) throws {
            var environment = ClientEnvironment()
            let clock = clock
            environment.now = { clock.now }
            environment.sleep = { _ in await Task.yield() }
            let services = environment
            client = try server.client { $0 = services }
            var timings = ReflectorTimings()
            (timings.startJitter, timings.resumeJitter, timings.deletionHold) = (.zero, .zero, .zero)
            let writer = ObjectWriter(client, budget: WriteBudget(limit: 1_000, sleep: { _ in }))
            let log = log
            let events = DenialEvents(client, writer: writer, environment: environment, timings: timings) { log.add($0) }
            task.withLock { $0 = Task { await events.run() } }
        }

        func move(by duration: Duration) { clock.move(by: duration) }

        var reports: [DenialEvents.Report] { log.all }
        var outcomes: [WriteOutcome] { reports.compactMap { if case .wrote(let outcome) = $0 { outcome } else { nil } } }
        var problems: [[String]] { reports.compactMap { if case .problems(let lines) = $0 { lines } else { nil } } }

        func wait(_ condition: (Run) -> Bool) async {
            while !condition(self) { await Task.yield() }
        }

        func stop() async {
            let running = task.withLock { $0 }
            running?.cancel()
            await running?.value
            client.close()
        }
    }

    /// The Events of ours.
    private static func told(_ server: WritableServer) -> [JSONValue] { server.objects(.newEvents).map(\.json) }

    /// Waits until the owners of so many ReplicaSets and Jobs were looked for.
    private static func waitForLookUps(_ server: WritableServer, _ resource: String, _ count: Int = 1) async {
        while server.requests.count(where: { $0.uri.contains("/\(resource)?fieldSelector") }) < count { await Task.yield() }
    }

    @Test func `Denied Pods of a Deployment: one Event on it, found by lists of metadata`() async throws {
        let server = try WritableServer()
        server.put(Self.deployments, Self.workload("Deployment", "web"))
        server.put(Self.replicaSets, Self.workload("ReplicaSet", "web-1", ownedBy: ("Deployment", "web", "apps")))
        server.put(.events, Self.event())
        let run = try Run(server)
        await run.wait { $0.outcomes == [.written] }
        let event = try #require(Self.told(server).first)
        #expect(event[["regarding", "kind"]]?.string == "Deployment")
        #expect(event[["regarding", "uid"]]?.string == "uid-web")
        #expect(event["note"]?.string == "Pod shop/web-* scores 4")
        #expect(event[["metadata", "namespace"]]?.string == "shop")
        let reads = server.requests.filter { $0.method == "GET" }
        #expect(reads.allSatisfy { $0.uri.contains("fieldSelector=") })
        #expect(
            reads.filter { !$0.uri.contains("/events?") }.allSatisfy {
                $0.headers.first(name: "Accept")?.contains("PartialObjectMetadataList") == true
            }
        )
        #expect(reads.first?.uri.hasPrefix("/api/v1/events?fieldSelector=reason%3DFailedCreate&") == true)
        #expect(reads.contains { $0.uri.contains("/events?fieldSelector=reason%3DFailedCreate&watch=1") })
        await run.stop()
    }

    @Test func `Further denials raise the count of the same Event, ten minutes later`() async throws {
        let server = try WritableServer()
        server.put(Self.deployments, Self.workload("Deployment", "web"))
        server.put(Self.replicaSets, Self.workload("ReplicaSet", "web-1", ownedBy: ("Deployment", "web", "apps")))
        server.put(.events, Self.event())
        let run = try Run(server)
        await run.wait { $0.outcomes.count == 1 }
        server.put(.events, Self.event(count: 40))
        run.move(by: .seconds(601))
        await run.wait { $0.outcomes.count == 2 }
        #expect(Self.told(server).map { $0[["series", "count"]] } == [.integer(40)])
        await run.stop()
    }

    @Test func `Denied Pods of a CronJob's Job, and of a Rollout's ReplicaSet`() async throws {
        let server = try WritableServer()
        server.put(Self.cronJobs, Self.workload("CronJob", "daily"))
        server.put(Self.jobs, Self.workload("Job", "daily-1", ownedBy: ("CronJob", "daily", "batch")))
        server.put(Self.replicaSets, Self.workload("ReplicaSet", "roll-1", ownedBy: ("Rollout", "roll", "argoproj.io")))
        server.put(.events, Self.event("e", "Job", "daily-1", uid: "uid-daily-1"))
        server.put(.events, Self.event("f", "ReplicaSet", "roll-1", uid: "uid-roll-1"))
        let run = try Run(server)
        await run.wait { $0.outcomes.count == 2 }
        #expect(Set(Self.told(server).compactMap { $0[["regarding", "kind"]]?.string }) == ["CronJob", "Rollout"])
        await run.stop()
    }

    @Test func `A forged Event: no ReplicaSet has the UID, or its Deployment does not exist`() async throws {
        let server = try WritableServer()
        server.put(Self.replicaSets, Self.workload("ReplicaSet", "web-1", ownedBy: ("Deployment", "missing", "apps")))
        server.put(Self.replicaSets, Self.workload("ReplicaSet", "bare-1"))
        server.put(.events, Self.event("e", uid: "uid-other"))
        server.put(.events, Self.event("f"))
        server.put(.events, Self.event("g", "ReplicaSet", "bare-1", uid: "uid-bare-1"))
        server.put(.events, Self.event("h", "ReplicaSet", "a/../../b", uid: "uid-path"))
        let run = try Run(server)
        await Self.waitForLookUps(server, "replicasets", 3)
        await Self.waitForLookUps(server, "deployments")
        // A last one, behind which nothing waits.
        server.put(Self.deployments, Self.workload("Deployment", "web"))
        server.put(Self.replicaSets, Self.workload("ReplicaSet", "web-2", ownedBy: ("Deployment", "web", "apps")))
        server.put(.events, Self.event("i", "ReplicaSet", "web-2", uid: "uid-web-2"))
        await run.wait { $0.outcomes.count == 1 }
        #expect(Self.told(server).map { $0[["regarding", "name"]]?.string } == ["web"])
        #expect(!server.requests.contains { $0.uri.contains("..") })
        await run.stop()
    }

    @Test func `An Event that is refused is counted and not repeated, and the others are written`() async throws {
        let server = try WritableServer()
        for name in ["a", "b"] {
            server.put(Self.deployments, Self.workload("Deployment", name))
            server.put(Self.replicaSets, Self.workload("ReplicaSet", "\(name)-1", ownedBy: ("Deployment", name, "apps")))
            server.put(.events, Self.event(name, "ReplicaSet", "\(name)-1", uid: "uid-\(name)-1"))
        }
        server.answer { call in
            guard call.body.contains(#""name":"a","uid""#) else { return nil }
            return [.answer(403, #"{"kind":"Status","reason":"Forbidden","message":"the Namespace is being terminated","code":403}"#)]
        }
        let run = try Run(server)
        await run.wait { $0.outcomes.count == 2 }
        #expect(run.outcomes.contains(.written))
        #expect(server.writes.count == 2)
        #expect(run.problems.contains { !$0.isEmpty })
        await run.stop()
    }

    @Test func `Events that cannot be read: the problem is told, and is over when they can`() async throws {
        let server = try WritableServer()
        server.answer { call in
            call.path.plural == "events" ? [.answer(403, #"{"kind":"Status","reason":"Forbidden","message":"no","code":403}"#)] : nil
        }
        let run = try Run(server)
        await run.wait { $0.problems.count == 1 }
        #expect(run.problems[0].first?.hasSuffix(#"resources: ["events"], verbs: ["list"]"#) == true)
        server.answer { _ in nil }
        run.move(by: .seconds(60))
        await run.wait { $0.problems.last == [] }
        await run.stop()
    }

    @Test func `A stop ends it while a server does not answer`() async throws {
        let server = try WritableServer()
        server.answer { _ in [] }
        let run = try Run(server)
        while server.requests.isEmpty { await Task.yield() }
        await run.stop()
        #expect(run.outcomes.isEmpty)
    }
}
