import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded
import TLS
import Testing

@testable import WebhookServer

@Suite struct AnswerBatchTests {
    /// The bytes that were sent on one connection.
    private func answers(on channel: EmbeddedChannel) throws -> [String] {
        var answers: [String] = []
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { answers.append(String(buffer: bytes)) }
        return answers
    }

    @Test func `The requests of one turn are answered at its end, each on its connection`() throws {
        let server = try EmbeddedServer()
        let others = try (0..<3).map { _ in try server.connect() }
        for (index, channel) in others.enumerated() {
            try channel.writeInbound(ByteBuffer(string: TestServer.post("/validate/p\(index)")))
        }
        for channel in others { #expect(try answers(on: channel).isEmpty) }
        server.endTurn()
        for (index, channel) in others.enumerated() {
            let answers = try answers(on: channel)
            #expect(answers.count == 1)
            #expect(answers.first?.hasSuffix("p\(index) 2") == true)
            _ = try channel.finish()
        }
        #expect(server.shared.load.inFlight == 0)
    }

    @Test func `Each step is taken for all requests of a turn before the next step`() throws {
        let server = try EmbeddedServer()
        let others = try (0..<2).map { _ in try server.connect() }
        for (index, channel) in others.enumerated() {
            try channel.pipeline.syncOperations.addHandler(OutboundSteps(server.handler, "p\(index)"), position: .first)
            try channel.writeInbound(ByteBuffer(string: TestServer.post("/validate/p\(index)")))
        }
        server.endTurn()
        let steps = server.handler.steps.withLockedValue { $0 }
        #expect(steps == ["read p0", "read p1", "decide p0", "decide p1", "encrypt p0", "encrypt p1", "send p0", "send p1"])
        for channel in others { _ = try channel.finish() }
    }

    /// While one answer is encrypted another connection is lost, before or after its answer is written.
    @Test(arguments: [(0, 1, [1, 0, 1]), (1, 0, [0, 1, 1])])
    func `A client that is lost between two steps delays nobody`(encrypting: Int, lost: Int, answered: [Int]) throws {
        let server = try EmbeddedServer()
        let others = try (0..<3).map { _ in try server.connect() }
        let steps = OutboundSteps(server.handler, "p") { _ = others[lost].close() }
        try others[encrypting].pipeline.syncOperations.addHandler(steps, position: .first)
        for channel in others { try channel.writeInbound(ByteBuffer(string: TestServer.post())) }
        server.endTurn()
        #expect(try others.map { try answers(on: $0).count } == answered)
        #expect(server.shared.load.inFlight == 0)
        #expect(server.shared.load.bufferedBytes == 0)
        for channel in others { _ = try channel.finish(acceptAlreadyClosed: true) }
    }

    @Test func `A turn of many requests is answered in parts`() throws {
        let server = try EmbeddedServer()
        let others = try (0..<AnswerBatch.limit + 1).map { _ in try server.connect() }
        for channel in others { try channel.writeInbound(ByteBuffer(string: TestServer.post())) }
        let early = try others.map { try answers(on: $0).count }
        #expect(early == Array(repeating: 1, count: AnswerBatch.limit) + [0])
        server.endTurn()
        #expect(try others.last.map { try answers(on: $0).count } == 1)
        for channel in others { _ = try channel.finish() }
    }

    @Test func `A long body does not wait for a full batch`() throws {
        let server = try EmbeddedServer()
        let body = String(repeating: " ", count: AnswerBatch.byteLimit / 2)
        let others = try (0..<3).map { _ in try server.connect() }
        for channel in others { try channel.writeInbound(ByteBuffer(string: TestServer.post("/validate", body))) }
        #expect(try others.map { try answers(on: $0).count } == [1, 1, 0])
        server.endTurn()
        #expect(try others.last.map { try answers(on: $0).count } == 1)
        for channel in others { _ = try channel.finish() }
    }

    @Test func `A client that leaves within the turn holds nothing and delays nobody`() throws {
        let server = try EmbeddedServer()
        let leaving = try server.connect()
        try leaving.writeInbound(ByteBuffer(string: TestServer.post()))
        try server.channel.writeInbound(ByteBuffer(string: TestServer.post()))
        _ = leaving.close()
        server.endTurn()
        #expect(try answers(on: leaving).isEmpty)
        #expect(try server.sent().hasPrefix("HTTP/1.1 200 "))
        #expect(server.shared.load.inFlight == 0)
        #expect(server.shared.load.bufferedBytes == 0)
    }

    @Test func `Requests of one read are answered in one write, in order`() throws {
        let server = try EmbeddedServer()
        let counter = FlushCounter()
        try server.channel.pipeline.syncOperations.addHandler(counter, position: .first)
        try server.receive((0..<5).map { TestServer.post("/validate/p\($0)") }.joined())
        #expect(try answers(on: server.channel).map { String($0.suffix(4)) } == (0..<5).map { "p\($0) 2" })
        #expect(counter.count == 1)
    }
}

/// Records requests to TLS and to the socket among the steps of a handler.
private final class OutboundSteps: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private let handler: EchoHandler
    private let name: String
    private let onEncrypt: () -> Void

    init(_ handler: EchoHandler, _ name: String, onEncrypt: @escaping () -> Void = {}) {
        self.handler = handler
        self.name = name
        self.onEncrypt = onEncrypt
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if event is TLSRequest {
            handler.steps.withLockedValue { $0.append("encrypt \(name)") }
            onEncrypt()
        }
        promise?.succeed()
    }

    func flush(context: ChannelHandlerContext) {
        handler.steps.withLockedValue { $0.append("send \(name)") }
        context.flush()
    }
}

/// Counts the writes to the socket.
private final class FlushCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var count = 0

    func flush(context: ChannelHandlerContext) {
        count += 1
        context.flush()
    }
}
