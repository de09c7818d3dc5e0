import ClusterController
import KubernetesAPI
import Metrics
import Testing

@testable import Cluster

/// Controllers that are doubled, paused, ended and started again.
struct TwoControllersTests {
    private static let reports = APIResource(group: "openreports.io", version: "v1alpha1", plural: "reports")
    private static let clusterReports = APIResource(group: "openreports.io", version: "v1alpha1", plural: "clusterreports")
    private static let pause = Duration.seconds(600)

    /// A cluster with reports, and some Pods without owners.
    private static func cluster(pods: Int = 5) throws -> ControlledCluster {
        let cluster = try ControlledCluster(WritableServer(installed: [.scorePolicies, .scoreWaivers, reports, clusterReports]))
        for number in 0..<pods { cluster.put("pods", AuditedCluster.pod("p\(number)", hostPID: true)) }
        return cluster
    }

    /// Another controller of the same cluster, with the same clock.
    private static func other(_ cluster: ControlledCluster) throws -> ControlledCluster {
        try ControlledCluster(cluster.server, clock: cluster.clock)
    }

    /// Runs a controller until a pass has ended.
    private static func pass(_ controller: ControlledCluster, _ outputs: ControllerOutputs? = nil) async throws {
        let count = controller.events.count
        try await controller.run(controller.loop(outputs: outputs ?? controller.reportWriter())) { _ in
            await controller.waitForPass(count + 1)
        }
    }

    /// The reports by the names of their owners.
    private static func owners(_ cluster: ControlledCluster) -> [String] {
        cluster.server.objects(reports).compactMap { $0.json[["scope", "name"]]?.string }.sorted()
    }

    private static func contents(_ cluster: ControlledCluster) -> [String] {
        cluster.server.objects(reports).map { $0.json.text }
    }

    @Test func `A second pass writes nothing, nor does a controller that was killed and started again`() async throws {
        let cluster = try Self.cluster()
        let controller = try Self.other(cluster)
        try await controller.run(controller.loop(outputs: controller.reportWriter())) { _ in
            await controller.waitForPass(1)
            #expect(cluster.server.writes.count == 5)
            cluster.server.forgetWrites()
            await controller.advance(to: .seconds(900))
            await controller.waitForPass(2)
        }
        #expect(controller.results == [.complete, .complete])
        try await Self.pass(Self.other(cluster))
        #expect(cluster.server.writes.isEmpty)
    }

    @Test func `Two controllers at once write the same bytes, at most twice`() async throws {
        let alone = try Self.cluster()
        try await Self.pass(Self.other(alone))
        let cluster = try Self.cluster()
        let controllers = try [Self.other(cluster), Self.other(cluster)]
        try await withThrowingTaskGroup { group in
            for controller in controllers { group.addTask { try await Self.pass(controller) } }
            try await group.waitForAll()
        }
        let names = { (text: String) in JSONValue(text)["results"]?.text }
        #expect(Self.contents(cluster).map(names) == Self.contents(alone).map(names))
        #expect(cluster.server.writes.count <= 10 && cluster.server.writes.allSatisfy { $0.method == "PATCH" })
        // Each report was stored once: the second write of the same bytes changes nothing.
        #expect(Set(cluster.server.objects(Self.reports).map(\.generation)) == [1])
        cluster.server.forgetWrites()
        for controller in controllers { try await Self.pass(controller) }
        #expect(cluster.server.writes.isEmpty)
    }

    /// The point at which the first controller is paused.
    enum Point: CaseIterable, Sendable {
        /// After it has listed the reports, before it lists what runs.
        case beforeReading
        /// After it has listed what runs, before it writes.
        case beforeWriting
    }

