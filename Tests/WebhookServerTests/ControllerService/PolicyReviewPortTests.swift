import AdmissionPolicy
import Synchronization
import Testing

@testable import WebhookServer

@Suite struct PolicyReviewPortTests {
    private static func exchange(_ text: String, with server: ControllerServer) async throws -> TestClient.Response {
        let client = try await TestClient.connect(to: try #require(server.webhookPort))
        try await client.send(text)
        let response = try await client.response()
        await client.close()
        return response
    }

    @Test func `A review is answered`() async throws {
        try await TestController.run(reviews: TestReviews()) { server in
            let response = try await Self.exchange(TestServer.post("/policies?timeout=5s", "{}"), with: server)
            #expect(response.status == 200)
            #expect(response.body == "answer to {}")
            #expect(response["Content-Type"] == "application/json")
        }
    }

    @Test func `A body that is no review gets 400 with the place`() async throws {
        try await TestController.run(reviews: TestReviews()) { server in
            let response = try await Self.exchange(TestServer.post("/policies", "bad"), with: server)
            #expect(response.status == 400)
            #expect(response.body.contains(#""byteOffset":3"#), "\(response.body)")
        }
    }

    @Test(
        arguments: [
            (TestServer.post("/validate"), 404), (TestServer.post("/policies/"), 404), (TestServer.post("/policiesx"), 404),
            (TestServer.post("/"), 404), (TestServer.post("/policies?timeout=soon"), 400),
            ("GET /policies HTTP/1.1\r\nHost: a\r\n\r\n", 405),
            ("POST /policies HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}", 415),
            ("POST /policies HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 400),
            ("garbage\r\n\r\n", 400), (TestServer.post("/policies?timeout=0s"), 503),
        ]
    )
    func `Any other request is rejected, and reviews nothing`(text: String, status: Int) async throws {
        let reviews = TestReviews()
        try await TestController.run(reviews: reviews) { server in
            let response = try await Self.exchange(text, with: server)
            #expect(response.status == status)
            #expect(reviews.times.withLock { $0.isEmpty })
        }
    }

    @Test func `A review is told the time that its client waits, minus that of the network`() async throws {
        let reviews = TestReviews()
        try await TestController.run(reviews: reviews) { server in
            _ = try await Self.exchange(TestServer.post("/policies?timeout=100s", "{}"), with: server)
            _ = try await Self.exchange(TestServer.post("/policies", "{}"), with: server)
        }
        let times = reviews.times.withLock { $0 }
        #expect(times.count == 2)
        #expect(times.first.map { ($0 ?? .zero) > .seconds(50) && ($0 ?? .zero) <= .milliseconds(99_500) } == true)
        #expect(times.last == .some(nil))
    }

    @Test func `An answer waits for its preview while others are answered`() async throws {
        let reviews = TestReviews()
        try await TestController.run(reviews: reviews) { server in
            let waiting = try await TestClient.connect(to: try #require(server.webhookPort))
            try await waiting.send(TestServer.post("/policies", "preview"))
            try await Eventually.holds { reviews.previews.withLock { $0.first?.state.withLock { $0 } == .begun } }
            #expect(try await Self.exchange(TestServer.post("/policies", "{}"), with: server).body == "answer to {}")
            // An answer is with its client a moment before its place is free.
            try await Eventually.holds { server.load?.inFlight == 1 }
            reviews.previews.withLock { $0 }.first?.complete()
            #expect(try await waiting.response().body == "previewed")
            await waiting.close()
        }
    }

    @Test func `A preview without a place, or whose time is over, is answered as it is`() async throws {
        let reviews = TestReviews(limit: .milliseconds(1))
        try await TestController.run(reviews: reviews) { server in
            for body in ["busy", "preview"] {
                let response = try await Self.exchange(TestServer.post("/policies", body), with: server)
                #expect(response.body == "previewed")
            }
        }
        #expect(reviews.previews.withLock { $0.map { $0.state.withLock { $0 } } } == [.finished, .finished])
    }

    @Test func `A preview whose connection is closed ends`() async throws {
        let reviews = TestReviews()
        try await TestController.run(reviews: reviews, { $0.drain.deadline = .milliseconds(1) }) { server in
            let client = try await TestClient.connect(to: try #require(server.webhookPort))
            try await client.send(TestServer.post("/policies", "preview"))
            try await Eventually.holds { reviews.previews.withLock { $0.first?.state.withLock { $0 } == .begun } }
            await server.drain()
            try await Eventually.holds { reviews.previews.withLock { $0.first?.state.withLock { $0 } == .cancelled } }
            await client.close()
        }
    }

    @Test func `A review in flight is answered while the server ends`() async throws {
        let reviews = TestReviews()
        try await TestController.run(reviews: reviews, { $0.drain.deadline = .seconds(600) }) { server in
            let client = try await TestClient.connect(to: try #require(server.webhookPort))
            try await client.send(TestServer.post("/policies", "preview"))
            try await Eventually.holds { reviews.previews.withLock { $0.first?.state.withLock { $0 } == .begun } }
            async let drained: Void = server.drain()
            reviews.previews.withLock { $0 }.first?.complete()
            #expect(try await client.response().body == "previewed")
            await drained
        }
    }

    @Test func `A client with TLS is served`() async throws {
        let certificate = CertificateInForce(try OpenSSLTool.context.get())
        try await TestController.run(reviews: TestReviews(), certificate: certificate) { server in
            let port = try #require(server.webhookPort)
            let request = TestServer.post("/policies", "{}", fields: "Connection: close\r\n")
            let output = try await Task.detached {
                try OpenSSLTool.run("s_client -connect 127.0.0.1:\(port) -alpn http/1.1 -quiet", input: request)
            }.value
            #expect(output.hasSuffix("answer to {}"), "\(output)")
        }
    }
}
