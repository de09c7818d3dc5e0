import Testing

@testable import WebhookServer

@Suite struct ReadinessClientTests {
    @Test func `A ready server has no problem`() async throws {
        try await TestServer.run { server in
            let client = ReadinessClient(host: "127.0.0.1", port: try #require(server.operationsPort))
            #expect(await client.problem() == nil)
        }
    }

    @Test func `A server without that page is named with its answer`() async throws {
        try await TestServer.run { server in
            let problem = await ReadinessClient(host: "127.0.0.1", port: server.port).problem()
            #expect(problem?.hasPrefix("it answers 404") == true, "\(problem ?? "ready")")
        }
    }

    @Test func `A server that is gone refuses the connection`() async throws {
        var port = 0
        try await TestServer.run { server in port = try #require(server.operationsPort) }
        #expect(await ReadinessClient(host: "127.0.0.1", port: port).problem() == "connection refused")
    }

    @Test(arguments: [
        ("http://podscore.podscore.svc:8080", "podscore.podscore.svc", 8080), ("http://127.0.0.1:1/", "127.0.0.1", 1),
        ("http://[::1]:65535", "::1", 65535),
    ])
    func `An address has a host and a port`(url: String, host: String, port: Int) throws {
        let client = try #require(ReadinessClient(url: url))
        #expect(client.host == host && client.port == port)
    }

    @Test(arguments: [
        "", "http://", "http://a", "http://a:", "http://a:0", "http://a:65536", "http://:80", "http://::1:80", "http://a:80/readyz",
        "https://a:80", "http://u@a:80", "http://a b:80", "a:80", "http://[]:80", "http://a:99999999999999999999",
    ])
    func `Any other address is rejected`(url: String) {
        #expect(ReadinessClient(url: url) == nil)
    }
}
