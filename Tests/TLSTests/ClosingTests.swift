import COpenSSL
import NIOCore
import NIOEmbedded
import Testing

@testable import TLS

@Suite struct ClosingTests {
    private let context: TLSContext

    init() throws {
        context = try TestCertificates.shared.get().makeContext()
    }

    private func establishedConnection(version: Int32 = TLS1_3_VERSION, allowsHalfClosure: Bool = true) throws -> TestConnection {
        let configuration = TestClient.Configuration(minimumVersion: version, maximumVersion: version)
        let connection = try TestConnection(serving: context, to: configuration)
        connection.channel.allowRemoteHalfClosure = allowsHalfClosure
        try connection.establish()
        return connection
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `Closing sends close_notify first`(version: Int32) throws {
        let connection = try establishedConnection(version: version)
        let outcome = connection.makeOutcome()
        connection.channel.close(promise: outcome.promise)
        connection.client.receive(connection.takeServerOutput())
        #expect(outcome.isSuccess)
        #expect(connection.client.hasReceivedCloseNotify)
        #expect(!connection.channel.isActive)
        #expect(connection.recorder.errors.isEmpty)
    }

    @Test func `Closing fails writes that were not flushed`() throws {
        let connection = try establishedConnection()
        let outcome = connection.makeOutcome()
        connection.channel.write(ByteBuffer(string: "late"), promise: outcome.promise)
        connection.channel.close(promise: nil)
        #expect(outcome.error as? ChannelError == .ioOnClosedChannel)
    }

    @Test func `Closing during the handshake sends nothing`() throws {
        let connection = try TestConnection(serving: context)
        connection.channel.close(promise: nil)
        #expect(connection.takeServerOutput().isEmpty)
        #expect(!connection.channel.isActive)
        #expect(connection.recorder.errors.isEmpty)
    }

    @Test func `close_notify without half closure is answered and the channel closed`() throws {
        let connection = try establishedConnection(allowsHalfClosure: false)
        connection.client.sendCloseNotify()
        try connection.sendToServer(connection.client.takeOutput())
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.hasReceivedCloseNotify)
        #expect(!connection.channel.isActive)
        #expect(connection.recorder.inputClosedCount == 0)
    }

