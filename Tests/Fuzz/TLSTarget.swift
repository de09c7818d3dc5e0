import NIOCore
import NIOEmbedded
import TLS

/// Sends bytes of a client to the TLS port.
///
/// The first byte of the input selects the mode: bytes that go to the server unchanged, or steps that tamper with the bytes of a real
/// client. In both modes the server must not crash, and must decrypt only bytes that the client sent.
enum TLSTarget {
    /// Collects the bytes that the server decrypts.
    private final class Recorder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        var bytes: [UInt8] = []

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += unwrapInboundIn(data).readableBytesView
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            // An HTTP server also closes its side.
            if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {}
    }

    private static let context = Result { try SelfSignedCertificate.makeContext() }

    /// The server decrypts only bytes that a client sent.
    static func check(_ input: [UInt8]) throws {
        guard let mode = input.first else { return }
        let channel = EmbeddedChannel()
        let recorder = Recorder()
        try channel.pipeline.syncOperations.addHandlers([try TLSHandler(context: try context.get()), recorder])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        if mode & 1 == 0 {
            for segment in segments(Array(input.dropFirst()), length: Int(mode >> 1) + 1) { bring(segment, to: channel) }
            guard recorder.bytes.isEmpty else { throw FuzzTarget.Finding("\(recorder.bytes.count) bytes decrypted from no client") }
        } else {
            try tamper(input.dropFirst(), isOld: mode & 2 != 0, channel, recorder)
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))
    }

    private static func segments(_ bytes: [UInt8], length: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: length).map { Array(bytes[$0..<min($0 + length, bytes.count)]) }
    }

    private static func bring(_ bytes: [UInt8], to channel: EmbeddedChannel) {
        guard channel.isActive, !bytes.isEmpty else { return }
        channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
    }

    /// Runs a client whose flights are changed step by step; each step is three bytes of the input: action, place and amount.
    private static func tamper(_ steps: ArraySlice<UInt8>, isOld: Bool, _ channel: EmbeddedChannel, _ recorder: Recorder) throws {
        let client = try MemoryClient(isOld: isOld)
        var sent: [UInt8] = []
        var isTampered = false
        client.receive([])
        var steps = steps
        while steps.count >= 3, channel.isActive {
            let (what, place, amount) = (steps[steps.startIndex], Int(steps[steps.startIndex + 1]), Int(steps[steps.startIndex + 2]))
            steps = steps.dropFirst(3)
            var flight = client.takeOutput()
            switch what % 8 {
            case 0 where client.isEstablished:
                let text = [UInt8](repeating: UInt8(truncatingIfNeeded: place), count: amount * 32 + 1)
                if client.send(text) { sent += text }
                flight += client.takeOutput()
            case 1 where !flight.isEmpty:
                flight[place * flight.count / 256] ^= UInt8(amount | 1)
                isTampered = true
            case 2 where !flight.isEmpty:
                flight.removeLast(min(flight.count, amount + 1))
                isTampered = true
            case 3 where !flight.isEmpty:
                flight.insert(contentsOf: flight, at: place * flight.count / 256)
                isTampered = true
            case 4: client.sendCloseNotify()
            case 5 where client.isEstablished: client.updateKey()
            case 6 where client.isEstablished: client.renegotiate()
            case 7 where amount == 255: channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            default: break
            }
            for segment in segments(flight, length: place + 1) { bring(segment, to: channel) }
            while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { client.receive(Array(buffer.readableBytesView)) }
            // Bytes that the client sends without being asked, such as the second half of its handshake.
            if !isTampered { bring(client.takeOutput(), to: channel) }
            while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { client.receive(Array(buffer.readableBytesView)) }
        }
        guard recorder.bytes.elementsEqual(sent.prefix(recorder.bytes.count)) else {
            throw FuzzTarget.Finding("decrypted \(recorder.bytes.count) bytes other than the \(sent.count) that were sent")
        }
    }
}
