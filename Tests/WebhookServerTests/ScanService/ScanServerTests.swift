import AdmissionPolicy
import Metrics
import Platform
import TLS
import TestSupport
import Testing

@testable import WebhookServer

@Suite struct ScanServerTests {
    /// Sends one request to a dedicated server.
    private func answer(
        to methodAndTarget: String,
        _ body: String = "",
        fields: String = "",
        _ change: (inout ScanServer.Configuration) -> Void = { _ in }
    ) async throws -> TestClient.Response {
        try await TestScanner.run(change) { server in
            let client = try await TestClient.connect(to: server.port)
            try await client.send(TestScanner.request(methodAndTarget, body, fields: fields))
            let response = try await client.response()
            await client.close()
            return response
        }
    }

    @Test(arguments: [
        ("POST /scan", "pod", 200, "pod|"), ("POST /", "pod", 200, "pod|"), ("POST /any/path", "pod", 200, "pod|"),
        ("PUT /scan", "pod", 200, "pod|"), ("POST /scan?rule=A&rule=B", "pod", 200, "pod|A,B"), ("POST /scan", "", 200, "|"),
        ("POST /scan", "file=pod", 200, "pod|"), ("POST /scan", "file=", 200, "|"), ("POST /scan", "file", 200, "file|"),
        ("POST /scan", "not-file=pod", 200, "not-file=pod|"), ("POST /scan", "file=file=%41+", 200, "file=%41+|"),
        ("POST /scan", "mixed", 400, "mixed"),
    ])
    func `Posted manifests are scored`(target: String, body: String, status: Int, expected: String) async throws {
        let response = try await answer(to: target, body)
        #expect(response.status == status)
        #expect(response.body == expected)
        #expect(response["Content-Type"] == "application/json")
    }

    @Test(
        arguments: [
            ("POST /scan", "unreadable", "", 400, "API:1:1: unreadable\n\\u{1B}::error::\n"),
            ("POST /scan?rule=unknown", "pod", "", 400, "no rule unknown\n"),
            ("POST /scan?in-toto=1", "pod", "", 500, "this server does not sign in-toto links\n"),
            ("POST /scan", "pod", "Content-Encoding: gzip\r\n", 415, "the body must not be compressed\n"),
            (
                "POST /scan", "pod", "Content-Type: Multipart/form-data; boundary=a\r\n", 400,
                "post the manifest itself, as curl --data-binary @pod.yaml does, not a form\n"
            ), ("DELETE /scan", "pod", "", 405, "use POST to send manifests\n"),
            ("GET /scan", "", "", 303, "use POST to send manifests; see /\n"),
            ("GET /healthz", "", "", 200, "OK\n"), ("POST /livez", "", "", 200, "OK\n"), ("GET /readyz", "", "", 200, "OK\n"),
        ] as [(String, String, String, Int, String)]
    )
    func `Requests that are not scored get plain text`(
        target: String,
        body: String,
        fields: String,
        status: Int,
        expected: String
    ) async throws {
        let response = try await answer(to: target, body, fields: fields)
        #expect(response.status == status)
        #expect(response.body == expected)
        #expect(response["Content-Type"] == "text/plain; charset=utf-8")
        #expect(response["Location"] == (status == 303 ? "/" : nil))
        #expect(response["Allow"] == (status == 405 ? "GET, HEAD, POST, PUT" : nil))
    }

    @Test func `The first page explains the service`() async throws {
        let response = try await answer(to: "GET /")
        #expect(response.status == 200)
        #expect(response.body.hasPrefix("Podscore 1.2.3 scores Kubernetes manifests by test/v1.\n"))
        #expect(response.body.contains("curl -sSX POST --data-binary @pod.yaml"))
    }

    @Test func `The metrics count answers and documents`() async throws {
        try await TestScanner.run { server in
            let client = try await TestClient.connect(to: server.port)
            for body in ["pod", "mixed", "unreadable", "pod"] {
                try await client.send(TestScanner.request("POST /scan", body))
                _ = try await client.response()
            }
            try await client.send(TestScanner.request("GET /metrics"))
            let lines = try await client.response().body.split(separator: "\n")
            for line in [
                #"podscore_http_responses_total{code="200"} 2"#, #"podscore_http_responses_total{code="400"} 2"#,
                #"podscore_http_responses_total{code="503"} 0"#, #"podscore_scan_documents_total{outcome="scored"} 6"#,
                #"podscore_scan_documents_total{outcome="not-scorable"} 2"#, #"podscore_scan_documents_total{outcome="broken"} 2"#,
                "podscore_in_flight_requests 0", #"podscore_build_info{version="1.2.3"} 1"#,
            ] {
                #expect(lines.contains(line[...]), "\(line)")
            }
            #expect(!lines.contains { $0.contains("certificate") || $0.contains("reload") })
            await client.close()
        }
    }

    @Test func `The metrics count the dropped lines of the server's log`() async throws {
        let messages = LineLog(to: try FileDescriptorWriter(appendingTo: "/dev/full"), limits: .forMessages)
        messages.write([0x61, 0x0a])
        await messages.close(waitingUpTo: .seconds(10))
        for log in [messages, nil] {
            try await TestScanner.run(messages: log) { server in
                let client = try await TestClient.connect(to: server.port)
                try await client.send(TestScanner.request("GET /metrics"))
                let page = try await client.response().body
                #expect(page.contains("\npodscore_message_lines_dropped_total \(log == nil ? 0 : 1)\n"), "\(page)")
                await client.close()
            }
        }
    }