    @Test func `close_notify with half closure is an event, and answers still leave`() throws {
        let connection = try establishedConnection()
        connection.client.send(Array("last request".utf8))
        connection.client.sendCloseNotify()
        try connection.sendToServer(connection.client.takeOutput())
        #expect(connection.recorder.received == Array("last request".utf8))
        #expect(connection.recorder.inputClosedCount == 1)
        #expect(connection.channel.isActive)
        connection.channel.writeAndFlush(ByteBuffer(string: "answer"), promise: nil)
        connection.channel.close(promise: nil)
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.received == Array("answer".utf8))
        #expect(connection.client.hasReceivedCloseNotify)
    }

    @Test func `The end of the stream after close_notify is not reported again`() throws {
        let connection = try establishedConnection()
        connection.client.sendCloseNotify()
        try connection.sendToServer(connection.client.takeOutput())
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.recorder.inputClosedCount == 1)
    }

    @Test func `The end of the stream without close_notify is the end of input`() throws {
        let connection = try establishedConnection()
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(connection.recorder.inputClosedCount == 1)
        #expect(connection.recorder.errors.isEmpty)
        connection.channel.writeAndFlush(ByteBuffer(string: "answer"), promise: nil)
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.received == Array("answer".utf8))
    }

    @Test func `Bytes after close_notify are ignored`() throws {
        let connection = try establishedConnection()
        connection.client.sendCloseNotify()
        try connection.sendToServer(connection.client.takeOutput() + Array("noise".utf8))
        try connection.sendToServer(Array("noise".utf8))
        #expect(connection.recorder.reads.isEmpty)
        #expect(connection.recorder.errors.isEmpty)
    }

    @Test func `Closing only the output still reads`() throws {
        let connection = try establishedConnection()
        // In memory a channel has no halves to close.
        let network = Network()
        try connection.channel.pipeline.syncOperations.addHandler(network, position: .first)
        connection.channel.pipeline.close(mode: .output, promise: nil)
        #expect(network.closedModes == [.output])
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.hasReceivedCloseNotify)
        let outcome = connection.makeOutcome()
        connection.channel.write(ByteBuffer(string: "late"), promise: outcome.promise)
        #expect(outcome.error as? ChannelError == .outputClosed)
        connection.client.send(Array("rest of the request".utf8))
        try connection.sendToServer(connection.client.takeOutput())
        #expect(connection.recorder.received == Array("rest of the request".utf8))
    }

    @Test func `Closing waits until the network has taken close_notify`() throws {
        let connection = try establishedConnection()
        let network = Network(isFull: true)
        try connection.channel.pipeline.syncOperations.addHandler(network, position: .first)
        connection.channel.close(promise: nil)
        #expect(network.closedModes.isEmpty)
        network.held.forEach { $0?.succeed() }
        #expect(network.closedModes == [.all])
        connection.channel.embeddedEventLoop.advanceTime(by: TLSHandler.defaultCloseTimeout)
        #expect(network.closedModes == [.all])
    }

    @Test func `Closing waits for a limited time`() throws {
        let connection = try establishedConnection()
        let network = Network(isFull: true)
        try connection.channel.pipeline.syncOperations.addHandler(network, position: .first)
        connection.channel.close(promise: nil)
        connection.channel.embeddedEventLoop.advanceTime(by: TLSHandler.defaultCloseTimeout)
        #expect(network.closedModes == [.all])
        network.held.forEach { $0?.succeed() }
        #expect(network.closedModes == [.all])
    }

    @Test func `A second close does not wait`() throws {
        let connection = try establishedConnection()
        let network = Network(isFull: true)
        try connection.channel.pipeline.syncOperations.addHandler(network, position: .first)
        connection.channel.close(promise: nil)
        connection.channel.close(promise: nil)
        #expect(network.closedModes == [.all])
        network.held.forEach { $0?.succeed() }
    }

    @Test func `A waiting close ends when the connection is lost`() throws {
        let connection = try establishedConnection()
        let network = Network(isFull: true)
        try connection.channel.pipeline.syncOperations.addHandler(network, position: .first)
        let outcome = connection.makeOutcome()
        connection.channel.close(promise: outcome.promise)
        connection.channel.pipeline.fireChannelInactive()
        #expect(outcome.isSuccess)
        network.held.forEach { $0?.succeed() }
        #expect(network.closedModes.isEmpty)
    }

    @Test func `A handler that closes on the handshake's event gets no bytes`() throws {
        let connection = try TestConnection(serving: context)
        try connection.channel.pipeline.syncOperations.addHandler(CloserOnHandshake(), position: .before(connection.recorder))
        connection.client.receive()
        try connection.sendToServer(connection.client.takeOutput())
        connection.client.receive(connection.takeServerOutput())
        connection.client.send(Array("request".utf8))
        try connection.sendToServer(connection.client.takeOutput())
        #expect(connection.recorder.reads.isEmpty)
        #expect(!connection.channel.isActive)
        connection.client.receive(connection.takeServerOutput())
        #expect(connection.client.hasReceivedCloseNotify)
    }

    @Test func `Writing to a connection that failed fails`() throws {
        let connection = try TestConnection(serving: context)
        let before = connection.makeOutcome()
        connection.channel.write(ByteBuffer(string: "early"), promise: before.promise)
        try connection.sendToServer(Array("GET / HTTP/1.1\r\n\r\n".utf8))
        #expect(before.error is TLSError)
        let after = connection.makeOutcome()
        connection.channel.write(ByteBuffer(string: "late"), promise: after.promise)
        #expect(after.error as? ChannelError == .ioOnClosedChannel)
    }

    @Test func `2 000 connections come and go`() throws {
        for round in 0..<2_000 {
            let connection = try establishedConnection(version: round % 2 == 0 ? TLS1_3_VERSION : TLS1_2_VERSION)
            connection.client.send(Array("request".utf8))
            try connection.exchange()
            connection.channel.writeAndFlush(ByteBuffer(string: "answer"), promise: nil)
            try connection.exchange()
            #expect(connection.client.received == Array("answer".utf8))
        }
    }

    /// A server whose client has no certificate and was rejected; later handlers close a channel with an error if required.
    private func rejectingConnection(closesOnError: Bool = false) throws -> (connection: TestConnection, network: Network) {
        let certificates = try TestCertificates.shared.get()
        let connection = try TestConnection(serving: certificates.makeContext(clientAuthorities: certificates["root.pem"]))
        let network = Network()
        try connection.channel.pipeline.syncOperations.addHandler(network, position: .first)
        let position = ChannelPipeline.SynchronousOperations.Position.before(connection.recorder)
        if closesOnError { try connection.channel.pipeline.syncOperations.addHandler(CloserOnError(), position: position) }
        try connection.establish()
        #expect(connection.client.receivedAlert == 116)
        return (connection, network)
    }

    @Test(arguments: [false, true])
    func `A rejected client has time to read the alert, until it ends its side`(closesOnError: Bool) throws {
        let (connection, network) = try rejectingConnection(closesOnError: closesOnError)
        try connection.sendToServer(Array("request".utf8))
        #expect(network.closedModes == [.output])
        connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(network.closedModes == [.output, .all])
        #expect(connection.recorder.reads.isEmpty && connection.recorder.inputClosedCount == 0)
        #expect(!connection.channel.isActive)
    }

    @Test func `A rejected client has a limited time`() throws {
        let (connection, network) = try rejectingConnection()
        connection.channel.embeddedEventLoop.advanceTime(by: TLSHandler.defaultCloseTimeout - .nanoseconds(1))
        #expect(network.closedModes == [.output])
        connection.channel.embeddedEventLoop.advanceTime(by: .nanoseconds(1))
        #expect(network.closedModes == [.output, .all])
    }

    @Test func `A rejected client may send a limited number of bytes`() throws {
        let (connection, network) = try rejectingConnection()
        for _ in 0..<16 { try connection.sendToServer([UInt8](repeating: 0, count: TLSHandler.lingerByteLimit / 16)) }
        #expect(network.closedModes == [.output])
        try connection.sendToServer([0])
        #expect(network.closedModes == [.output, .all])
    }

    @Test func `The connection of a rejected client gives way at once`() throws {
        let (connection, network) = try rejectingConnection(closesOnError: true)
        let outcome = connection.makeOutcome()
        connection.channel.close(promise: outcome.promise)
        #expect(network.closedModes == [.output, .all])
        #expect(outcome.isSuccess)
    }

    /// Stands before the TLS handler and records closes; a full one holds every write.
    private final class Network: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        let isFull: Bool
        var held: [EventLoopPromise<Void>?] = []
        var closedModes: [CloseMode] = []

        init(isFull: Bool = false) {
            self.isFull = isFull
        }

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            guard isFull else { return context.write(data, promise: promise) }
            held.append(promise)
        }

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            closedModes.append(mode)
            guard mode == .output else { return context.close(mode: mode, promise: promise) }
            promise?.succeed()
        }
    }

    /// Closes the channel as soon as the handshake is complete.
    private final class CloserOnHandshake: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is TLSUserEvent { context.close(promise: nil) }
        }
    }

    /// Closes the channel after an error.
    private final class CloserOnError: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }
}
