import ClusterController
import KubernetesAPI
import Testing

@testable import Cluster

/// Exported policies in a cluster, made those of a list.
struct ExportSyncTests {
    private static let policies = APIResource.validatingAdmissionPolicies
    private static let bindings = APIResource.validatingAdmissionPolicyBindings

    private static func server() throws -> WritableServer { try WritableServer(installed: [policies, bindings]) }

    private static func json(_ name: String, label: String = "podscore", text: String = "") -> String {
        #"{"metadata":{"name":"\#(name)","labels":{"podscore.dev/floor":"\#(label)"}},"spec":{"text":"\#(text)"}}"#
    }

    private static func parts(_ names: [String], text: String = "") throws -> [ExportedPart] {
        try [bindings, policies].flatMap { resource in
            try names.map { name in
                let body = #"{"apiVersion":"admissionregistration.k8s.io/v1","kind":"Kind",\#(json(name, text: text).dropFirst())"#
                return ExportedPart(resource: resource, name: try #require(ObjectName(name)), body: Array(body.utf8))
            }
        }
    }

    private static func sync(_ server: WritableServer, _ parts: [ExportedPart]) async throws -> ExportSync.Result {
        let client = try server.client()
        defer { client.close() }
        let budget = WriteBudget(limit: 1_000, sleep: { _ in })
        return try await ExportSync(client, budget: budget, selector: "podscore.dev/floor=podscore").sync(parts)
    }

    private static func names(_ server: WritableServer) -> [String] {
        [policies, bindings].flatMap { resource in server.objects(resource).map { "\(resource.plural)/\($0.path.name ?? "")" } }
    }

    @Test func `Policies are written before their bindings, and only once if nothing changes`() async throws {
        let server = try Self.server()
        let result = try await Self.sync(server, Self.parts(["a", "b"]))
        #expect(result.problems == [] && result.deleted == [])
        #expect(server.writes.map { "\($0.path.plural)/\($0.path.name ?? "")" } == Self.names(server))
        #expect(Self.names(server).count == 4)
        #expect(try await Self.sync(server, Self.parts(["a", "b"])).written.count == 4)
        #expect(server.changeCount == 4)
    }

    @Test func `What an earlier list had is deleted, bindings first, and nothing without the label`() async throws {
        let server = try Self.server()
        _ = try await Self.sync(server, Self.parts(["a", "b"]))
        server.put(Self.policies, Self.json("other", label: "another-release"))
        server.forgetWrites()
        let result = try await Self.sync(server, Self.parts(["b"], text: "changed"))
        #expect(
            result.deleted == [
                "validatingadmissionpolicybindings.admissionregistration.k8s.io a",
                "validatingadmissionpolicies.admissionregistration.k8s.io a",
            ]
        )
        #expect(
            Self.names(server) == [
                "validatingadmissionpolicies/b", "validatingadmissionpolicies/other", "validatingadmissionpolicybindings/b",
            ]
        )
        #expect(server.objects(Self.policies).first?.json[["spec", "text"]]?.string == "changed")
        #expect(server.writes.suffix(2).map(\.method) == ["DELETE", "DELETE"])
    }

    @Test func `An empty list removes everything with the label`() async throws {
        let server = try Self.server()
        _ = try await Self.sync(server, Self.parts(["a", "b"]))
        #expect(try await Self.sync(server, []).deleted.count == 4)
        #expect(Self.names(server) == [])
    }

    @Test func `Nothing is deleted if something cannot be written`() async throws {
        let server = try Self.server()
        _ = try await Self.sync(server, Self.parts(["a"]))
        server.answer { call in
            guard call.method == "PATCH", call.path.name == "b" else { return nil }
            return [.answer(403, #"{"kind":"Status","reason":"Forbidden","message":"no right","code":403}"#)]
        }
        let result = try await Self.sync(server, Self.parts(["b"]))
        #expect(result.deleted == [] && result.problems.count == 2, "\(result)")
        #expect(result.problems.allSatisfy { $0.contains("no right") })
        #expect(Self.names(server).count == 2)
    }

    @Test func `Nothing is written if the objects cannot be listed`() async throws {
        let server = try WritableServer(installed: [Self.policies])
        await #expect(throws: APIError.self) { try await Self.sync(server, Self.parts(["a"])) }
        #expect(server.writes.isEmpty)
    }
}
