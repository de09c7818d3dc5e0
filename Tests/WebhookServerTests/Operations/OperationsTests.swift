import Platform
import Testing

@testable import WebhookServer

@Suite struct OperationsTests {
    @Test(arguments: [
        ("GET", "/livez", 200, "ok\n"), ("GET", "/readyz", 200, "ok\n"),
        ("GET", "/readyz?verbose", 200, "[+]certificate ok: plain HTTP\n[+]serving ok"),
        ("GET", "/readyz?verbose", 200, "[+]policy ok: the built-in default; in force since 1970-01-01T00:00:00.000Z\n"),
        ("GET", "/policy", 200, #"{"mode":"enforce","since":"1970-01-01T00:00:00.000Z","files":[],"warnings":[],"#),
        ("GET", "/policy", 200, #""policies":[],"waivers":[],"default":{"name":"default""#),
        ("GET", "/metrics", 200, "# TYPE podscore_in_flight_requests gauge\npodscore_in_flight_requests 0\n"), ("HEAD", "/livez", 200, ""),
        ("GET", "/", 404, "/metrics"), ("GET", "/validate", 404, ""), ("POST", "/livez", 405, ""),
    ])
    func `The port for probes and metrics has these pages`(method: String, path: String, status: Int, says: String) async throws {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: try #require(server.operationsPort))
            try await client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            if method == "HEAD" {
                // The length is that of the page, which does not follow.
                #expect(try await client.next() == nil)
            } else {
                let response = try await client.response()
                #expect(response.status == status)
                #expect(response.body.contains(says), "\(response.body)")
                if status == 405 { #expect(response["Allow"] == "GET, HEAD") }
            }
        }
    }

    @Test(
        arguments: ["Content-Length: 3\r\n\r\nabc", "Content-Length: 3\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"],
        ["/livez", "/", "/metrics"]
    )
    func `The port for probes and metrics rejects a body before it arrives, and closes the connection`(rest: String, path: String)
        async throws
    {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: try #require(server.operationsPort))
            try await client.send("POST \(path) HTTP/1.1\r\nHost: a\r\n\(rest)")
            let response = try await client.response()
            #expect(response.status == 413)
            #expect(response["Connection"] == "close")
            #expect(try await client.next() == nil)
        }
    }

    @Test func `A probe is answered while both event loops are busy and others hold all connections of the port`() async throws {
        let configuration = TestServer.configuration { $0.maxOperationsConnections = 4 }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let deciding = [try await TestClient.connect(to: server.port), try await TestClient.connect(to: server.port)]
            for client in deciding { try await client.send(TestServer.post("/validate", "wait on the event loop")) }
            try await Eventually.holds { server.load.inFlight == 2 }
            let port = try #require(server.operationsPort)
            var holders: [TestClient] = []
            for _ in 0..<8 { holders.append(try await TestClient.connect(to: port)) }
            let probe = try await TestClient.connect(to: port)
            try await probe.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await probe.response().status == 200)
            #expect(try await holders[0].next() == nil)
            handler.openGate()
            for client in deciding { #expect(try await client.response().status == 200) }
            for client in holders + deciding + [probe] { await client.close() }
        }
    }

    @Test func `Answers and requests in flight are counted`() async throws {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: server.port)
            let stalled = try await TestClient.connect(to: server.port)
            let operations = try await TestClient.connect(to: try #require(server.operationsPort))
            try await client.send(TestServer.post() + TestServer.post("/nowhere") + TestServer.post())
            for _ in 0..<3 { _ = try await client.response() }
            try await stalled.send(String(TestServer.post().dropLast()))
            try await Eventually.holds { server.load.bufferedBytes == 1 }
            try await operations.send("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            let page = try await operations.response().body
            for line in [
                #"podscore_http_responses_total{code="200"} 2"#, #"podscore_http_responses_total{code="404"} 1"#,
                "podscore_in_flight_requests 0", "podscore_connections 2", "podscore_buffered_body_bytes 1",
            ] {
                #expect(page.contains(line + "\n"), "\(line)")
            }
            for client in [client, stalled, operations] { await client.close() }
        }
    }
}
