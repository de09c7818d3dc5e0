import Testing
import WebhookServer

@testable import podscore

@Suite struct ListenAddressTests {
    @Test(
        arguments: [
            ("8080", nil, 8080), (":8080", nil, 8080), ("127.0.0.1:808", "127.0.0.1", 808), ("[::1]:8080", "::1", 8080),
            ("0.0.0.0:0", "0.0.0.0", 0), ("localhost:65535", "localhost", 65535), ("[::]:1", "::", 1),
        ] as [(String, String?, Int)]
    )
    func `An address is a port, or a host with a port`(text: String, host: String?, port: Int) {
        let address = ListenAddress(argument: text)
        #expect(address?.host == host)
        #expect(address?.port == port)
    }

    @Test(arguments: [
        "", ":", "localhost", "127.0.0.1", "127.0.0.1:", ":65536", "-1", ":+80", ":8o", "::1:8080", "[127.0.0.1]:80", "[]:80", "[::1]",
        "80:", "99999999999999999999", "a:b:80", " 80",
    ])
    func `Other texts are rejected`(text: String) {
        #expect(ListenAddress(argument: text) == nil)
    }

    @Test(
        arguments: [
            ([:], nil), (["KUBESEC_ADDR": ":81"], 81), (["PORT": "82"], 82), (["PORT": "82", "KUBESEC_ADDR": ":81"], 82),
            (["PORT": "", "KUBESEC_ADDR": "81"], 81),
        ] as [([String: String], Int?)]
    )
    func `PORT takes precedence over KUBESEC_ADDR`(variables: [String: String], port: Int?) throws {
        #expect(try ListenAddress.fromEnvironment { variables[$0] }?.port == port)
    }

    @Test func `The error names the variable that is not an address`() {
        let failure = #expect(throws: CommandFailure.self) { try ListenAddress.fromEnvironment { $0 == "PORT" ? "http" : nil } }
        #expect(failure?.text == "podscore: the variable PORT is not an address such as 8080 or 127.0.0.1:8080: http\n")
    }

    @Test(arguments: [("127.0.0.1", "127.0.0.1:80"), ("::", "[::]:80"), ("localhost", "localhost:80")])
    func `A written address can be parsed again`(host: String, text: String) {
        #expect(AddressText.of(host: host, port: 80) == text)
        #expect(ListenAddress(argument: text)?.description == text)
    }

    @Test(arguments: [(13 as Int32, "Permission denied"), (0, "no reason given")])
    func `An error of the system is told in its words`(code: Int32, words: String) {
        #expect(ListenError.system(host: "::1", port: 80, errno: code).description == "cannot listen on [::1]:80: \(words)")
    }

    @Test(arguments: [
        ListenError.addressInUse(host: "::1", port: 80), .notPermitted(host: "::1", port: 80),
        .system(host: "::1", port: 80, errno: 1),
    ])
    func `Errors have an IPv6 address in brackets`(error: ListenError) {
        #expect(error.description.contains("[::1]:80"))
    }
}
