import COpenSSL
import NIOCore
import NIOEmbedded
import Testing

@testable import TLS

@Suite struct HandshakeTests {
    private let certificates: TestCertificates
    private let context: TLSContext

    init() throws {
        certificates = try TestCertificates.shared.get()
        context = try certificates.makeContext()
    }

    @Test(arguments: [
        (TLS1_2_VERSION, "TLSv1.2", "ECDHE-ECDSA-AES128-GCM-SHA256"),
        (TLS1_3_VERSION, "TLSv1.3", "TLS_AES_128_GCM_SHA256"),
    ])
    func `TLS 1.2 and 1.3 are spoken`(version: Int32, name: String, cipher: String) throws {
        let configuration = TestClient.Configuration(
            minimumVersion: version,
            maximumVersion: version,
            trustedPEM: certificates["root.pem"]
        )
        let connection = try TestConnection(serving: context, to: configuration)
        try connection.establish()
        connection.client.send(Array("question".utf8))
        try connection.exchange()
        connection.channel.writeAndFlush(ByteBuffer(string: "answer"), promise: nil)
        try connection.exchange()
        #expect(connection.client.version == name)
        #expect(connection.client.cipher == cipher)
        #expect(connection.client.failure == nil)
        #expect(connection.recorder.received == Array("question".utf8))
        #expect(connection.client.received == Array("answer".utf8))
        #expect(connection.recorder.errors.isEmpty)
    }

    @Test func `The whole chain is sent`() throws {
        let connection = try TestConnection(serving: context)
        try connection.establish()
        #expect(connection.client.serverChain() == ["/CN=leaf", "/CN=intermediate"])
    }

    @Test func `TLS 1.1 is rejected with a protocol_version alert`() throws {
        let configuration = TestClient.Configuration(minimumVersion: TLS1_1_VERSION, maximumVersion: TLS1_1_VERSION)
        let connection = try TestConnection(serving: context, to: configuration)
        connection.client.receive()
        try connection.sendToServer(connection.client.takeOutput())
        #expect(connection.takeServerOutput().suffix(2) == [2, 70])
        #expect(connection.recorder.errors.map(\.description) == ["handshake failed: unsupported protocol"])
        #expect(!connection.channel.isActive)
    }

    @Test(arguments: [([], nil), (["http/1.1"], "http/1.1"), (["h2", "http/1.1"], "http/1.1")] as [([String], String?)])
    func `The protocol is http 1.1 if the client names any`(offered: [String], negotiated: String?) throws {
        let connection = try TestConnection(serving: context, to: TestClient.Configuration(protocols: offered))
        try connection.establish()
        #expect(connection.recorder.events == [.handshakeCompleted(negotiatedProtocol: negotiated)])
    }

