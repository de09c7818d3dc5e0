import Testing

@testable import Cluster

@Suite struct RequestTests {
    @Test(arguments: [
        (APIRequest(.list, .scorePolicies), "/apis/podscore.dev/v1alpha1/scorepolicies", "list scorepolicies.podscore.dev"),
        (APIRequest(.list, .namespaces, query: [("limit", "500")]), "/api/v1/namespaces?limit=500", "list namespaces"),
        (
            APIRequest(
                .get,
                APIResource(group: "apps", version: "v1", plural: "replicasets"),
                namespace: ObjectName("shop"),
                name: ObjectName("a-1.b")
            ),
            "/apis/apps/v1/namespaces/shop/replicasets/a-1.b", "get replicasets.apps a-1.b in Namespace shop"
        ),
        (APIRequest(.get, .path("/readyz")), "/readyz", "get /readyz"),
    ])
    func `A request has its path and its words`(request: APIRequest, path: String, summary: String) {
        #expect(request.uri(prefix: "") == path)
        #expect(request.uri(prefix: "/k8s/clusters/c") == "/k8s/clusters/c" + path)
        #expect(request.summary == summary)
    }

    @Test(arguments: ["", ".", "..", "a/b", "A", "-a", "a-", "a b", "a?b", "é", String(repeating: "a", count: 254)])
    func `A text that no object can have as its name is no name`(text: String) {
        #expect(ObjectName(text) == nil)
    }

    @Test(arguments: [
        ("https://a", ServerAddress(host: "a", port: 443), "https://a"),
        ("https://a/", ServerAddress(host: "a", port: 443), "https://a"),
        ("HTTPS://a:6443/x/y//", ServerAddress(host: "a", port: 6443, pathPrefix: "/x/y"), "https://a:6443/x/y"),
        ("http://[::1]:8080", ServerAddress(isSecure: false, host: "::1", port: 8080), "http://[::1]:8080"),
        ("10.0.0.1:6443", ServerAddress(host: "10.0.0.1", port: 6443), "https://10.0.0.1:6443"),
        ("https://[fd00::1]", ServerAddress(host: "fd00::1", port: 443), "https://[fd00::1]"),
    ])
    func `An address has its parts`(text: String, address: ServerAddress, description: String) throws {
        #expect(try ServerAddress(parsing: text) == address)
        #expect(address.description == description)
    }

    @Test(
        arguments: [
            ("", .noHost), ("https://", .noHost), ("https:///x", .noHost), ("https://:1", .noHost), ("ssh://a", .unknownScheme("ssh")),
            ("https://a:+1", .invalidPort("+1")), ("https://a:65536", .invalidPort("65536")), ("https://a:x", .invalidPort("x")),
            ("https://[::1", .invalidHost("[::1")), ("https://[a]", .invalidHost("[a]")), ("https://[::1]x", .invalidHost("[::1]x")),
            ("https://a b", .invalidHost("a b")), ("https://a@b", .userInfo), ("https://a/x y", .invalidPath("/x y")),
            ("https://a#b", .queryOrFragment),
        ] as [(String, ServerAddress.Refusal)]
    )
    func `A text that is no address is refused with the reason`(text: String, refusal: ServerAddress.Refusal) {
        #expect(throws: refusal) { try ServerAddress(parsing: text) }
    }

    @Test func `The namespace of a deleted Namespace is not a lack of rights`() {
        let body =
            #"{"kind":"Status","message":"is being terminated","reason":"Forbidden","details":{"causes":[{"reason":"NamespaceTerminating","message":"m","field":"f"}]}}"#
        let status = StatusAnswer(code: 403, retryAfter: nil, body: Array(body.utf8))
        let error = APIError(.status(status), of: APIRequest(.create, .namespaces), at: ServerAddress(host: "a", port: 443))
        #expect(status.causes == [StatusAnswer.Cause(reason: "NamespaceTerminating", message: "m", field: "f")])
        #expect(error.description == "create namespaces at https://a: status 403: is being terminated")
    }

    @Test(
        arguments: [
            (#"{"kind":"Status","details":{"retryAfterSeconds":7}}"#, nil, 7),
            (#"{"kind":"Status","details":{"retryAfterSeconds":7}}"#, "3", 3),
            (#"{"kind":"Status","details":{"retryAfterSeconds":7}}"#, "x", 7), ("busy", "-1", nil),
            (#"{"details":{"retryAfterSeconds":7}}"#, nil, nil),
        ] as [(String, String?, Int?)]
    )
    func `The wait is that of the header, else of the Status`(body: String, header: String?, seconds: Int?) {
        #expect(StatusAnswer(code: 429, retryAfter: header, body: Array(body.utf8)).retryAfterSeconds == seconds)
    }

    @Test(arguments: ["", "\u{1B}[31mred\nnext", "\u{FF}"])
    func `A body that is no Status is shown safely`(body: String) {
        let status = StatusAnswer(code: 500, retryAfter: nil, body: Array(body.utf8))
        #expect(!status.isStatus)
        #expect(!status.message.contains("\u{1B}"))
        #expect(!status.message.contains("\n"))
    }
}
