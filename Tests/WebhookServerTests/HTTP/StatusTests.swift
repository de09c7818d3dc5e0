import Testing

@testable import WebhookServer

@Suite struct StatusTests {
    /// A request, and what it gets.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: String
        let status: Int
        var closes = false
        var field: (name: String, value: String)?
        var says = ""
    }

    @Test(arguments: [
        Row(testDescription: "whole", request: TestServer.post(), status: 200, says: "any 2"),
        Row(testDescription: "pinned policy", request: TestServer.post("/validate/payments"), status: 200, says: "payments 2"),
        Row(testDescription: "timeout", request: TestServer.post("/validate?timeout=10s&other=1"), status: 200),
        Row(testDescription: "no timeout", request: TestServer.post("/validate?timeout=soon"), status: 400, says: "soon"),
        Row(testDescription: "unknown policy", request: TestServer.post("/validate/unknown"), status: 404, says: "unknown"),
        Row(testDescription: "path", request: TestServer.post("/scan"), status: 404, says: "/validate"),
        Row(testDescription: "longer path", request: TestServer.post("/validated"), status: 404),
        Row(testDescription: "empty policy", request: TestServer.post("/validate/"), status: 404),
        Row(testDescription: "method", request: "GET /validate HTTP/1.1\r\nHost: a\r\n\r\n", status: 405, field: ("Allow", "POST")),
        Row(testDescription: "no type", request: "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", status: 415),
        Row(
            testDescription: "type",
            request: "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: text/yaml\r\nContent-Length: 2\r\n\r\n{}",
            status: 415
        ),
        Row(
            testDescription: "type with a parameter",
            request: "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
            status: 200
        ),
        Row(testDescription: "compressed", request: TestServer.post(fields: "Content-Encoding: gzip\r\n"), status: 415),
        Row(
            testDescription: "too large",
            request: TestServer.post("/validate", String(repeating: " ", count: 1_001)),
            status: 413,
            closes: true
        ),
        Row(
            testDescription: "far too large",
            request: "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 33554433\r\n\r\n",
            status: 413,
            closes: true
        ),
        Row(
            testDescription: "chunked too large",
            request: "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                + String(repeating: " ", count: 1_001),
            status: 413,
            closes: true
        ),
        Row(
            testDescription: "chunked",
            request: "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "1\r\n{\r\n2\r\n }\r\n0\r\n\r\n",
            status: 200,
            says: "any 3"
        ),
        Row(
            testDescription: "large header",
            request: TestServer.post(fields: "X: \(String(repeating: "x", count: 2_100))\r\n"),
            status: 431,
            closes: true
        ),
        Row(
            testDescription: "many fields",
            request: TestServer.post(fields: String(repeating: "X: x\r\n", count: 40)),
            status: 431,
            closes: true
        ),
        Row(
            testDescription: "no host",
            request: TestServer.post().replacing("Host: a\r\n", with: ""),
            status: 400,
            closes: true,
            says: "Host"
        ),
        Row(testDescription: "two hosts", request: TestServer.post(fields: "hOST: a\r\n"), status: 400, closes: true, says: "Host"),
        Row(testDescription: "no HTTP", request: "\u{16}\u{3}\u{1}\u{2}\r\n\r\n", status: 400, closes: true),
        Row(testDescription: "HTTP/2", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: 400, closes: true),
        Row(testDescription: "two lengths", request: TestServer.post(fields: "Content-Length: 3\r\n"), status: 400, closes: true),
        Row(
            testDescription: "length and chunks",
            request: TestServer.post(fields: "Transfer-Encoding: chunked\r\n"),
            status: 400,
            closes: true
        ),
        Row(
            testDescription: "another coding before chunks",
            request: "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"
                + "2\r\n{}\r\n0\r\n\r\n",
            status: 400,
            closes: true,
            says: "Transfer-Encoding"
        ),
        Row(
            testDescription: "an empty coding",
            request: TestServer.post(fields: "Transfer-Encoding:\r\n"),
            status: 400,
            closes: true,
            says: "Transfer-Encoding"
        ),
        Row(
            testDescription: "chunks in HTTP/1.0",
            request: "POST /validate HTTP/1.0\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            status: 400,
            closes: true,
            says: "Transfer-Encoding"
        ),
        Row(
            testDescription: "HTTP/1.0 with two hosts",
            request: "POST /validate HTTP/1.0\r\nHost: a\r\nHost: b\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
            status: 400,
            closes: true,
            says: "Host"
        ),
        Row(testDescription: "last request", request: TestServer.post(fields: "Connection: close\r\n"), status: 200, closes: true),
        Row(
            testDescription: "HTTP/1.0",
            request: "POST /validate HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
            status: 200,
            closes: true
        ),
        Row(
            testDescription: "HTTP/1.0 that goes on",
            request: "POST /validate HTTP/1.0\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
            status: 200,
            field: ("Connection", "keep-alive")
        ),
        Row(testDescription: "other protocol", request: TestServer.post(fields: "Upgrade: h2c\r\n"), status: 200, closes: true),
    ])
    func `Each request gets its status, and the connection stays open or closes`(row: Row) async throws {
        let configuration = TestServer.configuration {
            $0.limits.bodyByteLimit = 1_000
            $0.limits.headerByteLimit = 2_000
            $0.limits.headerFieldLimit = 30
        }
        try await TestServer.run(configuration) { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(row.request)
            let response = try await client.response()
            #expect(response.status == row.status)
            #expect(response.body.contains(row.says), "\(response.body)")
            #expect(response["Connection"] == (row.closes ? "close" : row.field?.name == "Connection" ? row.field?.value : nil))
            if let field = row.field { #expect(response[field.name] == field.value) }
            #expect(response["Content-Type"] == "application/json")
            if row.closes {
                #expect(try await client.next() == nil)
            } else {
                try await client.send(TestServer.post())
                #expect(try await client.response().status == 200)
            }
            await client.close()
        }
    }

    @Test func `A client that expects 100 Continue gets it`() async throws {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(
                "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
            )
            #expect(try await client.response().status == 100)
            try await client.send("{}")
            #expect(try await client.response().status == 200)
            await client.close()
        }
    }

    @Test func `A client that expects 100 Continue for too large a body is refused at once`() async throws {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(
                "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 40000000\r\n\r\n"
            )
            #expect(try await client.response().status == 413)
            #expect(try await client.next() == nil)
        }
    }

    @Test func `A client that keeps sending after a refusal can read it`() async throws {
        try await TestServer.run { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(
                "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 40000000\r\n\r\n"
            )
            for _ in 0..<64 { client.sendWithoutWaiting(String(repeating: " ", count: 65_536)) }
            #expect(try await client.response().status == 413)
            await client.close()
        }
    }

    @Test func `A request that is cut off at any byte gets 400 or no answer`() async throws {
        let request = TestServer.post()
        try await TestServer.run { server in
            for length in 0..<request.utf8.count {
                let client = try await TestClient.connect(to: server.port)
                try await client.send(String(decoding: request.utf8.prefix(length), as: UTF8.self))
                try await client.finishSending()
                let response = try await client.next()
                #expect(response?.status == (length == 0 ? nil : 400), "\(length)")
                if response != nil { #expect(try await client.next() == nil) }
            }
        }
    }
}
