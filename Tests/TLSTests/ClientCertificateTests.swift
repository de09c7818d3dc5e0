import COpenSSL
import NIOEmbedded
import Testing

@testable import TLS

@Suite struct ClientCertificateTests {
    private let certificates: TestCertificates
    private let context: TLSContext

    init() throws {
        certificates = try TestCertificates.shared.get()
        context = try certificates.makeContext(clientAuthorities: certificates["root.pem"])
    }

    @Test(arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func `A certificate of the authority is accepted, and its session resumed`(version: Int32) throws {
        let configuration = configuration(showing: "client", version: version)
        let connection = try TestConnection(serving: context, to: configuration)
        try connection.establish()
        #expect(connection.recorder.events.count == 1)
        let second = try TestConnection(serving: context, to: configuration, resuming: connection.client.save())
        try second.establish()
        #expect(second.client.isResumed)
    }

    @Test(
        arguments: [
            (TLS1_3_VERSION, nil, 116, "client certificate rejected: the client sent none"),
            (TLS1_2_VERSION, nil, 40, "client certificate rejected: the client sent none"),
            (TLS1_3_VERSION, "server-only", 43, "client certificate rejected: no clientAuth in its extended key usage"),
            (TLS1_3_VERSION, "any-use", 43, "client certificate rejected: no clientAuth in its extended key usage"),
            (TLS1_2_VERSION, "any-use", 43, "client certificate rejected: no clientAuth in its extended key usage"),
            (TLS1_3_VERSION, "any-extended-use", 43, "client certificate rejected: no clientAuth in its extended key usage"),
            (TLS1_3_VERSION, "stranger", 48, "client certificate rejected: it is not issued by a client CA (self-signed certificate)"),
            (
                TLS1_2_VERSION, "leaf", 48,
                "client certificate rejected: it is not issued by a client CA (unable to get local issuer certificate)"
            ),
        ] as [(Int32, String?, UInt8, String)]
    )
    func `Every other client is rejected with an alert`(version: Int32, name: String?, alert: UInt8, message: String) throws {
        let connection = try TestConnection(serving: context, to: configuration(showing: name, version: version))
        try connection.establish()
        #expect(connection.recorder.errors.map(\.description) == ["handshake failed: " + message])
        #expect(connection.recorder.events.isEmpty)
        #expect(connection.client.receivedAlert == alert)
        #expect(!connection.channel.isActive)
    }

    @Test(arguments: [
        ["named-client"], ["api.example.org"], ["spiffe://cluster/api"], ["api@example.org"], ["10.0.0.1"], ["fd00::1"],
        ["fd00:0:0:0:0:0:0:1"], ["other", "10.0.0.1"], ["api", "named-client"],
    ])
    func `A client with any of the names is accepted, and its session resumed`(names: [String]) throws {
        let context = try certificates.makeContext(clientAuthorities: certificates["root.pem"], clientNames: names)
        let configuration = configuration(showing: "named-client", version: TLS1_3_VERSION)
        let connection = try TestConnection(serving: context, to: configuration)
        try connection.establish()
        #expect(connection.recorder.errors.isEmpty && connection.recorder.events.count == 1)
        let second = try TestConnection(serving: context, to: configuration, resuming: connection.client.save())
        try second.establish()
        #expect(second.client.isResumed)
    }

    @Test(arguments: [
        "client", "Named-client", "named-clien", "named-clientx", "example.org", "*.example.org", "*", "SPIFFE://cluster/api",
        "API@example.org", "10.0.0.2", "10.0.0", "CN=named-client", "root", " named-client",
    ])
    func `A client without any of the names is rejected`(name: String) throws {
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let context = try certificates.makeContext(clientAuthorities: certificates["root.pem"], clientNames: [name, "other"])
            let connection = try TestConnection(serving: context, to: configuration(showing: "named-client", version: version))
            try connection.establish()
            let message = "handshake failed: client certificate rejected: it has none of the accepted client names"
            #expect(connection.recorder.errors.map(\.description) == [message])
            #expect(connection.recorder.events.isEmpty)
            #expect(connection.client.receivedAlert == 40)
            #expect(!connection.channel.isActive)
        }
    }

    @Test func `A name is not enough without an authority that vouches for it`() throws {
        let context = try certificates.makeContext(clientAuthorities: certificates["root.pem"], clientNames: ["stranger", "server-only"])
        for (name, alert) in [("stranger", 48), ("server-only", 43)] as [(String, UInt8)] {
            let connection = try TestConnection(serving: context, to: configuration(showing: name, version: TLS1_3_VERSION))
            try connection.establish()
            #expect(connection.client.receivedAlert == alert && connection.recorder.events.isEmpty)
        }
    }

    @Test(arguments: [
        ("stranger", ["stranger"]), ("server-only", ["server-only"]),
        (
            "named-client",
            ["named-client", "API.example.org", "spiffe://cluster/api", "api@example.org", "10.0.0.1", "fd00::1"]
        ),
    ])
    func `The names of a rejected certificate are reported`(name: String, names: [String]) throws {
        let context = try certificates.makeContext(clientAuthorities: certificates["root.pem"], clientNames: ["other"])
        for version in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let connection = try TestConnection(serving: context, to: configuration(showing: name, version: version))
            try connection.establish()
            guard case .clientCertificateRejected(let rejection)? = connection.recorder.errors.first else {
                Issue.record("\(connection.recorder.errors)")
                continue
            }
            #expect(rejection.names == names)
        }
    }

    private func configuration(showing name: String?, version: Int32) -> TestClient.Configuration {
        TestClient.Configuration(
            minimumVersion: version,
            maximumVersion: version,
            certificatePEM: name.map { certificates[$0 + ".pem"] } ?? [],
            keyPEM: name.map { certificates[$0 + ".key"] } ?? []
        )
    }
}
