import Synchronization
import Testing

@testable import WebhookServer

@Suite struct DrainTests {
    @Test func `A shutdown under load loses no request`() async throws {
        let handler = EchoHandler()
        let configuration = TestServer.configuration { $0.drain.propagationDelay = .milliseconds(100) }
        let server = try await WebhookServer.start(
            configuration,
            handler: handler,
            metrics: handler.metrics
        )
        let port = server.port
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    // What the kernel has accepted and the server has not is reset when it stops to listen, so the last ones come before.
                    while !server.isDraining, let client = try? await TestClient.connect(to: port) {
                        var isOpen = true
                        while isOpen {
                            guard (try? await client.send(TestServer.post())) != nil else { break }
                            tally.sent.add(1, ordering: .relaxed)
                            guard let response = try await client.next() else { break }
                            tally.answered.add(response.status == 200 ? 1 : 0, ordering: .relaxed)
                            isOpen = response["Connection"] == nil
                        }
                        await client.close()
                    }
                }
            }
            // The clients go on until the server ends, also when they were too slow.
            let isUnderLoad = (try? await Eventually.holds { tally.answered.load(ordering: .relaxed) > 200 }) != nil
            await server.drain()
            try await group.waitForAll()
            #expect(isUnderLoad)
        }
        #expect(tally.sent.load(ordering: .relaxed) == tally.answered.load(ordering: .relaxed))
    }

    @Test func `A server that shuts down is unready, and each answer is the last`() async throws {
        let configuration = TestServer.configuration {
            $0.drain.propagationDelay = .seconds(2)
            $0.limits.largeBodyByteCount = 10
        }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let operations = try await TestClient.connect(to: try #require(server.operationsPort))
            let client = try await TestClient.connect(to: server.port)
            let idle = try await TestClient.connect(to: server.port)
            let early = try await TestClient.connect(to: server.port)
            try await operations.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await operations.response().status == 200)
            for client in [client, idle] {
                try await client.send(TestServer.post())
                #expect(try await client.response()["Connection"] == nil)
            }
            async let end: Void = server.drain()
            var status = 200
            while status == 200 {
                try await operations.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
                status = try await operations.response().status
            }
            #expect(status == 503)
            try await client.send(TestServer.post())
            #expect(try await client.response()["Connection"] == "close")
            let late = try await TestClient.connect(to: server.port)
            for client in [early, late] {
                try await client.send(TestServer.post())
                #expect(try await client.response()["Connection"] == "close")
            }
            #expect(try await idle.next() == nil)
            await end
            await #expect(throws: (any Error).self) { try await TestClient.connect(to: server.port) }
        }
    }

    @Test func `A request in flight is finished, and an endless one is cut off`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.largeBodyByteCount = 10
            $0.limits.countsModels = false
        }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let finishing = try await TestClient.connect(to: server.port)
            let stalled = try await TestClient.connect(to: server.port)
            try await finishing.send(TestServer.post("/validate", "wait for the gate"))
            try await stalled.send(String(TestServer.post().dropLast()))
            try await Eventually.holds { server.load.inFlight == 1 && server.load.bufferedBytes == 18 }
            async let end: Void = server.drain()
            try await Eventually.holds { server.isDraining }
            handler.openGate()
            let response = try await finishing.response()
            #expect(response.status == 200)
            #expect(response["Connection"] == "close")
            #expect(try await stalled.next() == nil)
            await end
        }
    }

    @Test func `A port in use is reported`() async throws {
        try await TestServer.run { server in
            let port = server.port
            await #expect(throws: ListenError.addressInUse(host: "127.0.0.1", port: port)) {
                try await TestServer.run(TestServer.configuration { $0.port = port }) { _ in }
            }
            await #expect(throws: ListenError.addressInUse(host: "127.0.0.1", port: port)) {
                try await TestServer.run(TestServer.configuration { $0.operationsPort = port }) { _ in }
            }
        }
    }
}

/// The requests and answers of clients.
///
/// A class because several tasks count into it.
final class Tally: Sendable {
    let sent = Atomic<Int>(0)
    let answered = Atomic<Int>(0)
}
