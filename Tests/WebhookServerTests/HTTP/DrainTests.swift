import Synchronization
import Testing

@testable import WebhookServer

@Suite struct DrainTests {
    @Test func `A shutdown under load loses no request`() async throws {
        let handler = EchoHandler()
        let configuration = TestServer.configuration { $0.drain.propagationDelay = .seconds(2) }
        let server = try await WebhookServer.start(
            configuration,
            handler: handler,
            metrics: handler.metrics
        )
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await self.post(to: server, tally) } }
            // The clients go on until the server ends, also when they were too slow.
            let isUnderLoad = (try? await Eventually.holds(within: .seconds(120)) { tally.answered.load(ordering: .relaxed) > 100 }) != nil
            tally.begin()
            await server.drain()
            try await group.waitForAll()
            #expect(isUnderLoad)
        }
        #expect(tally.lost.load(ordering: .relaxed) == 0)
    }

    /// Posts on one connection after another until the server ends.
    private func post(to server: WebhookServer, _ tally: Tally) async throws {
        while let client = try? await TestClient.connect(to: server.port) {
            // The server accepts what comes before it begins to end. Later it may stop to listen at any time.
            var isOpen = !server.isDraining
            while isOpen, (try? await client.send(TestServer.post())) != nil {
                // A client that is silent for long, as on a busy machine, is idle, and its connection may be closed.
                let isInTime = tally.isInTime
                guard let response = try await client.next(), response.status == 200 else {
                    tally.lost.add(isInTime ? 1 : 0, ordering: .relaxed)
                    break
                }
                tally.answered.add(1, ordering: .relaxed)
                isOpen = response["Connection"] == nil
            }
            await client.close()
            guard !server.isDraining else { return }
        }
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
            // Another test may have taken the port; it gives it back when it ends.
            var isServed = true
            let limit = ContinuousClock.now + .seconds(60)
            while isServed, ContinuousClock.now < limit {
                let stranger = try? await TestClient.connect(to: server.port)
                isServed = stranger != nil
                await stranger?.close()
            }
            #expect(!isServed)
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

/// The answers to clients while a server ends.
///
/// A class because several tasks count into it.
private final class Tally: Sendable {
    let answered = Atomic<Int>(0)
    let lost = Atomic<Int>(0)
    private let start = Mutex<ContinuousClock.Instant?>(nil)

    /// The server begins to end.
    func begin() {
        start.withLock { $0 = .now }
    }

    /// Whether a request that was sent by now must be answered: the server serves idle connections for two seconds after it begins to end.
    var isInTime: Bool { start.withLock { $0.map { ContinuousClock.now < $0 + .seconds(1) } ?? true } }
}
