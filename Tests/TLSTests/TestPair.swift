import NIOCore
import NIOEmbedded
import TLS

/// The client's and the server's pipeline in memory, connected with each other.
final class TestPair {
    let client: Side
    let server: Side

    /// One end of the connection.
    final class Side {
        let channel: EmbeddedChannel
        let recorder: TestConnection.Recorder

        fileprivate init(_ handler: TLSHandler) throws {
            recorder = TestConnection.Recorder()
            channel = EmbeddedChannel()
            try channel.pipeline.syncOperations.addHandlers([handler, recorder])
        }

        /// What this side reports.
        var errors: [String] { recorder.errors.map(\.description) }

        fileprivate func takeOutput() -> [UInt8] {
            var bytes: [UInt8] = []
            while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
            return bytes
        }

        fileprivate func receive(_ bytes: [UInt8]) {
            guard channel.isActive else { return }
            channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
            channel.pipeline.fireChannelReadComplete()
        }
    }

    /// Connects a client with a server, without carrying a byte yet.
    init(client: TLSClientContext, named name: String, server: TLSContext) throws {
        guard let name = TLSServerName(name) else { throw InvalidName() }
        self.client = try Side(TLSHandler(connectingWith: client, to: name))
        self.server = try Side(TLSHandler(context: server))
        for side in [self.server, self.client] {
            side.channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        }
    }

    /// A text that no certificate can have as a name.
    struct InvalidName: Error {}

    deinit {
        for side in [client, server] { _ = try? side.channel.finish(acceptAlreadyClosed: true) }
    }

    /// Carries bytes both ways, in pieces of a number of bytes, until neither side has more; returns the client's bytes.
    @discardableResult
    func exchange(pieces: Int = .max) -> [UInt8] {
        var sent: [UInt8] = []
        while true {
            let request = client.takeOutput()
            let answer = server.takeOutput()
            guard !request.isEmpty || !answer.isEmpty else { return sent }
            sent += request
            for (bytes, side) in [(request, server), (answer, client)] {
                for start in stride(from: 0, to: bytes.count, by: min(pieces, max(1, bytes.count))) {
                    side.receive(Array(bytes[start..<min(start + min(pieces, bytes.count), bytes.count)]))
                }
            }
        }
    }
}
