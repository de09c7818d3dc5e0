import NIOCore
import Testing

@testable import WebhookServer

@Suite struct StallTests {
    @Test(arguments: [
        ("POST /validate HTTP/1.1\r\nHo", 10_000, "header"),
        ("\r\n", 10_000, "header"),
        (String(TestServer.post().dropLast()), 15_000, "body"),
        (String(TestServer.post("/validate?timeout=30s").dropLast()), 15_000, "body"),
    ])
    func `A client that stops in a request gets 408 and is closed`(request: String, milliseconds: Int64, says: String) throws {
        let server = try EmbeddedServer()
        try server.receive(request)
        server.pass(.milliseconds(milliseconds - 1))
        #expect(try server.sent().isEmpty)
        server.pass(.milliseconds(1))
        let sent = try server.sent()
        #expect(sent.hasPrefix("HTTP/1.1 408 "))
        #expect(sent.contains("Connection: close\r\n"))
        #expect(sent.contains(says))
        #expect(!server.isOpen)
    }

    @Test func `A client that stops in the second request, or in a later one, gets 408`() throws {
        let half = String(TestServer.post().dropLast())
        for later in ["", "}" + half, "}" + TestServer.post() + half] {
            let server = try EmbeddedServer()
            try server.receive(TestServer.post() + half)
            #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
            server.pass(.seconds(14))
            try server.receive(later)
            if !later.isEmpty {
                #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
                server.pass(.seconds(14))
            }
            #expect(server.isOpen)
            server.pass(.seconds(1))
            #expect(try server.sent().hasPrefix("HTTP/1.1 408 "))
            #expect(!server.isOpen)
        }
    }

    @Test(arguments: ["P", "POST /validate HTTP/1.1\r\nHost: a\r\n", "OPTIONS * HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nA:"])
    func `A client that stops in a header behind a request gets 408 for any segments`(header: String) throws {
        for segments in [[TestServer.post() + header], [TestServer.post(), header], [TestServer.post(), "\r\n" + header]] {
            let server = try EmbeddedServer()
            for segment in segments { try server.receive(segment) }
            #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
            server.pass(.milliseconds(9_999))
            #expect(try server.sent().isEmpty)
            server.pass(.milliseconds(1))
            #expect(try server.sent().contains("header did not arrive in time"))
            #expect(!server.isOpen)
        }
    }

    /// Expects an answer, and that the connection is closed without another one after two idle minutes.
    private func expectIdleAfterAnswer(_ server: EmbeddedServer) throws {
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        server.pass(.seconds(119))
        #expect(server.isOpen)
        server.pass(.seconds(1))
        #expect(!server.isOpen)
        #expect(try server.sent().isEmpty)
    }

    @Test(arguments: ["", "\r\n", "\r\n\r\n"])
    func `Empty lines behind a request do not begin a header`(lines: String) throws {
        for segments in [[TestServer.post() + lines], [TestServer.post(), lines]] {
            let server = try EmbeddedServer()
            for segment in segments { try server.receive(segment) }
            try expectIdleAfterAnswer(server)
        }
    }

    @Test func `A probed connection keeps serving`() throws {
        let server = try EmbeddedServer()
        for _ in 0..<3 {
            try server.receive(TestServer.post())
            #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
            server.pass(.seconds(11))
        }
        try server.receive(String(TestServer.post().prefix(10)))
        server.pass(.seconds(9))
        try server.receive(String(TestServer.post().dropFirst(10)))
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        #expect(server.isOpen)
    }

    @Test func `A slow header or body gets no more time`() throws {
        for (start, seconds) in [
            ("POST /", 10), (String(TestServer.post("/validate", String(repeating: " ", count: 99)).dropLast(99)), 15),
        ] {
            let server = try EmbeddedServer()
            try server.receive(start)
            for _ in 1..<seconds {
                server.pass(.seconds(1))
                try server.receive("a")
            }
            #expect(try server.sent().isEmpty)
            server.pass(.seconds(1))
            #expect(try server.sent().hasPrefix("HTTP/1.1 408 "))
        }
    }

    @Test func `A refused body that does not end closes the connection`() throws {
        let server = try EmbeddedServer()
        try server.receive(String(TestServer.post("/nowhere").dropLast()))
        #expect(try server.sent().hasPrefix("HTTP/1.1 404 "))
        server.pass(.seconds(15))
        #expect(try server.sent().isEmpty)
        #expect(!server.isOpen)
    }

    @Test func `A connection without a request is closed without an answer, a new one soon`() throws {
        let new = try EmbeddedServer()
        new.pass(.milliseconds(9_999))
        #expect(new.isOpen)
        new.pass(.milliseconds(1))
        #expect(!new.isOpen)
        #expect(try new.sent().isEmpty)
        let server = try EmbeddedServer()
        try server.receive(TestServer.post())
        try expectIdleAfterAnswer(server)
    }

    @Test func `A request after a long silence has the full time`() throws {
        let server = try EmbeddedServer()
        try server.receive(TestServer.post())
        server.pass(.seconds(100))
        try server.receive(String(TestServer.post().prefix(30)))
        server.pass(.seconds(9))
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        try server.receive(String(TestServer.post().dropFirst(30).dropLast()))
        server.pass(.seconds(14))
        try server.receive("}")
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        server.pass(.seconds(30))
        #expect(server.isOpen)
    }

    @Test(arguments: [("500ms", 450), ("2s", 1_800), ("10s", 9_500), ("0m10s", 9_500)])
    func `A timeout that can't be met gets an answer before it is over`(timeout: String, milliseconds: Int64) throws {
        let server = try EmbeddedServer()
        try server.receive(String(TestServer.post("/validate?timeout=\(timeout)").dropLast()))
        server.pass(.milliseconds(milliseconds - 1))
        #expect(try server.sent().isEmpty)
        server.pass(.milliseconds(1))
        let sent = try server.sent()
        #expect(sent.hasPrefix("HTTP/1.1 503 "))
        #expect(sent.contains("Retry-After: 1\r\n"))
        #expect(!server.isOpen)
    }

    @Test func `A large body that waits too long is not decided`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.largeBodyByteCount = 10
            $0.eventLoopCount = 1
        }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let first = try await TestClient.connect(to: server.port)
            let second = try await TestClient.connect(to: server.port)
            try await first.send(TestServer.post("/validate", "wait for the gate"))
            try await Eventually.holds { server.load.inFlight == 1 }
            try await second.send(TestServer.post("/validate?timeout=1ms", "another large body"))
            try await Eventually.holds { server.load.inFlight == 2 }
            let isLate = ContinuousClock.now + .milliseconds(1)
            try await Eventually.holds { ContinuousClock.now > isLate }
            handler.openGate()
            #expect(try await first.response().status == 200)
            #expect(try await second.response().status == 503)
            await first.close()
            await second.close()
        }
    }

    @Test func `A client that does not close can't keep an ending connection`() async throws {
        try await TestServer.run(TestServer.configuration { $0.limits.lingerTimeout = .milliseconds(20) }) { server in
            let client = try await TestClient.connect(to: server.port, closesOnEnd: false)
            try await client.send(TestServer.post(fields: "Connection: close\r\n"))
            #expect(try await client.response().status == 200)
            try await Eventually.holds { server.connectionCount == 0 }
            await client.close()
        }
    }
}
