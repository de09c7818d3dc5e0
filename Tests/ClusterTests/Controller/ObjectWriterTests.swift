import ClusterController
import KubernetesAPI
import NIOHTTP1
import Synchronization
import Testing

@testable import Cluster

/// Writes into a cluster.
struct ObjectWriterTests {
    private static let reports = APIResource(group: "openreports.io", version: "v1alpha1", plural: "reports")

    private static func body(_ spec: String, version: String? = nil, uid: String? = nil) -> [UInt8] {
        let version = (version.map { #","resourceVersion":"\#($0)""# } ?? "") + (uid.map { #","uid":"\#($0)""# } ?? "")
        return Array(#"{"apiVersion":"openreports.io/v1alpha1","kind":"Report","metadata":{"name":"a"\#(version)},\#(spec)}"#.utf8)
    }

    /// Applies to the report `a` of the Namespace `shop`.
    private static func apply(
        _ server: WritableServer,
        _ spec: String,
        version: String? = nil,
        uid: String? = nil
    ) async throws -> WriteOutcome {
        let client = try server.client()
        defer { client.close() }
        let writer = ObjectWriter(client, budget: WriteBudget(limit: 1_000, sleep: { _ in }))
        let (namespace, name) = (try #require(ObjectName("shop")), try #require(ObjectName("a")))
        return await writer.apply(body(spec, version: version, uid: uid), to: reports, namespace: namespace, name: name)
    }

    private static func delete(_ server: WritableServer, uid: String, version: Int) async throws -> WriteOutcome {
        let client = try server.client()
        defer { client.close() }
        let writer = ObjectWriter(client, budget: WriteBudget(limit: 1_000, sleep: { _ in }))
        let (namespace, name) = (try #require(ObjectName("shop")), try #require(ObjectName("a")))
        return await writer.delete(reports, namespace: namespace, name: name, uid: uid, resourceVersion: "\(version)")
    }

    private static func server() throws -> WritableServer { try WritableServer(installed: [reports]) }

    @Test func `An object is created, changed, and left alone if nothing changes`() async throws {
        let server = try Self.server()
        for spec in [#""summary":{"pass":1,"fail":2}"#, #""summary":{"pass":3}"#, #""summary":{"pass":3}"#] {
            #expect(try await Self.apply(server, spec) == .written)
        }
        #expect(server.changeCount == 2)
        let object = try #require(server.objects(Self.reports).first)
        #expect(object.json["summary"] == .object(["pass": .integer(3)]))
        #expect(server.requests.allSatisfy { $0.uri.hasSuffix("/reports/a?fieldManager=podscore&force=true") })
        #expect(server.requests.first?.headers.first(name: "Content-Type") == "application/apply-patch+yaml")
    }

    @Test func `A version that is not stored any more is a conflict, and so is an object that is gone`() async throws {
        let server = try Self.server()
        #expect(try await Self.apply(server, #""summary":{"pass":1}"#, version: "7", uid: "gone") == .conflict)
        #expect(try await Self.apply(server, #""summary":{"pass":1}"#) == .written)
        let version = try #require(server.objects(Self.reports).first).version
        #expect(try await Self.apply(server, #""summary":{"pass":2}"#, version: "\(version - 1)") == .conflict)
        #expect(try await Self.apply(server, #""summary":{"pass":2}"#, version: "\(version)") == .written)
    }

    @Test func `Only the object that was seen is deleted`() async throws {
        let server = try Self.server()
        _ = try await Self.apply(server, #""summary":{"pass":1}"#)
        let object = try #require(server.objects(Self.reports).first)
        #expect(try await Self.delete(server, uid: "other", version: object.version) == .conflict)
        #expect(try await Self.delete(server, uid: object.uid, version: object.version - 1) == .conflict)
        #expect(server.objects(Self.reports).count == 1)
        #expect(try await Self.delete(server, uid: object.uid, version: object.version) == .written)
        #expect(try await Self.delete(server, uid: object.uid, version: object.version) == .gone)
    }

    @Test(arguments: [
        (403, #"{"kind":"Status","reason":"Forbidden","message":"being terminated","code":403}"#, "refused"),
        (422, #"{"kind":"Status","reason":"Invalid","message":"no","code":422}"#, "refused"),
        (400, #"{"kind":"Status","reason":"BadRequest","message":"no","code":400}"#, "refused"),
        (404, #"{"kind":"Status","reason":"NotFound","message":"no","code":404}"#, "gone"),
        (404, "404 page not found\n", "notInstalled"),
        (409, #"{"kind":"Status","reason":"Conflict","message":"no","code":409}"#, "conflict"),
        (413, #"{"kind":"Status","reason":"RequestEntityTooLarge","message":"limit is 3145728","code":413}"#, "tooLarge"),
        (500, #"{"kind":"Status","message":"etcdserver: request is too large","code":500}"#, "tooLarge"),
        (500, #"{"kind":"Status","message":"rpc error: trying to send message larger than max (3 vs. 2)","code":500}"#, "tooLarge"),
        (500, #"{"kind":"Status","message":".source: field not declared in schema","code":500}"#, "unknownField"),
        (401, #"{"kind":"Status","reason":"Unauthorized","message":"no","code":401}"#, "failed"),
    ])
    func `An answer that stays the same is given on at once`(code: Int, body: String, outcome: String) async throws {
        let server = try Self.server()
        server.answer { _ in [.answer(code, body)] }
        let result = try await Self.apply(server, #""summary":{}"#)
        #expect("\(result)".hasPrefix(outcome))
        #expect(server.writes.count == 1)
    }

    @Test(arguments: [500, 502, 503, 504, 429]) func `A server that may recover is asked three times`(code: Int) async throws {
        let server = try Self.server()
        server.answer { _ in [.answer(code, #"{"kind":"Status","message":"no","code":\#(code)}"#)] }
        let result = try await Self.apply(server, #""summary":{}"#)
        #expect("\(result)".hasPrefix("failed"))
        #expect(server.writes.count == 3)
    }

    @Test func `A write whose answer was lost is sent again`() async throws {
        let server = try Self.server()
        server.answer { [unowned server] call in
            guard call.writeNumber == 1 else { return nil }
            // The write happens, and the connection ends before the answer.
            _ = server.change { store in try? store.write("PATCH", call.path, call.query, call.body) }
            return [.close]
        }
        #expect(try await Self.apply(server, #""summary":{"pass":1}"#) == .written)
        #expect(server.writes.count == 2)
        #expect(server.changeCount == 1)
    }

    @Test func `The connection that the server closed meanwhile costs no write`() async throws {
        let server = try Self.server()
        let client = try server.client()
        defer { client.close() }
        let waits = Mutex(0)
        let writer = ObjectWriter(client, budget: WriteBudget(limit: 1_000, sleep: { _ in waits.withLock { $0 += 1 } }))
        let (namespace, name) = (try #require(ObjectName("shop")), try #require(ObjectName("a")))
        for number in 1...3 {
            let body = Self.body(#""summary":{"pass":\#(number)}"#)
            #expect(await writer.apply(body, to: Self.reports, namespace: namespace, name: name) == .written)
            try await server.closeConnections()
        }
        #expect(server.changeCount == 3)
        #expect(waits.withLock { $0 } == 0)
    }

    @Test func `An answer whose body is cut off says that the object was written`() async throws {
        let server = try Self.server()
        server.answer { _ in [.chunkedHead, .chunk(Array("{".utf8)), .close] }
        #expect(try await Self.apply(server, #""summary":{"pass":1}"#) == .written)
        #expect(server.writes.count == 1)
    }

    @Test func `A cancelled task writes nothing more`() async throws {
        let server = try Self.server()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await Self.apply(server, #""summary":{}"#)
        }
        task.cancel()
        #expect(try await task.value == .cancelled)
        #expect(server.writes.isEmpty)
    }

    @Test func `A request without an answer ends with its task`() async throws {
        let server = try Self.server()
        server.answer { _ in [] }
        let task = Task { try await Self.apply(server, #""summary":{}"#) }
        while server.writes.isEmpty { await Task.yield() }
        task.cancel()
        #expect(try await task.value == .cancelled)
    }
}
