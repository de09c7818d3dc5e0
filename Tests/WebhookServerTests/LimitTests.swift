import Testing

@testable import WebhookServer

@Suite struct LimitTests {
    @Test func `One request too many is told to come again, on the same connection`() async throws {
        try await TestServer.run(TestServer.configuration { $0.limits.maxInFlight = 1 }) { server in
            let first = try await TestClient.connect(to: server.port)
            let second = try await TestClient.connect(to: server.port)
            try await first.send(String(TestServer.post().dropLast()))
            try await Eventually.holds { server.load.inFlight == 1 }
            try await second.send(TestServer.post())
            let refusal = try await second.response()
            #expect(refusal.status == 503)
            #expect(refusal["Retry-After"] == "1")
            #expect(refusal["Connection"] == nil)
            try await first.send("}")
            #expect(try await first.response().status == 200)
            try await second.send(TestServer.post())
            #expect(try await second.response().status == 200)
            await first.close()
            await second.close()
        }
    }

    @Test func `Large bodies are counted when announced, and leave room for ordinary ones`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.maxBufferedBytes = 1_000_000
            $0.limits.bodyByteLimit = 700_000
            $0.limits.largeBodyByteCount = 100_000
        }
        try await TestServer.run(configuration) { server in
            let clients = [
                try await TestClient.connect(to: server.port), try await TestClient.connect(to: server.port),
                try await TestClient.connect(to: server.port),
            ]
            let large = TestServer.post("/validate", String(repeating: " ", count: 500_000))
            try await clients[0].send(String(large.prefix(200)))
            try await Eventually.holds { server.load.bufferedBytes == 500_000 }
            try await clients[1].send(String(large.prefix(200)))
            let refusal = try await clients[1].response()
            #expect(refusal.status == 503)
            #expect(refusal["Retry-After"] == "1")
            try await clients[2].send(TestServer.post("/validate", String(repeating: " ", count: 90_000)))
            #expect(try await clients[2].response().status == 200)
            try await clients[0].send(String(large.dropFirst(200)))
            #expect(try await clients[0].response().body == "any 500000")
            #expect(server.load.bufferedBytes == 0)
            for client in clients { await client.close() }
        }
    }

    @Test func `An announcement of an ordinary body takes nothing from anybody`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.maxBufferedBytes = 1_000
            $0.limits.largeBodyByteCount = 900
        }
        try await TestServer.run(configuration) { server in
            let idler = try await TestClient.connect(to: server.port)
            let client = try await TestClient.connect(to: server.port)
            let body = String(repeating: " ", count: 800)
            try await idler.send(String(TestServer.post("/validate", body).dropLast(700)))
            try await Eventually.holds { server.load.bufferedBytes == 100 }
            try await client.send(TestServer.post("/validate", body))
            #expect(try await client.response().status == 200)
            await idler.close()
            await client.close()
            try await Eventually.holds { server.load.bufferedBytes == 0 && server.load.inFlight == 0 }
        }
    }

    @Test func `The largest body fits whatever the budget`() {
        var limits = WebhookServer.Limits()
        limits.maxBufferedBytes = limits.bodyByteLimit
        let gauge = LoadGauge(limits: limits)
        #expect(gauge.reserve(limits.bodyByteLimit, isLarge: true))
        #expect(!gauge.reserve(1, isLarge: false))
    }

    @Test func `A chunked body is counted as it grows`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.maxBufferedBytes = 1_000
            $0.limits.bodyByteLimit = 8_000
            $0.limits.largeBodyByteCount = 100
        }
        try await TestServer.run(configuration) { server in
            let client = try await TestClient.connect(to: server.port)
            let chunk = "c8\r\n\(String(repeating: " ", count: 200))\r\n"
            try await client.send("POST /validate HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<6 { client.sendWithoutWaiting(chunk) }
            #expect(try await client.response().status == 503)
            #expect(try await client.next() == nil)
            try await Eventually.holds { server.load.bufferedBytes == 0 && server.load.inFlight == 0 }
        }
    }
}
