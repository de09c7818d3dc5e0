import NIOHTTP1
import Testing

@testable import WebhookServer

/// What a browser gets from `podscore http`.
struct ScanPageTests {
    private static let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

    private func answer(
        to target: String,
        _ body: String = "",
        accept: String = Self.accept,
        fields: String = "",
        _ change: (inout ScanServer.Configuration) -> Void = { _ in }
    ) async throws -> TestClient.Response {
        try await TestScanner.run(change) { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestScanner.request(target, body, fields: "Accept: \(accept)\r\n\(fields)"))
            let response = try await client.response()
            await client.close()
            return response
        }
    }

    @Test(arguments: [
        ("GET /", "", "-|-|-|-|-"), ("GET /?minimum=9&example=web&ruleset=a%2Fb&minimum=8&manifest=x", "", "a/b|9|-|web|-"),
        ("POST /", "manifest=pod&minimum=9", "-|9|-|-|pod"), ("POST /?minimum=7", "manifest=a%0D%0Ab", "-|-|-|-|a\nb"),
        ("POST /", "standard=baseline", "-|-|baseline|-|-"), ("GET /?ruleset=%", "", "-|-|-|-|-"),
    ])
    func `A browser gets the page with the choices of the link or the form`(target: String, body: String, expected: String) async throws {
        let response = try await answer(to: target, body)
        #expect(response.status == 200)
        #expect(response.body == expected)
        #expect(response["Content-Type"] == "text/html; charset=utf-8")
    }

    @Test func `A page may not be framed, kept or guessed, and has its own policy`() async throws {
        let response = try await answer(to: "GET /")
        #expect(response["Content-Security-Policy"] == "default-src 'none'")
        #expect(response["X-Content-Type-Options"] == "nosniff" && response["X-Frame-Options"] == "DENY")
        #expect(response["Cache-Control"] == "no-store" && response["Referrer-Policy"] == "no-referrer" && response["Vary"] == "Accept")
        #expect(response["Set-Cookie"] == nil)
    }

    @Test func `A form in parts is read`() async throws {
        let body = "--b\r\nContent-Disposition: form-data; name=\"manifest\"\r\n\r\npod\r\n--b--\r\n"
        let response = try await answer(to: "POST /", body, fields: "Content-Type: multipart/form-data; boundary=b\r\n")
        #expect(response.body == "-|-|-|-|pod")
    }

    @Test(arguments: [
        ("GET /", "", "*/*"), ("GET /", "", "text/plain"), ("GET /", "", "text/plain, text/html;q=0.9"), ("GET /", "", "text/html;q=0"),
        ("GET /", "", "text/html;q=0.000"), ("GET /", "", "text/htmlx"), ("GET /", "", "text/html;q=x"),
    ])
    func `Other clients get the text`(target: String, body: String, accept: String) async throws {
        let response = try await answer(to: target, body, accept: accept)
        #expect(response.status == 200 && response["Content-Type"] == "text/plain; charset=utf-8")
        #expect(response.body.hasPrefix("Podscore 1.2.3 scores Kubernetes manifests by test/v1.\n"))
    }

    @Test(arguments: ["text/html", "TEXT/HTML;level=1;q=0.5, text/plain;q=0.4", "text/plain;q=0.9,text/html", "text/plain, text/html"])
    func `HTML is asked for by its name, and not less than text`(accept: String) {
        #expect(HTTPHeaders([("Accept", accept)]).wantHTML)
    }

    @Test(arguments: [
        ("POST /scan", Self.accept, "", "manifest=pod|"), ("POST /x", Self.accept, "", "manifest=pod|"),
        ("POST /", "*/*", "", "manifest=pod|"), ("POST /", "application/json", "", "manifest=pod|"),
        ("POST /", Self.accept, "Content-Type: application/yaml\r\n", "manifest=pod|"), ("PUT /", Self.accept, "", "manifest=pod|"),
    ])
    func `Manifests that are no form of a browser are scored as kubesec does`(
        target: String,
        accept: String,
        fields: String,
        expected: String
    ) async throws {
        let response = try await answer(to: target, "manifest=pod", accept: accept, fields: fields)
        #expect(response.status == 200 && response["Content-Type"] == "application/json")
        #expect(response.body == expected)
    }

    @Test func `A browser at another path is led to the page`() async throws {
        let response = try await answer(to: "GET /scan")
        #expect(response.status == 303 && response["Location"] == "/")
    }

    @Test func `A malformed form, an invalid choice and a result that is too large have their status`() async throws {
        let malformed = try await answer(to: "POST /", "manifest=%")
        #expect(malformed.status == 400 && malformed.body == "the body is not a form\n")
        let invalid = try await answer(to: "GET /?ruleset=invalid")
        #expect(invalid.status == 400 && invalid["Content-Security-Policy"] != nil)
        let large = try await answer(to: "POST /", "manifest=pod") { $0.limits.maxBufferedBytes = 12 }
        #expect(large.status == 413)
    }

    @Test func `The documents of a form are counted`() async throws {
        try await TestScanner.run { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestScanner.request("POST /", "manifest=pod", fields: "Accept: text/html\r\n"))
            _ = try await client.response()
            try await client.send(TestScanner.request("GET /metrics"))
            #expect(try await client.response().body.contains(#"podscore_scan_documents_total{outcome="scored"} 1"#))
            await client.close()
        }
    }

    @Test(arguments: [
        ("127.0.0.1", [], "evil.example", 421), ("127.0.0.1", [], "localhost:8080", 200), ("127.0.0.1", ["a.example"], "A.example:80", 200),
        ("127.0.0.1", ["a.example"], "10.0.0.1", 421), ("0.0.0.0", [], "evil.example", 200), ("0.0.0.0", ["a.example"], "a.example", 200),
        ("0.0.0.0", ["a.example"], "10.0.0.1:8080", 200), ("0.0.0.0", ["a.example"], "evil.example", 421),
    ])
    func `A host is checked on a loopback address, and elsewhere if hosts are given`(
        address: String,
        allowed: [String],
        host: String,
        status: Int
    ) async throws {
        let names = try allowed.map { try #require(HostName(parsing: $0)) }
        let change: (inout ScanServer.Configuration) -> Void = {
            $0.host = address
            $0.allowedHosts = names
        }
        try await TestScanner.run(change) { server in
            let client = try await TestClient.connect(to: server.port)
            for (path, expected) in [("/", status), ("/scan", status == 200 ? 303 : 421), ("/metrics", status), ("/readyz", 200)] {
                try await client.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == expected, "\(path)")
                #expect(response.status != 421 || response.body.contains("\"\(host)\""))
            }
            await client.close()
        }
    }
}
