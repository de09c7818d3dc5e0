import NIOCore
import NIOEmbedded
import NIOHTTP1
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

    @Test(arguments: [("podscore.podscore.svc", "podscore.podscore.svc:8080"), ("::1", "[::1]:8080")])
    func `The request names the host and the port`(host: String, field: String) throws {
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let answer = channel.eventLoop.makePromise(of: ReadinessAnswer.self)
        let client = ReadinessClient(host: host, port: 8080)
        try channel.pipeline.syncOperations.addHandler(ReadinessHandler(address: client.address, answer: answer))
        channel.pipeline.fireChannelActive()
        guard case .head(let head)? = try channel.readOutbound(as: HTTPClientRequestPart.self) else {
            Issue.record("no request")
            return
        }
        #expect(head.headers["Host"] == [field])
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
        "http://8080", "http://[127.0.0.1]:80", "http://a:+80",
    ])
    func `Any other address is rejected`(url: String) {
        #expect(ReadinessClient(url: url) == nil)
    }
}
