import AdmissionPolicy
import ClusterController
import KubernetesAPI
import Platform
import PodScoring
import Synchronization
import Testing

@testable import Cluster

/// The status of policies and waivers, in a cluster.
struct StatusWriterTests {
    private static let files = PolicySet(policies: [], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "")
    private static let today = CivilDate(daysSinceEpoch: 20_000)

    private static func policy(_ name: String, _ namespaces: String = #""x""#, minimum: String = "9", created second: Int = 10) -> String {
        #"{"apiVersion":"podscore.dev/v1alpha1","kind":"ScorePolicy","metadata":{"name":"\#(name)","#
            + #""creationTimestamp":"2026-11-28T08:09:\#(second)Z"},"#
            + #""spec":{"match":{"namespaces":[\#(namespaces)]},"enforce":{"minimumScore":\#(minimum)}}}"#
    }

    private static func waiver(_ name: String, expires: String = "2099-12-31") -> String {
        #"{"apiVersion":"podscore.dev/v1alpha1","kind":"ScoreWaiver","metadata":{"name":"\#(name)"},"#
            + #""spec":{"match":{"namespaces":["x"],"images":["quay.io/a/b:1"]},"rules":["HostPID"],"expires":"\#(expires)","#
            + #""owner":"o","reason":"r"}}"#
    }

    private static func directory(_ names: String...) -> NamespaceDirectory {
        var directory = NamespaceDirectory(keeping: MinimumLabel.keys)
        for name in names { directory.set(name, .none) }
        return directory
    }

    /// One pass of a controller that has just started.
    private static func pass(
        _ server: WritableServer,
        namespaces: NamespaceDirectory? = directory("x"),
        on today: CivilDate = today,
        at seconds: Int64 = 1_795_996_800
    ) async throws -> StatusResult {
        let client = try server.client()
        defer { client.close() }
        let writer = ObjectWriter(client, budget: WriteBudget(limit: 1_000, sleep: { _ in }))
        let status = StatusWriter(client, writer: writer, now: { UnixTime(seconds: seconds) })
        return await status.write(beside: files, namespaces: namespaces, on: today)
    }

    /// The condition `Ready` of each object, in short.
    private static func ready(_ server: WritableServer, _ resource: APIResource = .scorePolicies) -> [String] {
        server.objects(resource).map { object in
            let condition = object.json[["status", "conditions"]]?.elements.first { $0["type"]?.string == "Ready" }
            return [object.path.name, condition?["status"]?.string, condition?["reason"]?.string].map { $0 ?? "-" }.joined(separator: " ")
        }
    }

    private static func path(_ name: String) -> ObjectPath { ObjectPath(.scorePolicies, name: name) }