    @Test(arguments: Point.allCases)
    func `A controller that was paused for ten minutes deletes and overwrites nothing that another one saw`(point: Point) async throws {
        let cluster = try Self.cluster()
        let (paused, second) = (try Self.other(cluster), try Self.other(cluster))
        try await Self.pass(second)
        // The first controller will not see this one.
        cluster.server.change { try? $0.delete(ObjectPath(.pods, namespace: "shop", name: "p0")) }
        let meanwhile: @Sendable () async -> Void = {
            cluster.clock.advance(by: Self.pause)
            cluster.put("pods", AuditedCluster.pod("p0", hostPID: true))
            cluster.put("pods", AuditedCluster.pod("late", hostPID: true))
            try? await Self.pass(second)
            cluster.server.forgetWrites()
        }
        let real = try paused.reportWriter()
        var outputs = ControllerOutputs()
        outputs.beginReports = {
            guard let write = await real.beginReports?() else { return { _, _, _ in nil } }
            if point == .beforeReading { await meanwhile() }
            return { audit, decider, pulse in
                if point == .beforeWriting { await meanwhile() }
                return await write(audit, decider, pulse)
            }
        }
        try await Self.pass(paused, outputs)
        #expect(paused.results == [.cut])
        #expect(cluster.server.writes.isEmpty)
        #expect(Self.owners(cluster) == ["late", "p0", "p1", "p2", "p3", "p4"])
        try await Self.pass(paused)
        #expect(paused.results == [.cut, .complete])
        #expect(cluster.server.writes.isEmpty)
    }

    @Test func `A controller that is paused between two writes stops, and another one completes the reports`() async throws {
        let cluster = try Self.cluster()
        cluster.server.answer { call in
            if call.writeNumber == 2 { cluster.clock.advance(by: Self.pause) }
            return nil
        }
        let paused = try Self.other(cluster)
        try await Self.pass(paused)
        #expect(paused.results == [.cut])
        #expect(cluster.server.writes.count == 2)
        cluster.server.answer { _ in nil }
        let second = try Self.other(cluster)
        try await Self.pass(second)
        #expect(cluster.server.writes.count == 5)
        #expect(Self.owners(cluster) == ["p0", "p1", "p2", "p3", "p4"])
    }

    @Test func `A controller that is ended while it writes begins no other write, and the next one completes the reports`() async throws {
        let cluster = try Self.cluster()
        let first = try Self.other(cluster)
        // The server takes the second write and stays silent.
        cluster.server.answer { call in call.writeNumber == 2 ? [] : nil }
        try await first.run(first.loop(outputs: first.reportWriter())) { _ in
            while cluster.server.writes.count < 2 { await Task.yield() }
        }
        #expect(first.results == [.cut])
        #expect(cluster.server.writes.count == 2)
        #expect(Self.owners(cluster) == ["p0"])
        cluster.server.answer { _ in nil }
        try await Self.pass(Self.other(cluster))
        #expect(cluster.server.writes.count == 6)
        #expect(Self.owners(cluster) == ["p0", "p1", "p2", "p3", "p4"])
        #expect(cluster.server.writes.allSatisfy { $0.method == "PATCH" })
    }

    @Test func `A list that fails deletes no report`() async throws {
        let cluster = try Self.cluster()
        try await Self.pass(Self.other(cluster))
        cluster.server.forgetWrites()
        cluster.server.change { try? $0.delete(ObjectPath(.pods, namespace: "shop", name: "p0")) }
        for (plural, result) in [("pods", "failed"), ("cronjobs", "partial"), ("reports", "partial")] {
            cluster.server.answer { call in call.path.plural == plural && call.method == "GET" ? [AuditedCluster.forbidden(plural)] : nil }
            let controller = try Self.other(cluster)
            try await Self.pass(controller)
            #expect(controller.results.map(\.rawValue) == [result])
            #expect(cluster.server.writes.isEmpty)
        }
        cluster.server.answer { _ in nil }
        try await Self.pass(Self.other(cluster))
        #expect(cluster.server.writes.map(\.method) == ["DELETE"])
    }
}
