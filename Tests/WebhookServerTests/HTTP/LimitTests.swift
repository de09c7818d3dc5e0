import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import Testing

@testable import WebhookServer

/// The limits of all clients together, and who gives way.
@Suite struct LimitTests {
    /// A request without its last bytes.
    private func unfinished(_ byteCount: Int, of announced: Int, on channel: EmbeddedChannel) throws {
        let request = TestServer.post("/validate", String(repeating: " ", count: announced))
        try channel.writeInbound(ByteBuffer(string: String(request.dropLast(announced - byteCount))))
    }

    private func sent(on channel: EmbeddedChannel) throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }

    @Test func `Unfinished requests hold no place`() throws {
        let server = try EmbeddedServer { $0.maxInFlight = 1 }
        let others = try (0..<20).map { _ in try server.connect() }
        for channel in others { try unfinished(100, of: 200, on: channel) }
        #expect(server.shared.load.inFlight == 0)
        try server.receive(TestServer.post())
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        for channel in others { _ = try channel.finish(acceptAlreadyClosed: true) }
        #expect(server.shared.load.bufferedBytes == 0)
    }

    @Test func `One complete request too many gets 503 and keeps its connection`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.maxInFlight = 1
            $0.limits.largeBodyByteCount = 10
        }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let first = try await TestClient.connect(to: server.port)
            let second = try await TestClient.connect(to: server.port)
            try await first.send(TestServer.post("/validate", "wait for the gate"))
            try await Eventually.holds { server.load.inFlight == 1 }
            try await second.send(TestServer.post())
            let refusal = try await second.response()
            #expect(refusal.status == 503)
            #expect(refusal["Retry-After"] == "1")
            #expect(refusal["Connection"] == nil)
            handler.openGate()
            #expect(try await first.response().status == 200)
            try await Eventually.holds { server.load.inFlight == 0 }
            try await second.send(TestServer.post())
            #expect(try await second.response().status == 200)
            await first.close()
            await second.close()
        }
    }

    /// Makes the socket of a channel take nothing until it is opened.
    private static func block(_ channel: EmbeddedChannel) throws -> BlockedSocket {
        let block = BlockedSocket()
        try channel.pipeline.syncOperations.addHandler(block, position: .first)
        return block
    }

    @Test func `A client that does not read its answers keeps its places until another needs one`() throws {
        let server = try EmbeddedServer { $0.maxInFlight = 2 }
        let slow = try (0..<2).map { _ in try server.connect() }
        let blocks = try slow.map(Self.block)
        for channel in slow {
            try channel.writeInbound(ByteBuffer(string: TestServer.post()))
            server.endTurn()
        }
        #expect(server.shared.load.inFlight == 2)
        try server.receive(TestServer.post())
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        #expect(slow.map(\.isActive) == [false, true])
        #expect(server.shared.load.inFlight == 1)
        blocks[1].open()
        server.endTurn()
        #expect(server.shared.load.inFlight == 0)
        try slow[1].writeInbound(ByteBuffer(string: TestServer.post()))
        server.endTurn()
        #expect(slow[1].isActive)
        for channel in slow { _ = try channel.finish(acceptAlreadyClosed: true) }
        #expect(server.shared.load.inFlight == 0)
    }

    @Test func `The place of a client whose answers without a place already fill the socket goes to another, too`() throws {
        let server = try EmbeddedServer { $0.maxInFlight = 1 }
        let slow = try server.connect()
        try slow.pipeline.syncOperations.addHandler(BlockedSocket(), position: .first)
        // The first answer finds the socket full, while the second request is being answered.
        try slow.writeInbound(ByteBuffer(string: Self.refused + TestServer.post()))
        server.endTurn()
        #expect(server.shared.load.inFlight == 1)
        try server.receive(TestServer.post())
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        #expect(!slow.isActive)
        #expect(server.shared.load.inFlight == 0)
        _ = try slow.finish(acceptAlreadyClosed: true)
    }

    @Test func `No more clients that do not read are kept than there are places`() throws {
        let server = try EmbeddedServer { $0.maxInFlight = 2 }
        let slow = try (0..<4).map { _ in try server.connect() }
        let blocks = try slow.map(Self.block)
        for channel in slow[..<3] {
            try channel.writeInbound(ByteBuffer(string: Self.refused))
            server.endTurn()
            server.pass(.milliseconds(1))
        }
        #expect(slow.map(\.isActive) == [false, true, true, true])
        // A client that has read its answers is not counted.
        blocks[1].open()
        server.endTurn()
        try slow[3].writeInbound(ByteBuffer(string: TestServer.post()))
        server.endTurn()
        #expect(slow.map(\.isActive) == [false, true, true, true])
        #expect(server.shared.load.inFlight == 1)
        for channel in slow { _ = try channel.finish(acceptAlreadyClosed: true) }
        #expect(server.shared.load.inFlight == 0)
    }

    @Test func `A client that is being closed for others gets no places`() {
        var limits = HTTPLimits()
        limits.maxInFlight = 1
        let gauge = LoadGauge(limits: limits)
        let channels = (0..<2).map { _ in EmbeddedChannel() }
        defer { for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) } }
        let first = gauge.beginSlowReader(places: 0, since: .uptimeNanoseconds(1), on: channels[0])
        #expect(gauge.setPlaces(1, ofSlowReader: first))
        #expect(gauge.setPlaces(0, ofSlowReader: first))
        let second = gauge.beginSlowReader(places: 0, since: .uptimeNanoseconds(2), on: channels[1])
        #expect(!gauge.setPlaces(1, ofSlowReader: first))
        gauge.endSlowReader(second)
        #expect(!gauge.setPlaces(1, ofSlowReader: second))
        #expect(gauge.inFlight == 0)
    }

    @Test func `A place is not taken from a client whose unread answers hold none`() throws {
        let server = try EmbeddedServer { $0.maxInFlight = 1 }
        let slow = try server.connect()
        try slow.pipeline.syncOperations.addHandler(BlockedSocket(), position: .first)
        try slow.writeInbound(ByteBuffer(string: Self.refused))
        server.endTurn()
        #expect(server.shared.load.admit(nil, byteCount: 0, takesPlace: true, at: .now()) == .admitted(.init()))
        try server.receive(TestServer.post())
        #expect(try server.sent().hasPrefix("HTTP/1.1 503 "))
        #expect(slow.isActive)
        server.shared.load.releasePlaces(1)
        _ = try slow.finish(acceptAlreadyClosed: true)
        #expect(server.shared.load.inFlight == 0)
    }

    @Test func `Answers with a place that are written late leave in order, and release their places`() throws {
        let server = try EmbeddedServer()
        let slow = try server.connect()
        let block = BlockedSocket()
        try slow.pipeline.syncOperations.addHandler(block, position: .first)
        try slow.writeInbound(ByteBuffer(string: Self.refused + TestServer.post()))
        server.endTurn()
        server.pass(.seconds(9))
        block.open()
        server.endTurn()
        #expect(server.shared.load.inFlight == 0)
        let answers = try sent(on: slow)
        #expect(answers.hasPrefix("HTTP/1.1 404 ") && answers.hasSuffix("any 2"))
        try slow.writeInbound(ByteBuffer(string: TestServer.post()))
        server.endTurn()
        server.pass(.seconds(9))
        #expect(try sent(on: slow).hasSuffix("any 2") && slow.isActive)
        _ = try slow.finish(acceptAlreadyClosed: true)
        #expect(server.shared.load.inFlight == 0)
    }

    @Test func `A header that waits takes no more memory than its fields need`() {
        var waiting = WaitingParts()
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        head.headers.reserveCapacity(100)
        head.headers.add(name: "Host", value: "a")
        waiting.append(.part(.head(head)))
        guard case .part(.head(let kept)) = waiting[0] else { Issue.record("not kept"); return }
        #expect(kept == head && kept.headers.capacity < 10 && head.headers.capacity >= 100)
    }

    @Test func `Fewer headers with many fields wait`() {
        var waiting = WaitingParts()
        let headers = HTTPHeaders((0..<100).map { ("f\($0)", "") })
        for _ in 0..<50 { waiting.append(.part(.head(HTTPRequestHead(version: .http1_1, method: .GET, uri: "/", headers: headers)))) }
        let kept = (0..<waiting.count).count { if case .part = waiting[$0] { true } else { false } }
        #expect(kept == (WaitingParts.costLimit - 1) / 28)
        guard case .tooFarAhead = waiting[kept] else { Issue.record("the connection goes on"); return }
    }

    @Test func `A client that never reads its answers is closed after a while`() throws {
        let server = try EmbeddedServer()
        let slow = try server.connect()
        try slow.pipeline.syncOperations.addHandler(BlockedSocket(), position: .first)
        try slow.writeInbound(ByteBuffer(string: TestServer.post()))
        server.endTurn()
        server.pass(.milliseconds(9_999))
        #expect(slow.isActive)
        server.pass(.milliseconds(1))
        #expect(!slow.isActive)
        #expect(server.shared.load.inFlight == 0)
        _ = try slow.finish(acceptAlreadyClosed: true)
    }

    @Test func `A client that never reads an answer without a place is closed after a while, too`() throws {
        let server = try EmbeddedServer()
        let slow = try server.connect()
        try slow.pipeline.syncOperations.addHandler(BlockedSocket(), position: .first)
        try slow.writeInbound(ByteBuffer(string: Self.refused))
        server.endTurn()
        server.pass(.milliseconds(9_999))
        #expect(slow.isActive)
        server.pass(.milliseconds(1))
        #expect(!slow.isActive)
        _ = try slow.finish(acceptAlreadyClosed: true)
    }

    @Test func `A client that does not read gets few answers, and the others when it reads`() throws {
        let server = try EmbeddedServer()
        let slow = try server.connect()
        let block = BlockedSocket()
        try slow.pipeline.syncOperations.addHandler(block, position: .first)
        try slow.writeInbound(ByteBuffer(string: String(repeating: Self.refused, count: 200)))
        server.endTurn()
        let answered = server.shared.answers.samples.map(\.count).reduce(0, +)
        #expect((1..<150).contains(answered))
        block.open()
        server.endTurn()
        let answers = try sent(on: slow)
        #expect(answers.components(separatedBy: "HTTP/1.1 404 ").count - 1 == 200)
        #expect(answers.utf8.count / 200 * answered < ConnectionHandler.answerByteLimit + 1_000)
        #expect(slow.isActive)
        _ = try slow.finish(acceptAlreadyClosed: true)
    }

    @Test func `A client that is too many requests ahead of its answers gets those that are kept, and is closed`() throws {
        let server = try EmbeddedServer()
        try server.receive(String(repeating: TestServer.post(), count: 200))
        let answers = try server.sent().components(separatedBy: "HTTP/1.1 200 ").count - 1
        // A request has a header, a body and an end, which cost five; one is answered first.
        #expect(answers == 1 + (WaitingParts.costLimit - 1) / 5)
        server.pass(.seconds(2))
        #expect(!server.isOpen)
        #expect(server.shared.load.inFlight == 0 && server.shared.load.bufferedBytes == 0)
    }

    /// A request that is answered by its header alone, and takes no place.
    private static let refused = "GET /missing HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `Unfinished bodies give way, the slowest first, and never the arriving one`() throws {
        let server = try EmbeddedServer {
            $0.maxBufferedBytes = 1_000
            $0.bodyByteLimit = 1_000
        }
        let others = try (0..<2).map { _ in try server.connect() }
        try unfinished(400, of: 900, on: others[0])
        server.pass(.seconds(1))
        try unfinished(400, of: 900, on: others[1])
        #expect(server.shared.load.bufferedBytes == 800)
        try server.receive(TestServer.post("/validate", String(repeating: " ", count: 300)))
        #expect(try server.sent().hasSuffix("any 300"))
        #expect(try sent(on: others[0]).hasPrefix("HTTP/1.1 408 "))
        #expect(others.map(\.isActive) == [false, true])
        #expect(server.shared.load.bufferedBytes == 400)
        for channel in others { _ = try channel.finish(acceptAlreadyClosed: true) }
        #expect(server.shared.load.bufferedBytes == 0)
    }

    @Test func `A body that is still arriving gives way with 503, so that an API server tries again`() throws {
        let server = try EmbeddedServer {
            $0.maxBufferedBytes = 1_000
            $0.bodyByteLimit = 1_000
        }
        let other = try server.connect()
        try unfinished(400, of: 900, on: other)
        server.pass(.milliseconds(200))
        try server.receive(TestServer.post("/validate", String(repeating: " ", count: 700)))
        #expect(try server.sent().hasSuffix("any 700"))
        let refusal = try sent(on: other)
        #expect(refusal.hasPrefix("HTTP/1.1 503 ") && refusal.contains("Retry-After: 1\r\n"))
        #expect(!other.isActive)
        _ = try other.finish(acceptAlreadyClosed: true)
    }

    @Test func `A body that is being decided does not give way`() async throws {
        let configuration = TestServer.configuration {
            $0.limits.maxBufferedBytes = 1_000
            $0.limits.largeBodyByteCount = 10
            $0.limits.countsModels = false
        }
        let handler = EchoHandler()
        try await TestServer.run(configuration, handler: handler) { server in
            let first = try await TestClient.connect(to: server.port)
            let second = try await TestClient.connect(to: server.port)
            try await first.send(TestServer.post("/validate", "wait" + String(repeating: " ", count: 800)))
            try await Eventually.holds { server.load.bufferedBytes == 804 }
            try await second.send(TestServer.post("/validate", String(repeating: " ", count: 300)))
            let refusal = try await second.response()
            #expect(refusal.status == 503)
            #expect(refusal["Retry-After"] == "1")
            handler.openGate()
            #expect(try await first.response().status == 200)
            await first.close()
            await second.close()
        }
    }

    @Test func `A chunked body is counted as it grows, and refused if nothing else can give way`() throws {
        let server = try EmbeddedServer {
            $0.maxBufferedBytes = 1_000
            $0.bodyByteLimit = 8_000
            $0.largeBodyByteCount = 5_000
        }
        try server.receive("POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        for count in 1...5 {
            try server.receive("c8\r\n\(String(repeating: " ", count: 200))\r\n")
            #expect(server.shared.load.bufferedBytes == count * 200)
        }
        try server.receive("c8\r\n\(String(repeating: " ", count: 200))\r\n")
        #expect(try server.sent().hasPrefix("HTTP/1.1 503 "))
        #expect(!server.isOpen)
        #expect(server.shared.load.bufferedBytes == 0)
    }

    @Test func `The largest body and its model fit into the least budget`() {
        var limits = HTTPLimits()
        limits.maxBufferedBytes = HTTPLimits.leastBufferedBytes(forBodiesOf: limits.bodyByteLimit)
        let gauge = LoadGauge(limits: limits)
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let id = gauge.begin(from: PeerAddress("a"), since: .uptimeNanoseconds(0), on: channel)
        #expect(gauge.grow(id, to: limits.bodyByteLimit, at: .uptimeNanoseconds(1)) == .fits(isExclusive: true))
        let admission = gauge.admit(id, byteCount: limits.bodyByteLimit, takesPlace: true, at: .uptimeNanoseconds(2))
        #expect(admission == .admitted(.init(byteCount: limits.maxBufferedBytes, isExclusive: true)))
        #expect(gauge.bufferedBytes == limits.maxBufferedBytes)
    }

    @Test func `Memory is crowded once more than half is held`() throws {
        let gauge = LoadGauge(limits: HTTPLimits())
        let half = try #require(gauge.hold(32 << 20, at: .uptimeNanoseconds(0)))
        #expect(!gauge.isCrowded)
        let more = try #require(gauge.hold(1, at: .uptimeNanoseconds(0)))
        #expect(gauge.isCrowded)
        gauge.release(more)
        #expect(!gauge.isCrowded)
        gauge.release(half)
    }
}

