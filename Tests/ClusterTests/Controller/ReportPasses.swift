import AdmissionPolicy
import ClusterAudit
import ClusterController
import KubernetesAPI
import PodScoring
import Reports
import Synchronization
import Testing

@testable import Cluster

/// A controller that brings reports in line, against a server in memory and with a clock that only waits move.
final class ReportPasses: Sendable {
    static let openReports = ["reports", "clusterreports"].map { APIResource(group: "openreports.io", version: "v1alpha1", plural: $0) }
    static let policyReports = ["policyreports", "clusterpolicyreports"].map {
        APIResource(group: "wgpolicyk8s.io", version: "v1alpha2", plural: $0)
    }

    let server: WritableServer
    let world: World
    private let client: APIClient
    private let sync: ReportSync
    private let decider: AuditDecider

    /// A controller of a server; several can share one, with a clock for all.
    init(
        _ server: WritableServer? = nil,
        installed: [APIResource] = openReports,
        world: World = World(),
        decider: AuditDecider = AuditedCluster.decider
    ) throws {
        let server = try server ?? WritableServer(installed: installed)
        (self.server, self.world, self.decider) = (server, world, decider)
        client = try server.client { world.apply(to: &$0) }
        sync = ReportSync(client, budget: WriteBudget(now: { world.now }, sleep: { world.advance(by: $0) }))
    }

    deinit { client.close() }

    /// A decider whose policy has a level that denies.
    static func decider(_ change: (inout ScorePolicy.Level) -> Void) -> AuditDecider {
        var enforce = ScorePolicy.Level()
        change(&enforce)
        let policy = ScorePolicy(name: "all", namespaces: [NamePattern("*")], ruleset: .podscoreV1, enforce: enforce)
        let policies = PolicySet(policies: [policy], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        return AuditDecider(policies: policies, namespaces: nil, today: CivilDate(daysSinceEpoch: 20_786))
    }

    /// Adds a Pod without a controller, which is its own top owner.
    func add(_ name: String, hostPID: Bool = false) {
        server.put(.pods, AuditedCluster.pod(name, hostPID: hostPID))
    }

    /// Removes a Pod.
    func remove(_ name: String) {
        server.change { store in _ = try? store.delete(ObjectPath(.pods, namespace: "shop", name: name)) }
    }

    /// Lists the reports that exist.
    func survey(_ scope: ClusterReading.Scope = ClusterReading.Scope()) async throws -> ReportSurvey { try await sync.survey(scope) }

    /// Audits the cluster.
    func audit(_ scope: ClusterReading.Scope = ClusterReading.Scope()) async throws -> Audit {
        try await ClusterReading(client, scope).audit(by: decider, gaps: [])
    }

    /// Writes the reports of a result.
    func write(_ audit: Audit, after survey: ReportSurvey) async -> ReportTally {
        await sync.write(audit, decidedBy: decider, after: survey)
    }

    /// A whole pass.
    @discardableResult
    func pass(_ scope: ClusterReading.Scope = ClusterReading.Scope()) async throws -> ReportTally {
        let survey = try await survey(scope)
        return await write(try await audit(scope), after: survey)
    }

    /// A pass whose writes the caller counts: the tally, and the writes of this pass alone.
    func countedPass() async throws -> (tally: ReportTally, writes: Int) {
        server.forgetWrites()
        let tally = try await pass()
        return (tally, server.writes.count)
    }

    /// The reports of Namespaces, each as the name of its Pod and the rules that it violates.
    func reports(_ resource: APIResource = openReports[0]) -> [String] {
        server.objects(resource).map { object in
            let rules = object.json["results"]?.elements.compactMap { $0["rule"]?.string } ?? []
            return ([object.json[["scope", "name"]]?.string ?? ""] + rules).joined(separator: " ")
        }
    }

    /// The place of the only report.
    func onlyReport() throws -> ObjectPath {
        let objects = server.objects(Self.openReports[0])
        try #require(objects.count == 1)
        return objects[0].path
    }
}

extension ReportTally {
    /// The numbers that are not zero, such as `created 2, deleted 1`.
    var text: String {
        Event.allCases.filter { self[$0] > 0 }.map { "\($0) \(self[$0])" }.joined(separator: ", ")
    }
}
