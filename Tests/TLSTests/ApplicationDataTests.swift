import COpenSSL
import NIOCore
import NIOEmbedded
import Testing

@testable import TLS

@Suite struct ApplicationDataTests {
    private let context: TLSContext

    init() throws {
        context = try TestCertificates.shared.get().makeContext()
    }

    private func establishedConnection(version: Int32 = TLS1_3_VERSION) throws -> TestConnection {
        let configuration = TestClient.Configuration(minimumVersion: version, maximumVersion: version)
        let connection = try TestConnection(serving: context, to: configuration)
        try connection.establish()
        return connection
    }

    /// Flushes, and expects one write of one record.
    private func expectOneRecord(_ text: String, afterFlushOf connection: TestConnection) throws {
        let before = connection.serverWrites.count
        connection.channel.flush()
        connection.client.receive(connection.takeServerOutput())
        try #require(connection.serverWrites.count == before + 1)
        #expect(TLSRecord.records(in: connection.serverWrites[before]).count == 1)
        #expect(connection.client.received == Array(text.utf8))
    }

    @Test func `Head, body and end leave in one record and one write`() throws {
        let connection = try establishedConnection()
        let outcome = connection.makeOutcome()
        connection.channel.write(ByteBuffer(string: "head "), promise: nil)
        connection.channel.write(ByteBuffer(string: "body"), promise: nil)
        connection.channel.write(ByteBuffer(), promise: outcome.promise)
        #expect(connection.takeServerOutput().isEmpty)
        try expectOneRecord("head body", afterFlushOf: connection)
        #expect(outcome.isSuccess)
    }

    @Test func `Bytes that are encrypted early leave with the flush, in one record`() throws {
        let connection = try establishedConnection()
        let counter = WriteCounter()
        try connection.channel.pipeline.syncOperations.addHandler(counter, position: .first)
        let outcome = connection.makeOutcome()
        connection.channel.write(ByteBuffer(string: "head "), promise: nil)
        connection.channel.write(ByteBuffer(string: "body"), promise: outcome.promise)
        #expect(counter.count == 0)
        let asked = connection.makeOutcome()
        connection.channel.triggerUserOutboundEvent(TLSRequest.encrypt, promise: asked.promise)
        #expect(asked.isSuccess)
        #expect(counter.count == 1)
        #expect(connection.takeServerOutput().isEmpty)
        try expectOneRecord("head body", afterFlushOf: connection)
        #expect(outcome.isSuccess)
    }