/// One body over 4 MiB at a time.
///
/// A class, since a channel that is never closed leaks.
@Suite final class ExclusiveBodyTests {
    private let gauge = LoadGauge(limits: HTTPLimits())
    private let channels = (0..<3).map { _ in EmbeddedChannel() }
    private let size = 5 << 20

    deinit {
        for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) }
    }

    private func time(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .milliseconds(milliseconds) }

    private func begin(_ index: Int, at start: Int64) -> Int {
        gauge.begin(from: PeerAddress("a"), since: time(start), on: channels[index])
    }

    @Test func `A second exclusive body gets 503 while one is decided`() {
        let first = begin(0, at: 0)
        #expect(gauge.grow(first, to: size, at: time(500)) == .fits(isExclusive: true))
        guard case .admitted(let hold) = gauge.admit(first, byteCount: size, takesPlace: true, at: time(501)) else {
            Issue.record("not admitted")
            return
        }
        let second = begin(1, at: 600)
        #expect(gauge.grow(second, to: 4 << 20, at: time(700)) == .fits(isExclusive: false))
        #expect(gauge.grow(second, to: size, at: time(701)) == .exclusiveTaken)
        #expect(gauge.bufferedBytes == hold.byteCount)
        gauge.release(hold)
        #expect(gauge.bufferedBytes == 0)
        let third = begin(2, at: 800)
        #expect(gauge.grow(third, to: size, at: time(900)) == .fits(isExclusive: true))
    }

    @Test func `A stalled body gives way to an arriving one`() {
        let stalled = begin(0, at: 0)
        #expect(gauge.grow(stalled, to: size, at: time(40)) == .fits(isExclusive: true))
        #expect(gauge.grow(stalled, to: size + 1, at: time(700)) == .fits(isExclusive: true))
        let second = begin(1, at: 600)
        #expect(gauge.grow(second, to: size, at: time(1_100)) == .fits(isExclusive: true))
        #expect(gauge.grow(stalled, to: size + 2, at: time(1_101)) == .gone)
        #expect(gauge.bufferedBytes == size)
    }

    @Test func `A body that gave way and then becomes complete leaves room for the next one`() {
        let stalled = begin(0, at: 0)
        _ = gauge.grow(stalled, to: size, at: time(40))
        let second = begin(1, at: 600)
        #expect(gauge.grow(second, to: size, at: time(1_100)) == .fits(isExclusive: true))
        gauge.forget(second)
        #expect(gauge.admit(stalled, byteCount: size + 1, takesPlace: true, at: time(1_101)) == .gone)
        #expect(gauge.inFlight == 0)
        let third = begin(2, at: 1_200)
        #expect(gauge.grow(third, to: size, at: time(1_600)) == .fits(isExclusive: true))
    }

    @Test func `A steady body does not give way to a burst`() {
        let even = begin(0, at: 0)
        for step in Int64(1)...100 { _ = gauge.grow(even, to: Int(step) * 100_000, at: time(step * 10)) }
        let burst = begin(1, at: 980)
        #expect(gauge.grow(burst, to: 4 << 20 + 1, at: time(1_000)) == .exclusiveTaken)
        #expect(gauge.grow(even, to: 10_100_000, at: time(1_010)) == .fits(isExclusive: true))
    }

    @Test func `A body at 10 MB/s does not give way, one at 2 MB/s does`() {
        for (step, growth) in [(Int64(100_000), LoadGauge.Growth.exclusiveTaken), (20_000, .fits(isExclusive: true))] {
            let gauge = LoadGauge(limits: HTTPLimits())
            let even = gauge.begin(from: PeerAddress("api"), since: time(0), on: channels[0])
            for count in Int64(1)...300 { _ = gauge.grow(even, to: Int(count * step), at: time(count * 10)) }
            let fast = gauge.begin(from: PeerAddress("other"), since: time(2_980), on: channels[1])
            #expect(gauge.grow(fast, to: 20 << 20, at: time(3_001)) == growth)
        }
    }

    @Test func `The exclusive body gives way to no smaller one`() {
        var limits = HTTPLimits()
        limits.maxBufferedBytes = 10 << 20
        let gauge = LoadGauge(limits: limits)
        let large = gauge.begin(from: PeerAddress("api"), since: time(0), on: channels[0])
        let other = gauge.begin(from: PeerAddress("other"), since: time(0), on: channels[1])
        #expect(gauge.grow(large, to: 8 << 20, at: time(900)) == .fits(isExclusive: true))
        #expect(gauge.grow(other, to: 2 << 20, at: time(900)) == .fits(isExclusive: false))
        let third = gauge.begin(from: PeerAddress("other"), since: time(900), on: channels[2])
        #expect(gauge.grow(third, to: 1 << 20, at: time(901)) == .fits(isExclusive: false))
        #expect(gauge.grow(other, to: 2 << 20 + 1, at: time(902)) == .gone)
        #expect(gauge.grow(large, to: 8 << 20 + 1, at: time(903)) == .fits(isExclusive: true))
    }
}

