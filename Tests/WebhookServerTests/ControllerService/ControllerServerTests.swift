import Metrics
import NIOCore
import NIOHTTP1
import NIOPosix
import Platform
import TLS
import Testing

@testable import WebhookServer

@Suite struct ControllerServerTests {
    private static func get(
        _ path: String,
        _ fields: String = "",
        host: String = "localhost",
        from server: ControllerServer
    ) async throws -> TestClient.Response {
        let client = try await TestClient.connect(to: server.operationsPort)
        try await client.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n")
        let response = try await client.response()
        await client.close()
        return response
    }

    @Test(arguments: [
        ("/livez", 200, "ok\n"), ("/readyz", 200, "ok\n"),
        ("/readyz?verbose", 200, "[+]audit ok: last one\\u{A}yesterday\n[+]serving ok: accepting requests\nok\n"),
        ("/metrics", 200, "podscore_in_flight_requests 7\n"), ("/metrics", 200, #"podscore_build_info{version="1.2.3"} 1"#),
        ("/audit", 404, "no audit is complete yet"), ("/index.html", 404, "no such path"), ("/policy", 404, ""), ("/readyz?x", 404, ""),
    ])
    func `The plain port has these pages`(path: String, status: Int, says: String) async throws {
        try await TestController.run { server in
            #expect(server.webhookPort == nil)
            let response = try await Self.get(path, from: server)
            #expect(response.status == status)
            #expect(response.body.contains(says), "\(response.body)")
        }
    }

    @Test func `A condition that does not hold makes the controller unready, and the page says which`() async throws {
        try await TestController.run(TestController.pages(holds: false)) { server in
            let response = try await Self.get("/readyz", from: server)
            #expect(response.status == 503)
            #expect(response.body == "[-]audit failed: last one\\u{A}yesterday\nnot ready\n")
        }
    }

    @Test(arguments: [
        ("", "json", "application/json"), ("Accept: */*\r\n", "json", "application/json"),
        ("Accept: text/plain\r\n", "table", "text/plain; charset=utf-8"),
        ("Accept: text/html, Text/Plain;q=0.5\r\n", "table", "text/plain; charset=utf-8"),
        ("Accept: application/json, text/plain\r\n", "json", "application/json"),
    ])
    func `The last audit is shown in the form that is asked for, with its age`(fields: String, form: String, type: String) async throws {
        let page = ControllerServer.AuditPage(body: Array("as ".utf8), ageSeconds: 42)
        try await TestController.run(TestController.pages(audit: page)) { server in
            let response = try await Self.get("/audit", fields, from: server)
            #expect(response.status == 200)
            #expect(response.body == "as \(form)")
            #expect(response["Content-Type"] == type)
            #expect(response["Age"] == "42")
        }
    }

    @Test func `The last audit is a page for a browser, with its policy`() async throws {
        let page = ControllerServer.AuditPage(body: Array("as ".utf8), ageSeconds: 42)
        try await TestController.run(TestController.pages(audit: page)) { server in
            let response = try await Self.get("/", "Accept: application/json\r\n", from: server)
            #expect(response.status == 200)
            #expect(response.body == "as page")
            #expect(response["Content-Type"] == "text/html; charset=utf-8")
            #expect(response["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
            #expect(response["X-Content-Type-Options"] == "nosniff")
            #expect(response["X-Frame-Options"] == "DENY")
            #expect(response["Cache-Control"] == "no-store")
        }
    }

    @Test func `Only the audit needs a host that is known, and no other site can read it`() async throws {
        let page = ControllerServer.AuditPage(body: [], ageSeconds: 0)
        try await TestController.run(TestController.pages(audit: page)) { server in
            for path in ["/", "/audit"] {
                #expect(try await Self.get(path, host: "127.0.0.1:1234", from: server).status == 200)
                let response = try await Self.get(path, host: "evil.example:8080", from: server)
                #expect(response.status == 421)
                #expect(!response.body.contains("as "))
            }
            for path in ["/livez", "/readyz", "/metrics"] {
                #expect(try await Self.get(path, host: "10.1.2.3:8080", from: server).status == 200)
            }
        }
    }

    /// The status of a request by a client with an address; 200 if the responder accepts it.
    private static func status(_ path: String, host: String, of address: String, by responder: ControllerResponder) -> Int {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: ["Host": host])
        switch responder.begin(head, from: { PeerAddress(address) }, at: .now()) {
        case .refuse(let answer):
            #expect(!String(decoding: answer.body, as: UTF8.self).contains("/audit"))
            return answer.status.rawValue
        case .accept: return 200
        }
    }

