import AdmissionPolicy
import Metrics
import Platform
import PodScoring
import TLS
import Testing

@testable import WebhookServer

@Suite struct TLSConnectionTests {
    @Test func `An independent client is served`() async throws {
        try await run { server in
            let port = server.port
            let request = TestServer.post(fields: "Connection: close\r\n")
            let output = try await Task.detached {
                try OpenSSLTool.run("s_client -connect 127.0.0.1:\(port) -alpn http/1.1 -quiet", input: request)
            }.value
            #expect(output.contains("HTTP/1.1 200 OK\r\n"), "\(output)")
            #expect(output.hasSuffix("any 2"))
        }
    }

    @Test(arguments: ["", "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n", "\u{16}\u{3}\u{1}\u{1}"])
    func `A client that does not complete the handshake is closed, and others are served`(bytes: String) async throws {
        try await run { server in
            let client = try await TestClient.connect(to: server.port)
            // It may be closed already when this task comes to it.
            client.sendWithoutWaiting(bytes)
            #expect(try await client.next() == nil)
            try await Eventually.holds { server.connectionCount == 0 }
        }
    }

    @Test func `Readiness tells whether the certificate is valid`() async throws {
        let configuration = TestServer.configuration()
        let context = try OpenSSLTool.context.get()
        for (seconds, status) in [(context.certificate.notAfter, 200), (context.certificate.notAfter + 1, 503)] {
            let server = try await WebhookServer.start(
                configuration,
                handler: EchoHandler(),
                certificate: CertificateInForce(context),
                metrics: .init(),
                wallClock: { .init(seconds: seconds) }
            )
            let client = try await TestClient.connect(to: try #require(server.operationsPort))
            try await client.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == status)
            #expect(response.body.contains("[-]certificate failed: valid from 20") == (status == 503))
            await client.close()
            await server.drain()
        }
    }

    private func run(_ body: (WebhookServer) async throws -> Void) async throws {
        let configuration = TestServer.configuration { $0.limits.firstHeaderTimeout = .milliseconds(1_000) }
        let server = try await WebhookServer.start(
            configuration,
            handler: EchoHandler(),
            certificate: CertificateInForce(try OpenSSLTool.context.get()),
            metrics: .init()
        )
        do {
            try await body(server)
            await server.drain()
        } catch {
            await server.drain()
            throw error
        }
    }
}
