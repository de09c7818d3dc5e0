import NIOCore
import NIOEmbedded
import Testing

@testable import WebhookServer

@Suite struct AnswerBatchTests {
    /// What one connection was sent.
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

    @Test func `Long bodies are not waited for by many`() throws {
        let server = try EmbeddedServer()
        let body = String(repeating: " ", count: AnswerBatch.byteLimit / 2)
        let others = try (0..<3).map { _ in try server.connect() }
        for channel in others { try channel.writeInbound(ByteBuffer(string: TestServer.post("/validate", body))) }
        #expect(try others.map { try answers(on: $0).count } == [1, 1, 0])
        server.endTurn()
        #expect(try others.last.map { try answers(on: $0).count } == 1)
        for channel in others { _ = try channel.finish() }
    }

    @Test func `A client that leaves within the turn leaves nothing behind and delays nobody`() throws {
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

/// Counts what becomes a write to the socket.
private final class FlushCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var count = 0

    func flush(context: ChannelHandlerContext) {
        count += 1
        context.flush()
    }
}
