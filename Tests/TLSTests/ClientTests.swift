import COpenSSL
import NIOCore
import NIOEmbedded
import Testing

@testable import TLS

@Suite struct ClientTests {
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
    }

    private func server(_ name: String = "api", clientAuthority: String? = nil) throws -> TLSContext {
        try TLSContext(
            certificateChainPEM: certificates[name + ".pem"],
            privateKeyPEM: certificates[name + ".key"],
            clientCertificateAuthoritiesPEM: clientAuthority.map { certificates[$0] }
        )
    }

    private func client(trusting name: String = "root.pem", as identity: String? = nil) throws -> TLSClientContext {
        try TLSClientContext(
            trust: .authorities(pem: certificates[name]),
            identity: identity.map {
                TLSClientContext.Identity(certificateChainPEM: certificates[$0 + ".pem"], privateKeyPEM: certificates[$0 + ".key"])
            }
        )
    }

    @Test(arguments: [
        "kubernetes.default.svc", "KUBERNETES.default.SVC", "kubernetes.default.svc.", "a.example.org", "10.96.0.1", "[10.96.0.1]",
    ])
    func `A client carries bytes both ways with a server of the wanted name`(name: String) throws {
        let pair = try TestPair(client: client(), named: name, server: server())
        pair.client.channel.writeAndFlush(ByteBuffer(string: "question"), promise: nil)
        pair.exchange()
        pair.server.channel.writeAndFlush(ByteBuffer(string: "answer"), promise: nil)
        pair.exchange()
        #expect(pair.server.recorder.received == Array("question".utf8))
        #expect(pair.client.recorder.received == Array("answer".utf8))
        #expect(pair.client.recorder.events == [.handshakeCompleted(negotiatedProtocol: "http/1.1")])
        #expect(pair.client.errors + pair.server.errors == [])
    }

    @Test(arguments: ["::1", "[::1]", "127.0.0.1", "localhost"])
    func `An address is found among the addresses of the certificate, a name among its names`(name: String) throws {
        let context = try certificates.makeContext()
        let pair = try TestPair(client: client(), named: name, server: context)
        pair.exchange()
        #expect(pair.client.recorder.events.count == 1)
        #expect(pair.client.errors == [])
    }

    @Test(arguments: ["other.example.com", "10.96.0.2", "a.b.example.org", "example.org", "web.partial.org", "fd00::1", "api"])
    func `A certificate for other names is rejected with its names`(name: String) throws {
        let pair = try TestPair(client: client(), named: name, server: server())
        pair.exchange()
        let names = "kubernetes.default.svc, *.example.org, w*.partial.org, 10.96.0.1"
        #expect(pair.client.errors == ["handshake failed: server certificate rejected: it is for \(names)"])
        #expect(!pair.client.channel.isActive)
        #expect(pair.client.recorder.events.isEmpty)
    }

    @Test func `The common name does not count`() throws {
        let pair = try TestPair(client: client(), named: "common-name", server: server("common-name"))
        pair.exchange()
        #expect(pair.client.errors == ["handshake failed: server certificate rejected: it is for no name"])
    }

    @Test(
        arguments: [
            ("expired", "localhost", "root.pem", "it, or a certificate of its chain, has expired", .time),
            ("api", "10.96.0.1", "stranger.pem", "it is not issued by a trusted CA (unable to get local issuer certificate)", .authority),
            ("client-use", "localhost", "root.pem", "unsuitable certificate purpose", .other),
        ] as [(String, String, String, String, ServerCertificateRejection.Cause)]
    )
    func `A certificate that is not good is rejected with the reason`(
        certificate: String,
        name: String,
        authority: String,
        reason: String,
        cause: ServerCertificateRejection.Cause
    ) throws {
        let pair = try TestPair(client: client(trusting: authority), named: name, server: server(certificate))
        pair.exchange()
        guard case .serverCertificateRejected(let rejection) = pair.client.recorder.errors.first else {
            Issue.record("\(pair.client.errors)")
            return
        }
        #expect(rejection.reason == reason)
        #expect(rejection.cause == cause)
        #expect(pair.server.errors.count == 1)
    }

    @Test func `Without verification every certificate and name is accepted`() throws {
        let context = try TLSClientContext(trust: .everything)
        let pair = try TestPair(client: context, named: "other.example.com", server: server("expired"))
        pair.exchange()
        #expect(pair.client.recorder.events.count == 1)
    }

    @Test func `The system's authorities do not vouch for a private one`() throws {
        let pair = try TestPair(client: TLSClientContext(trust: .systemAuthorities), named: "10.96.0.1", server: server())
        pair.exchange()
        #expect(pair.client.errors.count == 1)
        #expect(pair.client.errors.first?.contains("it is not issued by a trusted CA") == true)
    }

    @Test func `A certificate that is trusted itself needs no root`() throws {
        let pair = try TestPair(client: client(trusting: "api.pem"), named: "10.96.0.1", server: server())
        pair.exchange()
        #expect(pair.client.errors == [])
        #expect(pair.client.recorder.events.count == 1)
    }

    @Test func `A client certificate is shown to a server that asks for it`() throws {
        let pair = try TestPair(
            client: client(as: "client"),
            named: "10.96.0.1",
            server: server(clientAuthority: "root.pem")
        )
        pair.client.channel.writeAndFlush(ByteBuffer(string: "question"), promise: nil)
        pair.exchange()
        #expect(pair.server.recorder.received == Array("question".utf8))
        #expect(pair.server.errors == [])
    }

    @Test func `A client without the certificate that the server asks for is told so`() throws {
        let pair = try TestPair(client: client(), named: "10.96.0.1", server: server(clientAuthority: "root.pem"))
        pair.exchange()
        #expect(pair.server.errors == ["handshake failed: client certificate rejected: the client sent none"])
        #expect(pair.client.errors.first?.contains("certificate required") == true)
    }

    @Test(arguments: ["kubernetes.default.svc", "10.96.0.1"])
    func `A host is named to the server, an address never is`(name: String) throws {
        let pair = try TestPair(client: client(), named: name, server: server())
        let hello = String(decoding: pair.exchange(), as: Unicode.ASCII.self)
        #expect(hello.contains(name) == (name == "kubernetes.default.svc"))
    }

    @Test(arguments: [1, 7])
    func `Bytes may arrive in pieces of any size`(pieces: Int) throws {
        let pair = try TestPair(client: client(), named: "10.96.0.1", server: server())
        pair.exchange(pieces: pieces)
        pair.server.channel.writeAndFlush(ByteBuffer(repeating: 7, count: 20_000), promise: nil)
        pair.exchange(pieces: pieces)
        #expect(pair.client.recorder.received == Array(repeating: 7, count: 20_000))
    }

    @Test func `A server that goes away during the handshake is a failure, even before its first byte`() throws {
        let pair = try TestPair(client: client(), named: "10.96.0.1", server: server())
        pair.client.channel.pipeline.fireChannelInactive()
        #expect(pair.client.errors == ["handshake failed: closed by the server"])
    }

    @Test func `A server without TLS is a failure`() throws {
        let pair = try TestPair(client: client(), named: "10.96.0.1", server: server())
        pair.client.channel.pipeline.fireChannelRead(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\n\r\n"))
        #expect(pair.client.errors == ["handshake failed: wrong version number"])
        #expect(!pair.client.channel.isActive)
    }

    @Test func `A server that answers with TLS 1_1 is refused`() throws {
        let pair = try TestPair(client: client(), named: "10.96.0.1", server: server())
        // A ServerHello: version, random, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
        let hello: [UInt8] = [3, 2] + Array(repeating: 9, count: 32) + [0, 0, 0x2F, 0]
        let message = [2, 0, 0, UInt8(hello.count)] + hello
        pair.client.channel.pipeline.fireChannelRead(ByteBuffer(bytes: [22, 3, 2, 0, UInt8(message.count)] + message))
        #expect(pair.client.errors == ["handshake failed: unsupported protocol"])
        #expect(!pair.client.channel.isActive)
    }

    @Test func `A context tells which authority is damaged`() throws {
        let damaged = Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
        #expect {
            try TLSClientContext(trust: .authorities(pem: certificates["root.pem"] + damaged))
        } throws: {
            "\($0)".hasPrefix("certificate authority 2 can't be read")
        }
        #expect {
            try TLSClientContext(trust: .authorities(pem: Array("nothing".utf8)))
        } throws: {
            "\($0)".hasPrefix("no certificate found in the PEM text of the certificate authorities")
        }
    }

    @Test(arguments: ["", ".", "a b", "a/b", "a\0b", "[::1", String(repeating: "a", count: 254), "ü.example.org"])
    func `A text that no certificate can have is no name`(text: String) {
        #expect(TLSServerName(text) == nil)
    }

    @Test(arguments: [("fe80::1%eth0", "fe80::1"), ("[fd00::1]", "fd00::1"), ("1.2.3.4", "1.2.3.4")])
    func `An address has no brackets and no zone`(text: String, address: String) {
        #expect(TLSServerName(text) == .address(address))
    }
}