    @Test func `A client that names only other protocols gets a no_application_protocol alert`() throws {
        let connection = try TestConnection(serving: context, to: TestClient.Configuration(protocols: ["h2", "spdy/1"]))
        connection.client.receive()
        try connection.sendToServer(connection.client.takeOutput())
        #expect(connection.takeServerOutput().suffix(2) == [2, 120])
        #expect(connection.recorder.errors.map(\.description) == ["handshake failed: no application protocol"])
        #expect(!connection.channel.isActive)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `A client that sends single bytes is served`(version: Int32) throws {
        let configuration = TestClient.Configuration(minimumVersion: version, maximumVersion: version)
        let connection = try TestConnection(serving: context, to: configuration)
        connection.client.receive()
        var request = connection.client.takeOutput()
        while !request.isEmpty {
            for byte in request { try connection.sendToServer([byte]) }
            connection.client.receive(connection.takeServerOutput())
            request = connection.client.takeOutput()
        }
        connection.client.send(Array(repeating: 7, count: 20_000))
        for byte in connection.client.takeOutput() { try connection.sendToServer([byte]) }
        #expect(connection.recorder.received == Array(repeating: 7, count: 20_000))
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `A handshake that is cut off at any byte is closed and reported once`(version: Int32) throws {
        let configuration = TestClient.Configuration(minimumVersion: version, maximumVersion: version)
        let whole = try TestConnection(serving: context, to: configuration)
        whole.client.receive()
        let helloByteCount = whole.client.takeOutput().count
        for count in 0..<helloByteCount {
            let connection = try TestConnection(serving: context, to: configuration)
            connection.client.receive()
            try connection.sendToServer(Array(connection.client.takeOutput().prefix(count)))
            connection.channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            #expect(!connection.channel.isActive)
            #expect(connection.recorder.errors == (count == 0 ? [] : [.closedDuringHandshake(by: .client)]))
        }
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `A second flight that is cut off at any byte is closed and reported once`(version: Int32) throws {
        let configuration = TestClient.Configuration(minimumVersion: version, maximumVersion: version)
        var count = 0
        while true {
            let connection = try TestConnection(serving: context, to: configuration)
            connection.client.receive()
            try connection.sendToServer(connection.client.takeOutput())
            connection.client.receive(connection.takeServerOutput())
            let flight = connection.client.takeOutput()
            guard count < flight.count else { break }
            try connection.sendToServer(Array(flight.prefix(count)))
            connection.channel.pipeline.fireChannelInactive()
            #expect(connection.recorder.events.isEmpty)
            #expect(connection.recorder.errors == [.closedDuringHandshake(by: .client)])
            count += 1
        }
        #expect(count > 40)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "handshake failed: http request"),
        ("PUT / HTTP/1.1\r\n\r\n", "handshake failed: http request"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "handshake failed: wrong version number"),
        ("\u{16}\u{3}\u{1}\u{0}\u{5}hello", "handshake failed: unexpected message"),
        (String(repeating: "\u{0}", count: 64), "handshake failed: wrong version number"),
    ])
    func `Bytes other than TLS close the connection with a reason`(text: String, message: String) throws {
        let connection = try TestConnection(serving: context)
        try connection.sendToServer(Array(text.utf8))
        #expect(connection.recorder.errors.map(\.description) == [message])
        #expect(!connection.channel.isActive)
        try connection.sendToServer(Array(text.utf8))
    }

    @Test func `A changed byte anywhere in a ClientHello never crashes or establishes`() throws {
        let client = try TestClient()
        client.receive()
        let hello = client.takeOutput()
        for index in hello.indices {
            let connection = try TestConnection(serving: context)
            var changed = hello
            changed[index] ^= 0xff
            try connection.sendToServer(changed)
            #expect(connection.recorder.events.isEmpty)
        }
    }

    @Test func `An endless handshake is closed`() throws {
        let names = Array(repeating: String(repeating: "x", count: 255), count: 100)
        let connection = try TestConnection(serving: context, to: TestClient.Configuration(protocols: names))
        connection.client.receive()
        let message = TLSRecord.records(in: connection.client.takeOutput()).flatMap(\.payload)
        for byte in message where connection.channel.isActive { try connection.sendToServer([22, 3, 1, 0, 1, byte]) }
        #expect(connection.recorder.errors == [.handshakeTooLong(byteLimit: TLSHandler.handshakeByteLimit)])
        #expect(!connection.channel.isActive)
    }

    @Test(
        arguments: [
            // A ClientHello of 128 KiB, in one record and with its header in two; 16 KiB and 1 byte behind another message.
            [[22, 3, 1, 0, 10, 1, 2, 0, 0, 3, 3, 0, 0, 0, 0]], [[22, 3, 1, 0, 2, 1, 2], [22, 3, 1, 0, 2, 0, 0]],
            [[22, 3], [1, 0, 1, 1, 22, 3, 1, 0, 3, 0, 64, 1]],
        ] as [[[UInt8]]]
    )
    func `A message that is announced too long is rejected before its bytes arrive`(parts: [[UInt8]]) throws {
        let connection = try TestConnection(serving: context)
        for part in parts { try connection.sendToServer(part) }
        #expect(connection.recorder.errors == [.handshakeTooLong(byteLimit: TLSHandler.handshakeByteLimit)])
        #expect(!connection.channel.isActive)
    }

    @Test func `The second ClientHello, after a request for another group, has the same limit`() throws {
        let connection = try TestConnection(serving: context, to: TestClient.Configuration(groups: "P-521:X25519"))
        connection.client.receive()
        try connection.sendToServer(connection.client.takeOutput())
        #expect(connection.recorder.errors.isEmpty)
        try connection.sendToServer([20, 3, 3, 0, 1, 1, 22, 3, 3, 0, 4, 1, 2, 0, 0])
        #expect(connection.recorder.errors == [.handshakeTooLong(byteLimit: TLSHandler.handshakeByteLimit)])
    }

    @Test func `A client's alert is reported as the reason`() throws {
        let configuration = TestClient.Configuration(trustedPEM: certificates["stranger.pem"])
        let connection = try TestConnection(serving: context, to: configuration)
        try connection.establish()
        #expect(connection.recorder.errors.map(\.description) == ["handshake failed: the client sent tlsv1 alert unknown ca"])
        #expect(!connection.channel.isActive)
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `A session is resumed`(version: Int32) throws {
        let configuration = TestClient.Configuration(minimumVersion: version, maximumVersion: version)
        let first = try TestConnection(serving: context, to: configuration)
        try first.establish()
        #expect(!first.client.isResumed)
        let second = try TestConnection(serving: context, to: configuration, resuming: first.client.save())
        try second.establish()
        #expect(second.client.isResumed)
        let other = try TestConnection(serving: certificates.makeContext(), to: configuration, resuming: first.client.save())
        try other.establish()
        #expect(!other.client.isResumed)
        #expect(other.client.isEstablished)
    }

    @Test func `Renegotiation is rejected, and the connection continues`() throws {
        let configuration = TestClient.Configuration(maximumVersion: TLS1_2_VERSION)
        let connection = try TestConnection(serving: context, to: configuration)
        try connection.establish()
        connection.client.renegotiate()
        try connection.exchange()
        #expect(connection.client.failure == "no renegotiation")
        #expect(connection.recorder.events.count == 1)
    }
}
