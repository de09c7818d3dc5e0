import NIOCore
import NIOEmbedded
import Testing

@testable import WebhookServer

@Suite struct OrderTests {
    @Test func `Requests sent at once are answered in order`() async throws {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send((0..<100).map { TestServer.post("/validate/p\($0)") }.joined())
            for index in 0..<100 { #expect(try await client.response().body == "p\(index) 2") }
            await client.close()
        }
    }

    @Test func `A request behind a large body waits for its answer`() async throws {
        let configuration = TestServer.configuration { $0.limits.largeBodyByteCount = 10 }
        try await TestServer.run(configuration) { server in
            let client = try await TestClient.connect(to: server.port)
            let large = String(repeating: " ", count: 100)
            try await client.send(
                (0..<20).map { TestServer.post("/validate/p\($0)", $0.isMultiple(of: 3) ? large : "{}") }.joined() + "nonsense\r\n\r\n"
            )
            for index in 0..<20 {
                #expect(try await client.response().body == "p\(index) \(index.isMultiple(of: 3) ? 100 : 2)")
            }
            #expect(try await client.response().status == 400)
            #expect(try await client.next() == nil)
        }
    }

    @Test func `A slow large body delays nobody else`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.largeBodyByteCount = 10
            $0.eventLoopCount = 1
        }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let slow = try await TestClient.connect(to: server.port)
            let quick = try await TestClient.connect(to: server.port)
            try await slow.send(TestServer.post("/validate", "wait for the gate") + TestServer.post())
            try await quick.send(TestServer.post())
            #expect(try await quick.response().status == 200)
            handler.openGate()
            #expect(try await slow.response().body == "any 17")
            #expect(try await slow.response().body == "any 2")
            // A place is free once the answer is in the socket, which a client can know a moment earlier.
            try await Eventually.holds { server.load.inFlight == 0 && server.load.bufferedBytes == 0 }
            await slow.close()
            await quick.close()
        }
    }

    @Test func `A client that leaves before its answer holds nothing`() async throws {
        let configuration = TestServer.configuration { $0.limits.largeBodyByteCount = 10 }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestServer.post("/validate", "wait for the gate"))
            await client.close()
            handler.openGate()
            try await Eventually.holds { server.load.inFlight == 0 && server.load.bufferedBytes == 0 && server.connectionCount == 0 }
        }
    }

    @Test func `A request that arrives byte by byte is served`() async throws {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: server.port)
            for byte in TestServer.post("/validate", "{\"a\": 1}").unicodeScalars { try await client.send(String(byte)) }
            #expect(try await client.response().body == "any 8")
            await client.close()
        }
    }

    @Test(arguments: [10, 1 << 20])
    func `A body in many pieces arrives whole`(largeByteCount: Int) async throws {
        let configuration = TestServer.configuration { $0.limits.largeBodyByteCount = largeByteCount }
        try await TestServer.run(configuration) { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestServer.post("/validate", String(repeating: " ", count: 600_000)))
            #expect(try await client.response().body == "any 600000")
            await client.close()
        }
    }

    @Test func `An answer is sent if the client's end arrives in the same read as its request`() throws {
        let server = try EmbeddedServer()
        server.channel.pipeline.fireChannelRead(ByteBuffer(string: TestServer.post()))
        server.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        server.channel.pipeline.fireChannelReadComplete()
        server.endTurn()
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
    }

    @Test func `A refusal is sent if malformed HTTP follows in the same read`() throws {
        let server = try EmbeddedServer()
        let fields = "Host: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
        try server.receive("POST /validate HTTP/1.1\r\n\(fields)nonsense\r\n")
        #expect(try server.sent().hasPrefix("HTTP/1.1 415 "))
    }
}