    @Test func `Writes after early records follow them`() throws {
        let connection = try establishedConnection()
        for word in ["one ", "two ", "three"] {
            connection.channel.write(ByteBuffer(string: word), promise: nil)
            connection.channel.triggerUserOutboundEvent(TLSRequest.encrypt, promise: nil)
        }
        connection.channel.writeAndFlush(ByteBuffer(string: " four"), promise: nil)
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.received == Array("one two three four".utf8))
    }

    @Test func `Nothing is encrypted early before the handshake`() throws {
        let connection = try TestConnection(serving: context)
        connection.channel.write(ByteBuffer(string: "early"), promise: nil)
        connection.channel.triggerUserOutboundEvent(TLSRequest.encrypt, promise: nil)
        connection.channel.flush()
        #expect(connection.takeServerOutput().isEmpty)
        try connection.establish()
        #expect(connection.client.received == Array("early".utf8))
    }

    @Test func `Small writes before a large one fill its first record`() throws {
        let connection = try establishedConnection()
        let before = connection.serverWrites.count
        connection.channel.write(ByteBuffer(string: "head "), promise: nil)
        connection.channel.writeAndFlush(ByteBuffer(repeating: 7, count: 20_000), promise: nil)
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.serverWrites.count == before + 1)
        #expect(TLSRecord.records(in: connection.serverWrites[before]).count == 2)
        #expect(connection.client.received == Array("head ".utf8) + Array(repeating: 7, count: 20_000))
    }

    @Test func `Every promise of a flush is kept when its records are written`() throws {
        let connection = try establishedConnection()
        let outcomes = [1, 20_000, 0, 600_000, 3].map { count in
            let outcome = connection.makeOutcome()
            connection.channel.write(ByteBuffer(repeating: 1, count: count), promise: outcome.promise)
            return outcome
        }
        connection.channel.flush()
        #expect(outcomes.map(\.isSuccess) == Array(repeating: true, count: 5))
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.received.count == 620_004)
    }

    @Test func `A write before the handshake leaves after it`() throws {
        let connection = try TestConnection(serving: context)
        connection.channel.writeAndFlush(ByteBuffer(string: "early"), promise: nil)
        #expect(connection.takeServerOutput().isEmpty)
        try connection.establish()
        #expect(connection.client.received == Array("early".utf8))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `Bodies of 8 MiB are carried both ways`(version: Int32) throws {
        let connection = try establishedConnection(version: version)
        let body = (0..<8 << 20).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }
        connection.client.send(body)
        let request = connection.client.takeOutput()
        for start in stride(from: 0, to: request.count, by: 50_000) {
            try connection.sendToServer(Array(request[start..<min(start + 50_000, request.count)]))
        }
        #expect(connection.recorder.received == body)
        connection.channel.writeAndFlush(ByteBuffer(bytes: body), promise: nil)
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.received == body)
    }

    @Test func `Reads of one batch are delivered as one buffer`() throws {
        let connection = try establishedConnection()
        connection.client.send(Array("first ".utf8))
        let first = connection.client.takeOutput()
        connection.client.send(Array("second".utf8))
        let second = connection.client.takeOutput()
        connection.channel.pipeline.fireChannelRead(ByteBuffer(bytes: first))
        connection.channel.pipeline.fireChannelRead(ByteBuffer(bytes: second))
        #expect(connection.recorder.reads.isEmpty)
        connection.channel.pipeline.fireChannelReadComplete()
        #expect(connection.recorder.reads.count == 1)
        #expect(connection.recorder.received == Array("first second".utf8))
    }

    @Test func `Long reads of one batch are delivered as they arrive`() throws {
        let connection = try establishedConnection()
        for byte in UInt8(1)...3 {
            connection.client.send(Array(repeating: byte, count: 20_000))
            connection.channel.pipeline.fireChannelRead(ByteBuffer(bytes: connection.client.takeOutput()))
        }
        #expect(connection.recorder.reads.map(\.readableBytes) == [20_000, 20_000, 20_000])
        connection.channel.pipeline.fireChannelReadComplete()
        #expect(connection.recorder.reads.count == 3)
        #expect(connection.recorder.received == (UInt8(1)...3).flatMap { Array(repeating: $0, count: 20_000) })
    }

    @Test func `A buffer that a handler keeps is not overwritten`() throws {
        let connection = try establishedConnection()
        for text in ["one", "two", "three"] {
            connection.client.send(Array(text.utf8))
            try connection.exchange()
        }
        #expect(connection.recorder.reads.map { String(buffer: $0) } == ["one", "two", "three"])
    }

    @Test func `A request that arrives with the end of the handshake is delivered after the event`() throws {
        let connection = try TestConnection(serving: context)
        connection.client.receive()
        try connection.sendToServer(connection.client.takeOutput())
        connection.client.receive(connection.takeServerOutput())
        connection.client.send(Array("at once".utf8))
        try connection.sendToServer(connection.client.takeOutput())
        #expect(connection.recorder.eventCountsAtRead == [1])
        #expect(connection.recorder.received == Array("at once".utf8))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `A changed record gets an alert, and the connection is closed`(version: Int32) throws {
        let connection = try establishedConnection(version: version)
        connection.client.send(Array("request".utf8))
        var record = connection.client.takeOutput()
        record[record.count - 1] ^= 1
        try connection.sendToServer(record)
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.recorder.errors.map(\.description) == ["receiving failed: decryption failed or bad record mac"])
        #expect(connection.recorder.reads.isEmpty)
        #expect(connection.client.receivedAlert == 20)
        #expect(!connection.channel.isActive)
    }

    @Test func `Bytes before a changed record are delivered`() throws {
        let connection = try establishedConnection()
        connection.client.send(Array("whole".utf8))
        var records = connection.client.takeOutput()
        connection.client.send(Array("broken".utf8))
        records += connection.client.takeOutput()
        records[records.count - 1] ^= 1
        try connection.sendToServer(records)
        #expect(connection.recorder.received == Array("whole".utf8))
        #expect(connection.recorder.errors.count == 1)
    }

    @Test func `A request in the middle of a key change is served`() throws {
        let connection = try establishedConnection()
        connection.client.updateKey()
        try connection.exchange()
        connection.channel.writeAndFlush(ByteBuffer(string: "answer"), promise: nil)
        try connection.exchange()
        #expect(connection.client.received == Array("answer".utf8))
        #expect(connection.client.failure == nil)
    }

    @Test func `A client that goes on changing its keys is closed`() throws {
        let connection = try establishedConnection()
        for _ in 0..<32 {
            connection.client.updateKey()
            try connection.exchange()
        }
        #expect(connection.recorder.received.count == 32 && connection.recorder.errors.isEmpty)
        // Nothing behind one more change is read.
        connection.client.updateKey()
        connection.client.send(Array("request".utf8))
        try connection.exchange()
        #expect(connection.recorder.errors == [.tooManyKeyUpdates])
        #expect(connection.recorder.received.count == 32)
        #expect(!connection.channel.isActive)
    }

    @Test func `Nothing is read while the client does not read`() throws {
        let connection = try establishedConnection()
        let counter = ReadCounter()
        try connection.channel.pipeline.syncOperations.addHandler(counter, position: .first)
        connection.channel.isWritable = false
        connection.channel.read()
        #expect(counter.readCount == 0)
        connection.channel.isWritable = true
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(counter.readCount == 1)
        connection.channel.pipeline.fireChannelWritabilityChanged()
        #expect(counter.readCount == 1)
    }

    @Test func `Half a record requests another read, a whole one does not`() throws {
        let connection = try establishedConnection()
        let counter = ReadCounter()
        try connection.channel.pipeline.syncOperations.addHandler(counter, position: .first)
        connection.client.send(Array("request".utf8))
        let record = connection.client.takeOutput()
        connection.channel.read()
        #expect(counter.readCount == 1)
        connection.channel.pipeline.fireChannelRead(ByteBuffer(bytes: record.dropLast()))
        connection.channel.pipeline.fireChannelReadComplete()
        #expect(counter.readCount == 2)
        connection.channel.pipeline.fireChannelRead(ByteBuffer(bytes: record.suffix(1)))
        connection.channel.pipeline.fireChannelReadComplete()
        #expect(counter.readCount == 2)
    }

    /// Counts the reads that reach the network.
    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var readCount = 0

        func read(context: ChannelHandlerContext) {
            readCount += 1
            context.read()
        }
    }
}

/// Counts the writes to the network, flushed or not.
private final class WriteCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var count = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        count += 1
        context.write(data, promise: promise)
    }
}
