import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TLS
import Testing

@testable import Cluster

@Suite struct APIClientTests {
    private let get = APIRequest(.get, .path("/version"))

    @Test func `A request has the headers that an API server needs`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, "ok")] }
        let client = server.client(credential: .token(Secret("abc")))
        #expect(try await client.body(of: get) == Array("ok".utf8))
        let request = try #require(server.requests.first)
        #expect(request.method == "GET")
        #expect(request.uri == "/version")
        #expect(request.headers["Host"] == ["127.0.0.1:\(server.port)"])
        #expect(request.headers["User-Agent"] == ["podscore/test"])
        #expect(request.headers["Accept"] == ["application/json"])
        #expect(request.headers["Authorization"] == ["Bearer abc"])
        client.close()
    }

    @Test func `A write has its body and type`() async throws {
        let server = try ScriptedServer { _ in [.answer(201, "{}")] }
        let client = server.client()
        let name = try #require(ObjectName("payments"))
        var request = APIRequest(.patch, .scorePolicies, name: name, subresource: "status", query: [("fieldManager", "a b=c")])
        request.body = APIRequest.Body(type: "application/apply-patch+yaml", bytes: Array("{\"a\":1}".utf8))
        _ = try await client.body(of: request)
        let sent = try #require(server.requests.first)
        #expect(sent.method == "PATCH")
        #expect(sent.uri == "/apis/podscore.dev/v1alpha1/scorepolicies/payments/status?fieldManager=a%20b%3Dc")
        #expect(sent.headers["Content-Type"] == ["application/apply-patch+yaml"])
        #expect(sent.body == Array("{\"a\":1}".utf8))
        client.close()
    }

    @Test func `A connection serves several requests`() async throws {
        let server = try ScriptedServer { request in [.answer(200, "\(request.number)")] }
        let client = server.client()
        for number in 1...3 { #expect(try await client.body(of: get) == Array("\(number)".utf8)) }
        #expect(server.connectionCount == 1)
        client.close()
    }

    @Test func `A connection that the server will close is not used again`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, ["Connection: close"], "ok")] }
        let client = server.client()
        for _ in 1...2 { _ = try await client.body(of: get) }
        #expect(server.connectionCount == 2)
        client.close()
    }

    @Test func `A waiting connection that the server dropped is replaced once, for reads`() async throws {
        let server = try ScriptedServer { request in
            // The second request of a connection finds it closed.
            request.connection == 1 && request.number == 2 ? [.close] : [.answer(200, "\(request.number)")]
        }
        let client = server.client()
        _ = try await client.body(of: get)
        #expect(try await client.body(of: get) == Array("3".utf8))
        #expect(server.connectionCount == 2)
        client.close()
    }

    @Test func `After one dropped connection no other waiting one is tried`() async throws {
        let server = try ScriptedServer { request in
            request.connection <= 2 && request.number > 2 ? [.close] : [.answer(200, "\(request.number)")]
        }
        let client = server.client()
        let get = get
        // While the first answer is read, the second request needs a connection of its own.
        try await client.send(get) { (body) async throws(APIError.Cause) in
            _ = try? await client.body(of: get)
            _ = try await body.collect(byteLimit: 10)
        }
        #expect(server.connectionCount == 2)
        #expect(try await client.body(of: get) == Array("4".utf8))
        #expect(server.connectionCount == 3)
        client.close()
    }

    @Test func `A write on a dropped connection is not repeated`() async throws {
        let server = try ScriptedServer { request in request.number == 2 ? [.close] : [.answer(200, "ok")] }
        let client = server.client()
        _ = try await client.body(of: get)
        let error = await #expect(throws: APIError.self) { try await client.body(of: APIRequest(.create, .scorePolicies)) }
        #expect(error?.cause == .closedBeforeAnswer)
        #expect(server.requests.count == 2)
        client.close()
    }

    @Test func `A new connection without an answer is a failure`() async throws {
        let server = try ScriptedServer { _ in [.close] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.description == "get /version at http://127.0.0.1:\(server.port): the server closed the connection without an answer")
        #expect(server.requests.count == 1)
        client.close()
    }

    @Test func `A port without a server is refused, with advice about a proxy that is not used`() async throws {
        // Nobody listens on port 1 of the loopback interface.
        var environment = ClientEnvironment()
        environment.unreachableAdvice = "HTTPS_PROXY is set and not used"
        let configuration = ClusterConfiguration(
            server: ServerAddress(host: "127.0.0.1", port: 1),
            serverName: .address("127.0.0.1"),
            trust: .everything,
            origin: "a test"
        )
        let client = APIClient(configuration, userAgent: "t", on: NIOSingletons.posixEventLoopGroup.next(), environment: environment)
        let error = await #expect(throws: APIError.self) { try await client.list(.scorePolicies) { _ in 0 } }
        #expect(
            error?.description
                == "list scorepolicies.podscore.dev at https://127.0.0.1:1: connection refused; HTTPS_PROXY is set and not used"
        )
    }

    @Test(arguments: [
        (
            "forbidden",
            #"status 403: pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods" in API group "" at the cluster scope; add to a ClusterRole of this account: apiGroups: ["podscore.dev"], resources: ["scorepolicies"], verbs: ["list"]"#
        ),
        ("unauthorized", "status 401: Unauthorized; the token or client certificate is invalid or expired"),
        (
            "crd-not-installed",
            "status 404: 404 page not found; scorepolicies.podscore.dev is not installed; install its CustomResourceDefinition"
        ),
        ("not-found", #"status 404: pods "nobody" not found"#),
        (
            "lease-update-conflict",
            #"status 409: Operation cannot be fulfilled on leases.coordination.k8s.io "podscore": the object has been modified; please apply your changes to the latest version and try again"#
        ),
        (
            "scorepolicy-create-invalid",
            #"status 400: ScorePolicy in version "v1alpha1" cannot be handled as a ScorePolicy: strict decoding error: unknown field "spec.enforce.minimumScor""#
        ),
    ])
    func `A recorded refusal says what to do`(name: String, message: String) async throws {
        let recording = try Recording(name)
        let server = try ScriptedServer { _ in ScriptedServer.Step.recording(recording) }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await client.list(.scorePolicies) { _ in 0 } }
        #expect(error?.description == "list scorepolicies.podscore.dev at http://127.0.0.1:\(server.port): \(message)")
        #expect(server.requests.count == 1)
        client.close()
    }

    @Test(arguments: [(429, "1"), (429, "30"), (503, "5"), (500, "1")])
    func `Retry-After is obeyed exactly, with jitter`(code: Int, seconds: String) async throws {
        let server = try ScriptedServer { request in
            request.number < 3 ? [.answer(code, ["Retry-After: \(seconds)"], "busy")] : [.answer(200, "ok")]
        }
        let waits = Waits()
        let client = server.client { $0.sleep = { waits.add($0) } }
        #expect(try await client.body(of: get) == Array("ok".utf8))
        let expected = try Duration.seconds(#require(Int(seconds))) + .milliseconds(500)
        #expect(waits.all == [expected, expected])
        client.close()
    }

    @Test(arguments: [(429, []), (503, []), (503, ["Retry-After: 3600"]), (503, ["Retry-After: soon"]), (404, ["Retry-After: 1"])])
    func `Without a sensible Retry-After the answer is reported at once`(code: Int, headers: [String]) async throws {
        let server = try ScriptedServer { _ in [.answer(code, headers, "busy")] }
        let client = server.client { $0.sleep = { _ in Issue.record("waited") } }
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.cause.status?.code == code)
        #expect(server.requests.count == 1)
        client.close()
    }

    @Test func `A server that never stops asking for patience is given up`() async throws {
        let server = try ScriptedServer { _ in [.answer(429, ["Retry-After: 1"], "busy")] }
        let waits = Waits()
        let client = server.client { $0.sleep = { waits.add($0) } }
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.cause.status?.code == 429)
        #expect(server.requests.count == 10)
        #expect(waits.all.count == 9)
        client.close()
    }

    @Test func `A caller that waits itself gets the answer`() async throws {
        let server = try ScriptedServer { _ in [.answer(429, ["Retry-After: 1"], "busy")] }
        let client = server.client { $0.sleep = { _ in Issue.record("waited") } }
        var request = get
        request.obeysRetryAfter = false
        let error = await #expect(throws: APIError.self) { try await client.body(of: request) }
        #expect(error?.cause.status?.retryAfterSeconds == 1)
        client.close()
    }

    @Test func `The body of a refusal is read up to a limit`() async throws {
        let body = #"{"kind":"Status","message":"\#(String(repeating: "x", count: 300_000))"}"#
        let server = try ScriptedServer { _ in [.answer(500, body)] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect((error?.cause.status?.message.utf8.count ?? 0) < 300)
        client.close()
    }

    @Test func `A body beyond the limit is refused`() async throws {
        let server = try ScriptedServer { _ in [.answer(200, String(repeating: "x", count: 101))] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await client.body(of: get, byteLimit: 100) }
        #expect(error?.cause == .bodyTooLarge(byteLimit: 100))
        #expect(try await client.body(of: get, byteLimit: 101).count == 101)
        client.close()
    }

    @Test func `An answer that never comes is given up, and the connection closed`() async throws {
        let server = try ScriptedServer { request in request.number == 1 ? [] : [.answer(200, "ok")] }
        let client = server.client()
        var request = get
        request.answerTimeout = .milliseconds(20)
        let error = await #expect(throws: APIError.self) { try await client.body(of: request) }
        #expect(error?.cause == .answerTimedOut(.milliseconds(20)))
        #expect(try await client.body(of: get) == Array("ok".utf8))
        #expect(server.connectionCount == 2)
        client.close()
    }

    @Test func `A body that stops is given up`() async throws {
        let server = try ScriptedServer { _ in [.chunkedHead, .chunk(Array("half".utf8))] }
        let client = server.client()
        var request = get
        request.silenceTimeout = .milliseconds(20)
        let error = await #expect(throws: APIError.self) { try await client.body(of: request) }
        #expect(error?.cause == .bodyTimedOut(.milliseconds(20)))
        client.close()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nhalf",
    ])
    func `A body that is cut off is a failure`(answer: String) async throws {
        let server = try ScriptedServer { _ in [.bytes(Array(answer.utf8)), .close] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        #expect(error?.cause == .cutOff)
        client.close()
    }

    @Test(arguments: ["SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "\u{15}\u{3}\u{1}\0\u{2}"])
    func `An answer that is not HTTP is a failure`(answer: String) async throws {
        let server = try ScriptedServer { _ in [.bytes(Array(answer.utf8))] }
        let client = server.client()
        let error = await #expect(throws: APIError.self) { try await client.body(of: get) }
        guard case .invalidHTTP = error?.cause else {
            Issue.record("\(String(describing: error))")
            return
        }
        client.close()
    }

    @Test func `A cancelled request ends at once and closes its connection`() async throws {
        let server = try ScriptedServer { request in request.number == 1 ? [.chunkedHead, .chunk([65])] : [.answer(200, "ok")] }
        let client = server.client()
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let get = get
        let task = Task {
            try await client.send(get) { (body) async throws(APIError.Cause) in
                _ = try await body.next()
                start.yield()
                _ = try await body.next()
            }
        }
        for await _ in started { break }
        task.cancel()
        let error = await #expect(throws: APIError.self) { try await task.value }
        #expect(error?.cause == .cancelled)
        #expect(try await client.body(of: get) == Array("ok".utf8))
        #expect(server.connectionCount == 2)
        client.close()
    }

    @Test func `An answer that was not read to its end closes the connection`() async throws {
        let server = try ScriptedServer { request in request.number == 1 ? [.chunkedHead, .chunk([65])] : [.answer(200, "ok")] }
        let client = server.client()
        try await client.send(get) { (body) async throws(APIError.Cause) in _ = try await body.next() }
        _ = try await client.body(of: get)
        #expect(server.connectionCount == 2)
        client.close()
    }
}

/// The waits that a client asked for; a class because the client's closure adds to it.
final class Waits: Sendable {
    private let waits = Mutex<[Duration]>([])

    var all: [Duration] { waits.withLock { $0 } }

    func add(_ wait: Duration) {
        waits.withLock { $0.append(wait) }
    }
}