    @Test func `Each object gets its status, and a second pass of another controller writes nothing`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a"))
        server.put(.scorePolicies, Self.policy("b", created: 20))
        server.put(.scorePolicies, Self.policy("c", #""y""#, minimum: #""9""#))
        server.put(.scoreWaivers, Self.waiver("w"))
        server.put(.scoreWaivers, Self.waiver("old", expires: "2020-01-01"))
        let first = try await Self.pass(server)
        #expect(first.outcomes == Array(repeating: .written, count: 5))
        #expect(first.problems == [])
        #expect(Self.ready(server) == ["a True InForce", "b False Conflict", "c False Invalid"])
        #expect(Self.ready(server, .scoreWaivers) == ["old False Expired", "w True InForce"])
        #expect(server.writes.allSatisfy { $0.path.subresource == "status" && $0.query["fieldManager"] == "podscore" })
        #expect(server.objects(.scorePolicies).allSatisfy { $0.generation == 1 })
        server.forgetWrites()
        let second = try await Self.pass(server, at: 1_796_000_000)
        #expect(server.writes.isEmpty)
        #expect(second.unchangedCount == 5)
        #expect(second.objectCount == 5)
    }

    @Test func `A policy that changes: its status alone is written`() async throws {
        let server = try WritableServer()
        for name in ["a", "b"] { server.put(.scorePolicies, Self.policy(name, #""\#(name)""#)) }
        _ = try await Self.pass(server)
        server.forgetWrites()
        server.edit(Self.path("b")) { $0[["spec", "enforce", "minimumScore"]] = .string("9") }
        _ = try await Self.pass(server)
        #expect(server.writes.map(\.path.name) == ["b"])
        #expect(Self.ready(server) == ["a True InForce", "b False Invalid"])
        #expect(server.objects(.scorePolicies).last?.json[["status", "observedGeneration"]] == .integer(2))
    }

    @Test func `A Namespace that appears is counted, and one that is not known leaves the count as it is`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a", #""x*""#))
        _ = try await Self.pass(server)
        #expect(server.objects(.scorePolicies).first?.json[["status", "matchedNamespaces"]] == .integer(1))
        _ = try await Self.pass(server, namespaces: Self.directory("x", "x2", "y"))
        #expect(server.objects(.scorePolicies).first?.json[["status", "namespaces"]] == .list([.string("x"), .string("x2")]))
        server.forgetWrites()
        _ = try await Self.pass(server, namespaces: nil)
        #expect(server.writes.isEmpty)
    }

    @Test func `A status that was edited by hand is repaired`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a"))
        _ = try await Self.pass(server)
        server.edit(Self.path("a")) { $0[["status", "observedGeneration"]] = .integer(77) }
        server.forgetWrites()
        _ = try await Self.pass(server)
        #expect(server.writes.count == 1)
        #expect(server.objects(.scorePolicies).first?.json[["status", "observedGeneration"]] == .integer(1))
    }

    @Test func `A write that another one has overtaken: the object is read again, and written unless it is right`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a"))
        server.answer { [unowned server] call in
            // Labels change between the list and the first write.
            if call.writeNumber == 1 { server.edit(Self.path("a")) { $0[["metadata", "labels"]] = .object(["l": .string("v")]) } }
            return nil
        }
        #expect(try await Self.pass(server).outcomes == [.written])
        #expect(server.writes.count == 2)
        #expect(Self.ready(server) == ["a True InForce"])
    }

    @Test func `Two controllers at once: the second sees what the first has written, and changes nothing`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a"))
        let isFirst = Mutex(true)
        server.answer { [unowned server] call in
            guard call.writeNumber != nil,
                isFirst.withLock({ first in
                    defer { first = false }; return first
                })
            else { return nil }
            // The other controller writes before this write arrives.
            _ = server.change { store in
                try? store.write("PATCH", call.path, call.query, call.body.replacing("2026-11-30T00:00:00Z", with: "2026-11-29T23:59:58Z"))
            }
            return nil
        }
        let result = try await Self.pass(server)
        #expect(result.unchangedCount == 1)
        #expect(server.changeCount == 2)
        #expect(server.objects(.scorePolicies).first?.json.text.contains("2026-11-29T23:59:58Z") == true)
    }

    @Test func `An object that always changes first is given up after five attempts`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a"))
        server.put(.scorePolicies, Self.policy("b", #""y""#))
        server.answer { [unowned server] call in
            if call.writeNumber != nil, call.path.name == "a" {
                server.edit(Self.path("a")) { $0[["metadata", "labels"]] = .object(["l": .string("\(call.writeNumber ?? 0)")]) }
            }
            return nil
        }
        #expect(try await Self.pass(server).outcomes == [.conflict, .written])
        #expect(server.writes.count { $0.path.name == "a" } == 5)
    }

    @Test func `A policy that changes during the pass is left to the next one`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a"))
        server.answer { [unowned server] call in
            if call.writeNumber == 1 { server.edit(Self.path("a")) { $0[["spec", "enforce", "minimumScore"]] = .string("9") } }
            return nil
        }
        #expect(try await Self.pass(server).outcomes == [.conflict])
        #expect(Self.ready(server) == ["a - -"])
        _ = try await Self.pass(server)
        #expect(Self.ready(server) == ["a False Invalid"])
    }

