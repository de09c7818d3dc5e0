import AdmissionPolicy
import ClusterController
import KubernetesAPI
import Metrics
import PodScoring
import Synchronization
import Testing

@testable import Cluster

/// The floor that a controller keeps.
struct ControllerFloorTests {
    private static let policies = APIResource.validatingAdmissionPolicies
    private static let bindings = APIResource.validatingAdmissionPolicyBindings

    @Test(.timeLimit(.minutes(5)))
    func `A controller writes the floor after its first audit, and again when policies change`() async throws {
        let server = try WritableServer(installed: [Self.policies, Self.bindings])
        let cluster = try ControlledCluster(server)
        let notes = Mutex<[ControllerNote]>([])
        var parts = ControllerOutputs.Parts()
        (parts.reports, parts.status, parts.events) = (false, false, false)
        parts.floor = ExportedPolicy.Owner(name: "release", options: FloorOptions())
        let outputs = try cluster.writers(of: parts) { note in notes.withLock { $0.append(note) } }
        func digest() -> String? {
            server.objects(Self.bindings).first?.json[["metadata", "annotations", "podscore.dev/policy-digest"]]?.string
        }
        try await cluster.run(cluster.loop(outputs: outputs)) { loop in
            await cluster.waitForPass(1)
            #expect(server.writes.isEmpty)
            await cluster.advance(to: .seconds(2))
            while notes.withLock({ $0.count }) < 1 { await Task.yield() }
            let first = try #require(digest())
            cluster.setFacts(ControlledCluster.facts(forbidding: "HostNetwork"))
            loop.policiesChanged()
            await cluster.advance(to: .seconds(4))
            while notes.withLock({ $0.count }) < 2 { await Task.yield() }
            #expect(try #require(digest()) != first)
            cluster.setFacts(Self.withoutPolicies)
            loop.policiesChanged()
            await cluster.advance(to: .seconds(6))
            while notes.withLock({ $0.count }) < 3 { await Task.yield() }
        }
        #expect(server.objects(Self.policies).isEmpty && server.objects(Self.bindings).isEmpty)
        #expect(notes.withLock { $0.map(\.problems) } == [[], [], []])
        #expect(notes.withLock { $0.last?.summary.hasPrefix("deleted validatingadmissionpolicybindings") } == true)
        var text = MetricsText()
        cluster.metrics.append(.init(), to: &text)
        let page = String(decoding: text.bytes, as: UTF8.self)
        #expect(page.contains(#"kind="floor",outcome="written"} 4"#) && page.contains(#"kind="floor",outcome="deleted"} 2"#), "\(page)")
    }

    private static var withoutPolicies: PolicyFacts? {
        let set = PolicySet(policies: [], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
        return PolicyFacts(policies: set, files: set, namespaces: NamespaceDirectory(keeping: set.labelKeys))
    }
}