    @Test func `A body over the limit is rejected before it is sent`() async throws {
        let response = try await answer(to: "POST /scan", "twelve bytes", fields: "Expect: 100-continue\r\n") {
            $0.limits.bodyByteLimit = 11
        }
        #expect(response.status == 413)
        #expect(response["Connection"] == "close")
    }

    @Test func `A large body is scored outside of the event loop`() async throws {
        let scanner = TestScanner()
        let change: (inout ScanServer.Configuration) -> Void = {
            $0.eventLoopCount = 1
            $0.limits.largeBodyByteCount = 10
        }
        try await TestScanner.run(change, scanner: scanner) { server in
            let slow = try await TestClient.connect(to: server.port)
            let quick = try await TestClient.connect(to: server.port)
            try await slow.send(TestScanner.request("POST /scan", "wait for the gate"))
            try await Eventually.holds { server.load.inFlight == 1 }
            try await quick.send(TestScanner.request("POST /scan", "pod"))
            #expect(try await quick.response().body == "pod|")
            scanner.openGate()
            #expect(try await slow.response().body == "waited")
            await slow.close()
            await quick.close()
        }
    }

    @Test func `Reports beyond three quarters of the buffered bytes are rejected`() async throws {
        for (byteCount, status) in [(75_000, 200), (75_001, 413)] {
            let response = try await answer(to: "POST /scan", "repeat \(byteCount)") { $0.limits.maxBufferedBytes = 100_000 }
            #expect(response.status == status)
            #expect(response.body.utf8.count == byteCount || response.body.hasSuffix("75000 bytes; post fewer documents at once\n"))
        }
    }

    @Test func `Large answers that nobody reads take the room for more, and release it`() async throws {
        let change: (inout ScanServer.Configuration) -> Void = {
            $0.limits.maxBufferedBytes = 40_000_000
            $0.limits.bodyByteLimit = 1_000
            $0.limits.largeBodyByteCount = 1_000
        }
        try await TestScanner.run(change) { server in
            let taker = try await TestClient.connect(to: server.port)
            let idler = try PlainSocket(port: server.port)
            try idler.send(Array(TestScanner.request("POST /scan", "repeat 25000000").utf8))
            try await Eventually.holds { server.load.bufferedBytes == 25_000_000 }
            try await taker.send(TestScanner.request("POST /scan", "repeat 20000000"))
            let refusal = try await taker.response()
            #expect(refusal.status == 503)
            #expect(refusal["Retry-After"] == "1")
            try await taker.send(TestScanner.request("POST /scan", "pod"))
            #expect(try await taker.response().status == 200)
            idler.disconnect()
            try await Eventually.holds { server.load.bufferedBytes == 0 }
            try await taker.send(TestScanner.request("POST /scan", "repeat 1000000"))
            #expect(try await taker.response().body.utf8.count == 1_000_000)
            #expect(server.load.bufferedBytes == 0)
            await taker.close()
        }
    }

    @Test func `A server that shuts down is unready, and each answer is the last`() async throws {
        try await TestScanner.run({ $0.drain.propagationDelay = .seconds(2) }) { server in
            let client = try await TestClient.connect(to: server.port)
            async let drained: Void = server.drain()
            var isReady = true
            while isReady {
                let probe = try await TestClient.connect(to: server.port)
                try await probe.send(TestScanner.request("GET /readyz"))
                isReady = try await probe.response().status == 200
                await probe.close()
            }
            try await client.send(TestScanner.request("POST /scan", "pod"))
            let response = try await client.response()
            #expect(response.status == 200 && response["Connection"] == "close")
            await client.close()
            await drained
        }
    }

    @Test func `With a certificate TLS is served, and the metrics count reloads and handshakes`() async throws {
        let configuration = TestScanner.configuration()
        let context = try OpenSSLTool.context.get()
        let reloads = ReloadMetrics()
        reloads.record(.certificate, succeeded: true, atUnixSeconds: 1_700_000_000)
        reloads.record(.certificate, succeeded: false, atUnixSeconds: 1_700_000_001)
        let server = try await ScanServer.start(
            configuration,
            service: TestScanner(),
            certificate: CertificateInForce(context),
            reloads: reloads,
            logger: RecordingLog().logger
        )
        let port = server.port
        let request = TestScanner.request("POST /scan", "pod", fields: "Connection: close\r\n")
        let output = try await Task.detached {
            try OpenSSLTool.run("s_client -connect 127.0.0.1:\(port) -quiet", input: request)
        }.value
        #expect(output.contains("HTTP/1.1 200 OK\r\n") && output.hasSuffix("pod|"), "\(output)")
        let metrics = TestScanner.request("GET /metrics", fields: "Connection: close\r\n")
        let page = try await Task.detached { try OpenSSLTool.run("s_client -connect 127.0.0.1:\(port) -quiet", input: metrics) }.value
        for line in [
            "podscore_certificate_expiry_timestamp_seconds \(context.certificate.notAfter)",
            #"podscore_reloads_total{subject="certificate",result="success"} 1"#,
            #"podscore_reloads_total{subject="certificate",result="failure"} 1"#,
            #"podscore_reload_last_successful{subject="certificate"} 0"#,
            #"podscore_tls_handshake_failures_total{reason="protocol"} 0"#,
            #"podscore_reload_last_success_timestamp_seconds{subject="certificate"} 1700000000"#,
        ] {
            #expect(page.contains("\n" + line + "\n"), "\(line)")
        }
        await server.drain()
    }
}