/// The limit of connections.
@Suite struct ConnectionLimitTests {
    private func time(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000) + .milliseconds(milliseconds) }

    @Test func `The oldest connection without a request is closed first, then the one idle longest`() throws {
        let registry = ConnectionRegistry(limit: 3)
        let channels = (0..<7).map { _ in EmbeddedChannel() }
        for channel in channels { try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait() }
        let first = try registry.add(channels[0], at: time(0))
        _ = try registry.add(channels[1], at: time(1))
        _ = try registry.add(channels[2], at: time(2))
        first.endUse(at: time(3))
        let fourth = try registry.add(channels[3], at: time(4))
        #expect(channels.map(\.isActive) == [true, false, true, true, true, true, true])
        fourth.endUse(at: time(5))
        let fifth = try registry.add(channels[4], at: time(6))
        #expect(!channels[2].isActive)
        first.endUse(at: time(7))
        fifth.beginUse()
        let sixth = try registry.add(channels[5], at: time(8))
        #expect(!channels[3].isActive)
        first.beginUse()
        sixth.beginUse()
        #expect(throws: ConnectionRegistry.Full.self) { _ = try registry.add(channels[6], at: time(9)) }
        #expect(registry.count == 3)
        for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) }
        #expect(registry.count == 0)
    }

    /// Opens a connection from an address.
    private typealias Connect = (_ address: String) throws -> EmbeddedChannel

    /// A full registry of connections that have been idle for longer and longer, from addresses by their numbers; closes all at the end.
    private func idleConnections(
        limit: Int = 8,
        from address: (_ number: Int) -> String = { _ in "127.0.0.1" },
        _ body: (_ registry: ConnectionRegistry, _ idle: [EmbeddedChannel], _ connect: Connect) throws -> Void
    ) throws {
        let registry = ConnectionRegistry(limit: limit)
        var (channels, now) = ([EmbeddedChannel](), Int64(0))
        defer { for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) } }
        func connect(from address: String = "127.0.0.1") throws -> (EmbeddedChannel, ConnectionRegistry.Entry) {
            let channel = EmbeddedChannel()
            channels.append(channel)
            try channel.connect(to: SocketAddress(ipAddress: address, port: 1)).wait()
            now += 1
            return (channel, try registry.add(channel, at: time(now)))
        }
        for number in 0..<limit { try connect(from: address(number)).1.endUse(at: time(now)) }
        try body(registry, channels) { try connect(from: $0).0 }
    }

    @Test func `A newcomer has time for its first request while others are idle`() throws {
        try idleConnections { registry, idle, connect in
            let newcomers = try (0..<3).map { _ in try connect("127.0.0.1") }
            #expect(newcomers.map(\.isActive) == [true, true, true])
            #expect(idle.map(\.isActive) == [false, false, false, true, true, true, true, true])
            #expect(registry.count == 8)
        }
    }

    @Test func `Newcomers without a request close few connections that made one`() throws {
        try idleConnections { registry, idle, connect in
            let newcomers = try (0..<100).map { _ in try connect("127.0.0.1") }
            #expect(newcomers.map(\.isActive) == Array(repeating: false, count: 97) + [true, true, true])
            #expect(idle.count(where: \.isActive) == 5)
            #expect(registry.count == 8)
        }
    }

    @Test func `A crowd of newcomers from one address closes its own connections`() throws {
        try idleConnections(limit: 64) { registry, idle, connect in
            let early = try (0..<2).map { try connect("192.0.2.\($0)") }
            let crowd = try (0..<200).map { _ in try connect("127.0.0.1") }
            let late = try connect("192.0.2.9")
            #expect((early + [late]).map(\.isActive) == [true, true, true])
            #expect(crowd.count(where: \.isActive) == 14)
            #expect(registry.count == 64)
        }
    }

    @Test func `A crowd of idle connections of one address closes its own`() throws {
        try idleConnections(from: { $0 == 0 ? "192.0.2.1" : "127.0.0.1" }) { registry, idle, connect in
            _ = try connect("127.0.0.1")
            #expect(idle.map(\.isActive) == [true, false] + Array(repeating: true, count: 6))
        }
    }

    @Test func `A crowd whose requests are all complete takes no place of another client`() throws {
        let registry = ConnectionRegistry(limit: 4)
        var channels: [EmbeddedChannel] = []
        defer { for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) } }
        func connect(from address: String) throws -> ConnectionRegistry.Entry {
            let channel = EmbeddedChannel()
            channels.append(channel)
            try channel.connect(to: SocketAddress(ipAddress: address, port: 1)).wait()
            return try registry.add(channel, at: time(Int64(channels.count)))
        }
        let other = try connect(from: "192.0.2.1")
        other.endUse(at: time(1))
        for _ in 0..<3 { try connect(from: "127.0.0.1").beginUse() }
        #expect(throws: ConnectionRegistry.Full.self) { _ = try connect(from: "127.0.0.1") }
        #expect(channels[0].isActive)
        _ = try connect(from: "192.0.2.2")
        #expect(!channels[0].isActive)
    }

    @Test func `Among many addresses without a crowd the oldest connection goes`() throws {
        try idleConnections(limit: 64, from: { "198.51.100.\($0)" }) { registry, idle, connect in
            let newcomers = try (0..<20).map { try connect("192.0.2.\($0 / 2)") }
            #expect(newcomers.map(\.isActive) == Array(repeating: false, count: 3) + Array(repeating: true, count: 17))
            #expect(registry.count == 64)
        }
    }

    @Test func `A new client is served although others send nothing`() async throws {
        try await TestServer.run(TestServer.configuration { $0.limits.maxConnections = 4 }) { server in
            var holders: [TestClient] = []
            for _ in 0..<20 { holders.append(try await TestClient.connect(to: server.port)) }
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestServer.post())
            #expect(try await client.response().status == 200)
            #expect(server.connectionCount <= 4)
            for holder in holders + [client] { await holder.close() }
        }
    }
}

/// A socket that takes no bytes until it is opened.
private final class BlockedSocket: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var context: ChannelHandlerContext?
    private var isOpen = false
    private var held: [(NIOAny, EventLoopPromise<Void>?)] = []

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        for (_, promise) in held { promise?.fail(ChannelError.ioOnClosedChannel) }
        held = []
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isOpen { context.write(data, promise: promise) } else { held.append((data, promise)) }
    }

    func open() {
        isOpen = true
        for (data, promise) in held { context?.write(data, promise: promise) }
        held = []
        context?.flush()
    }
}