    @Test(arguments: ["10.0.0.1", "::1.2.3.4", "fe80::1", ""], ["/", "/audit"])
    func `Clients outside of the Pod do not see the audit, not even that there is one`(address: String, path: String) {
        let responder = ControllerResponder(view: Self.view(TestController.pages()))
        for host in ["localhost", address] { #expect(Self.status(path, host: host, of: address, by: responder) == 404) }
    }

    @Test(arguments: ["/", "/audit"])
    func `With an address of the page, clients outside of the Pod see the audit by that address`(path: String) throws {
        let name = try #require(HostName(parsing: "scores.example.com"))
        let responder = ControllerResponder(view: Self.view(TestController.pages()), pageAddresses: [name])
        #expect(Self.status(path, host: "scores.example.com:8080", of: "10.0.0.1", by: responder) == 200)
        #expect(Self.status(path, host: "localhost", of: "127.0.0.1", by: responder) == 200)
        #expect(Self.status(path, host: "10.0.0.9", of: "10.0.0.1", by: responder) == 421)
        #expect(Self.status(path, host: "evil.example", of: "127.0.0.1", by: responder) == 421)
    }

    @Test func `The plain port takes only GET and HEAD, and no body`() async throws {
        try await TestController.run { server in
            let client = try await TestClient.connect(to: server.operationsPort)
            try await client.send("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
            let response = try await client.response()
            #expect(response.status == 405)
            #expect(response["Allow"] == "GET, HEAD")
            try await client.send("POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try await client.response().status == 413)
        }
    }

    @Test func `An address in use is an error, whichever port it is`() async throws {
        try await TestController.run(reviews: TestReviews()) { server in
            let (plain, webhook) = (server.operationsPort, try #require(server.webhookPort))
            await #expect(throws: ListenError.addressInUse(host: "127.0.0.1", port: plain)) {
                try await TestController.run(reviews: TestReviews(), { $0.operationsPort = plain }) { _ in }
            }
            await #expect(throws: ListenError.addressInUse(host: "127.0.0.1", port: webhook)) {
                try await TestController.run(reviews: TestReviews(), { $0.webhookPort = webhook }) { _ in }
            }
        }
    }

    @Test func `Readiness tells whether the certificate of the policy webhook is valid, and the metrics its end`() async throws {
        let certificate = CertificateInForce(try OpenSSLTool.context.get())
        try await TestController.run(reviews: TestReviews(), certificate: certificate) { server in
            #expect(try await Self.get("/readyz?verbose", from: server).body.contains("[+]certificate ok: valid from 20"))
            let page = try await Self.get("/metrics", from: server).body
            #expect(page.contains("podscore_certificate_expiry_timestamp_seconds \(certificate.tls.certificate.chainNotAfter)"))
            #expect(page.contains("podscore_http_responses_total{"))
        }
    }

    private static func view(_ pages: ControllerServer.Pages) -> ControllerView {
        ControllerView(
            pages: pages,
            certificate: nil,
            reloads: ReloadMetrics(),
            messages: nil,
            webhook: nil,
            shared: SharedResources(limits: HTTPLimits(), pool: NIOThreadPool(numberOfThreads: 1)),
            version: "",
            wallClock: { .now }
        )
    }
}
