import AdmissionPolicy
import ClusterController
import KubernetesAPI
import Testing

@testable import Cluster

/// The floor of policies, kept in a cluster.
struct FloorWriterTests {
    private static let policies = APIResource.validatingAdmissionPolicies
    private static let bindings = APIResource.validatingAdmissionPolicyBindings
    private static let today = CivilDate(daysSinceEpoch: 20_000)

    private static func server() throws -> WritableServer { try WritableServer(installed: [policies, bindings]) }

    private static var owner: ExportedPolicy.Owner {
        var options = FloorOptions()
        options.ownNamespace = "podscore"
        return ExportedPolicy.Owner(name: "release", options: options)
    }

    private static func write(_ facts: PolicyFacts?, _ server: WritableServer, as owner: ExportedPolicy.Owner = owner) async throws
        -> ExportSync.Result
    {
        let client = try server.client()
        defer { client.close() }
        let writer = FloorWriter(client, budget: WriteBudget(limit: 1_000, sleep: { _ in }), owner: owner)
        guard let facts else { return await writer.remove() }
        return await writer.write(facts.policies, on: today)
    }

    private static func names(_ server: WritableServer) -> [String] {
        [policies, bindings].flatMap { resource in server.objects(resource).map { "\(resource.plural)/\($0.path.name ?? "")" } }
    }

    @Test func `The objects tell whose floor it is, its options and its digest`() async throws {
        let server = try Self.server()
        let result = try await Self.write(ControlledCluster.facts(), server)
        #expect(result.problems == [] && result.deleted == [] && result.written.count == 2)
        #expect(
            Self.names(server) == [
                "validatingadmissionpolicies/podscore-strict-floor", "validatingadmissionpolicybindings/podscore-strict-floor",
            ]
        )
        for object in server.objects(Self.policies) + server.objects(Self.bindings) {
            let metadata = try #require(object.json["metadata"])
            #expect(metadata[["labels", "podscore.dev/floor"]]?.string == "release")
            #expect(metadata[["labels", "podscore.dev/level"]]?.string == "floor")
            #expect(metadata[["annotations", "podscore.dev/floor-options"]]?.string == "--mode=enforce --own-namespace=podscore")
            #expect(metadata[["annotations", "podscore.dev/policy-digest"]]?.string?.utf8.count == 64)
        }
    }

    @Test func `A floor of a mode that denies nothing is removed, with the reason`() async throws {
        let server = try Self.server()
        _ = try await Self.write(ControlledCluster.facts(), server)
        var options = FloorOptions()
        options.mode = .warn
        let result = try await Self.write(ControlledCluster.facts(), server, as: ExportedPolicy.Owner(name: "release", options: options))
        #expect(result.deleted.count == 2)
        #expect(result.omissions == ["the floor is empty: in mode warn the webhook denies nothing"])
    }

    @Test func `A removal deletes the floor of one name, and leaves that of another`() async throws {
        let server = try Self.server()
        _ = try await Self.write(ControlledCluster.facts(), server)
        let other = ExportedPolicy.Owner(name: "other", options: FloorOptions())
        let elsewhere = try await Self.write(nil, server, as: other)
        #expect(elsewhere.deleted == [] && Self.names(server).count == 2)
        #expect(try await Self.write(nil, server).deleted.count == 2)
        #expect(Self.names(server) == [])
    }
}