    @Test func `A policy that is deleted during the pass: the others are written`() async throws {
        let server = try WritableServer()
        for name in ["a", "b"] { server.put(.scorePolicies, Self.policy(name, #""\#(name)""#)) }
        server.answer { [unowned server] call in
            if call.writeNumber == 1 { server.change { store in try? store.delete(Self.path("a")) } }
            return nil
        }
        #expect(try await Self.pass(server).outcomes == [.gone, .written])
    }

    @Test func `A policy that is deleted and created again during the pass: the new one is left to the next pass`() async throws {
        let server = try WritableServer()
        server.put(.scorePolicies, Self.policy("a"))
        server.answer { [unowned server] call in
            guard call.writeNumber == 1 else { return nil }
            server.change { store in try? store.delete(Self.path("a")) }
            server.put(.scorePolicies, Self.policy("a", #""y""#))
            return nil
        }
        #expect(try await Self.pass(server).outcomes == [.gone])
        #expect(Self.ready(server) == ["a - -"])
    }

    @Test func `A write that is refused or fails: it is counted with its reason, and the pass goes on`() async throws {
        let server = try WritableServer()
        for name in ["a", "b", "c"] { server.put(.scorePolicies, Self.policy(name, #""\#(name)""#)) }
        server.answer { call in
            guard call.writeNumber != nil, let name = call.path.name, name != "c" else { return nil }
            let code = name == "a" ? 403 : 500
            return [.answer(code, #"{"kind":"Status","message":"no \#(name)","code":\#(code)}"#)]
        }
        let result = try await Self.pass(server)
        #expect(Self.ready(server) == ["a - -", "b - -", "c True InForce"])
        #expect(result.outcomes.count == 3)
        #expect(result.outcomes.last == .written)
        #expect(result.problems.count == 2)
        #expect(result.problems.first?.contains(#"resources: ["scorepolicies/status"], verbs: ["patch"]"#) == true)
    }

    @Test func `A kind that cannot be listed is left as it is, and the other one is written`() async throws {
        let server = try WritableServer(installed: [.scoreWaivers])
        server.put(.scoreWaivers, Self.waiver("w"))
        let result = try await Self.pass(server)
        #expect(Self.ready(server, .scoreWaivers) == ["w True InForce"])
        #expect(result.problems.count == 1)
        #expect(result.problems.first?.hasSuffix("install its CustomResourceDefinition") == true)
    }

    @Test func `A list that is cut off: no status of its kind is written`() async throws {
        let server = try WritableServer()
        for name in ["a", "b"] { server.put(.scorePolicies, Self.policy(name, #""\#(name)""#)) }
        server.answer { call in
            guard call.path.plural == "scorepolicies", call.writeNumber == nil else { return nil }
            return [.chunkedHead, .chunk(Array(#"{"metadata":{"resourceVersion":"5"},"items":["#.utf8)), .close]
        }
        let result = try await Self.pass(server)
        #expect(server.writes.isEmpty)
        #expect(result.problems.count == 1)
    }

    @Test func `An older CustomResourceDefinition: everything but the Namespaces is written, and a second pass changes nothing`()
        async throws
    {
        let server = try WritableServer()
        server.change { $0.missingFields = ["podscore.dev/scorepolicies": [".status.matchedNamespaces"]] }
        for name in ["a", "b"] { server.put(.scorePolicies, Self.policy(name, #""\#(name)""#)) }
        let first = try await Self.pass(server)
        #expect(first.outcomes == [.written, .written])
        #expect(first.problems.first?.hasSuffix("the CustomResourceDefinition is older than this program, so upgrade it") == true)
        #expect(Self.ready(server) == ["a True InForce", "b True InForce"])
        let changes = server.changeCount
        let second = try await Self.pass(server)
        #expect(server.changeCount == changes)
        #expect(second.unchangedCount == 2)
    }

    @Test func `A pass that is cancelled between two writes writes nothing more`() async throws {
        let server = try WritableServer()
        for name in ["a", "b", "c"] { server.put(.scorePolicies, Self.policy(name, #""\#(name)""#)) }
        let task = Mutex<Task<StatusResult, any Error>?>(nil)
        server.answer { call in
            if call.writeNumber == 1 { task.withLock { $0?.cancel() } }
            return nil
        }
        let (start, continuation) = AsyncStream.makeStream(of: Void.self)
        let pass = Task {
            for await _ in start { break }
            return try await Self.pass(server)
        }
        task.withLock { $0 = pass }
        continuation.yield()
        let result = try await pass.value
        #expect(server.writes.count == 1)
        #expect(result.outcomes == [.cancelled] || result.outcomes == [.written, .cancelled])
    }
}
