import Foundation
import Testing

extension Processes {
    /// Invalid requests get an answer that says what is wrong and where, and the next request is served.
    @Suite struct RefusedRequestsTests {
        private struct Refusal: Decodable {
            let error: String
            let byteOffset: Int?
            let path: String?
        }

        private let review: [UInt8]

        init() throws {
            review = try Acceptance.review("podtemplate-create-root.json")
        }

        @Test func `A recording cut off at any byte is rejected with a reason and a position, and the connection stays open`() throws {
            let server = try ServerProcess()
            let clients = try (0..<4).map { _ in try server.connect() }
            let end = try #require(review.lastIndex(of: UInt8(ascii: "}")))
            for length in 0...end {
                let answer = try clients[length % clients.count].post(Array(review[..<length]))
                try #require(answer.status == 400, "cut at \(length): \(answer.text)")
                let refusal = try JSONDecoder().decode(Refusal.self, from: Data(answer.body))
                let offset = try #require(refusal.byteOffset)
                try #require(
                    !refusal.error.isEmpty && refusal.path != nil && 0...length ~= offset && !answer.closes,
                    "cut at \(length): \(answer.text)"
                )
            }
            for client in clients { #expect(try client.post(review).status == 200) }
            #expect(try server.stop() == 0)
        }

        @Test(arguments: [
            ("enforcing", false, #""code":422"#), ("warning", true, #""warnings":["#), ("audit-only", true, #""warnings":["#),
        ])
        func `A Pod with a field of the wrong type is denied only if the policy enforces`(policy: String, allowed: Bool, part: String)
            throws
        {
            let server = try ServerProcess(policy: policy)
            let client = try server.connect()
            let pod = #"{"kind":"Pod","metadata":{"name":"a"},"spec":{"hostNetwork":"yes","containers":[{"name":"a","image":"b"}]}}"#
            for object in [pod, pod.replacing(#""yes""#, with: "true").replacing("[{", with: "{").replacing("}]", with: "}"), "7", "null"] {
                let answer = try client.post(Self.review(of: object))
                #expect(
                    answer.status == 200 && answer.text.contains(#""allowed":\#(allowed)"#) && answer.text.contains(part),
                    "\(object): \(answer.text)"
                )
            }
            #expect(try server.stop() == 0)
        }

        @Test(arguments: [
            (#"{"a":"#, #""nothing""#, "}"), ("[", "", "]"), (#"{"request":{"object":{"spec":{"x":["#, "", "]}}}}"),
        ])
        func `100 000 levels are rejected`(opening: String, innermost: String, closing: String) throws {
            let server = try ServerProcess()
            let client = try server.connect()
            let body = String(repeating: opening, count: 100_000) + innermost + String(repeating: closing, count: 100_000)
            for bytes in [Array(body.utf8), Self.review(of: body)] {
                let answer = try client.post(bytes)
                #expect(answer.status == 400 && answer.text.contains("deep"), "\(answer.text)")
            }
            #expect(try client.post(review).status == 200)
            #expect(try server.stop() == 0)
        }

        @Test func `33 MiB are rejected when they are announced, and the connection is closed`() throws {
            let server = try ServerProcess()
            let client = try server.connect()
            let answer = try client.request("POST /validate", ["Content-Type: application/json", "Content-Length: \(33 << 20)"])
            #expect(answer.status == 413 && answer.closes && answer.text.contains("33554432"))
            #expect(client.isClosedByServer)
            #expect(try server.stop() == 0)
        }

        @Test func `33 MiB in chunks are rejected at the limit, and the connection is closed`() throws {
            let server = try ServerProcess()
            let client = try server.connect()
            try client.send("POST /validate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
            for _ in 0..<33 { try client.send("100000\r\n", chunk + Array("\r\n".utf8)) }
            let answer = try client.answer()
            #expect(answer.status == 413 && answer.closes)
            #expect(client.isClosedByServer)
            #expect(try server.connect().post(review).status == 200)
            #expect(try server.stop() == 0)
        }

        @Test func `Another method, path or type is rejected, and the connection stays open`() throws {
            let server = try ServerProcess()
            let client = try server.connect()
            let type = "Content-Type: application/json"
            #expect(try client.request("GET /validate", []).status == 405)
            #expect(try client.request("PUT /validate", [type, "Content-Length: 2"], Array("{}".utf8)).status == 405)
            for target in ["/", "/validat", "/validate/", "/validate/a/b", "/scan", "/metrics"] {
                #expect(try client.post(review, to: target).status == 404, "\(target)")
            }
            for type in ["text/plain", "application/yaml", "application/json-patch+json", ""] {
                #expect(try client.post(review, contentType: type).status == 415, "\(type)")
            }
            #expect(try client.request("POST /validate", ["Content-Length: 2"], Array("{}".utf8)).status == 415)
            #expect(try client.post(review, contentType: "Application/JSON; charset=utf-8").status == 200)
            #expect(try server.stop() == 0)
        }

        @Test func `A header above its limit is rejected, and the connection is closed`() throws {
            let server = try ServerProcess()
            let client = try server.connect()
            let answer = try client.request("POST /validate", ["X: " + String(repeating: "a", count: 40_000)])
            #expect(answer.status == 431 && answer.closes)
            #expect(client.isClosedByServer)
            #expect(try server.stop() == 0)
        }

        private static func review(of object: String) -> [UInt8] {
            let request =
                #"{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"operation":"CREATE","namespace":"n","object":\#(object)}"#
            return Array(#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":\#(request)}"#.utf8)
        }
    }
}
