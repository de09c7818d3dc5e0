import NIOHTTP1
import Testing

@testable import WebhookServer

struct HostCheckTests {
    @Test(arguments: [
        "localhost", "localhost:8080", "LocalHost:1", "127.0.0.1", "127.0.0.1:8080", "127.255.1.9:65535", "[::1]", "[::1]:80",
    ])
    func `Loopback names are allowed with any port`(field: String) {
        #expect(HostCheck().allows(field))
    }

    @Test(arguments: [
        "", ":8080", "example.com", "example.com:8080", "localhost.example.com", "localhost@example.com", "localhost:8080.example.com",
        "localhost:80a", "localhost:123456", "localhost:80:80", "127.example.com", "127.0.0.1.example.com", "127.0.0.256", "127.0.1",
        "127.0.0.1.", "127.-0.0.1", "128.0.0.1", "10.0.0.1", "::1", "[::1", "[::1]x", "[::1]example.com:80", "[::2]", "[]", "[",
        "localhost ", "l\u{F6}calhost", "localhost\u{301}",
    ])
    func `Anything else is refused`(field: String) {
        #expect(!HostCheck().allows(field))
    }

    @Test func `Further names are allowed with any port, in upper or lower case`() throws {
        let names = try ["Scores.example.com", "k.example.com", "10.1.2.3", "[FD00::1]"].map { try #require(HostName(parsing: $0)) }
        let check = HostCheck(names: names)
        for field in ["scores.example.com", "SCORES.example.com:443", "10.1.2.3:80", "[fd00::1]:80", "localhost"] {
            #expect(check.allows(field), "\(field)")
        }
        for field in [
            "example.com", "xscores.example.com", "scores.example.com.", "10.1.2.30", "[fd00::11]", "fd00::1", "\u{212A}.example.com",
        ] {
            #expect(!check.allows(field), "\(field)")
        }
    }

    @Test func `Addresses are allowed where machines request a Pod by its address`() throws {
        let check = HostCheck(names: [try #require(HostName(parsing: "scores.example.com"))], allowsAddresses: true)
        for field in ["10.1.2.3:8080", "[fd00::1]:8080", "0.0.0.0", "localhost:1", "scores.example.com"] {
            #expect(check.allows(field), "\(field)")
        }
        for field in ["example.com", "10.1.2", "10.1.2.3.example.com", "10.1.2.-3", "1.2.3.4.5", "fd00::1"] {
            #expect(!check.allows(field), "\(field)")
        }
    }

    @Test func `A header must have exactly one Host`() {
        let check = HostCheck()
        #expect(check.allows(HTTPHeaders([("Host", "localhost:80")])))
        #expect(!check.allows(HTTPHeaders([])))
        #expect(!check.allows(HTTPHeaders([("Host", "localhost"), ("host", "example.com")])))
        #expect(!check.allows(HTTPHeaders([("Host", "localhost"), ("Host", "localhost")])))
        #expect(!check.allows(HTTPHeaders([("Host", "localhost, example.com")])))
    }

    @Test(arguments: [
        "", "a b", "a:80", "http://a", "a/b", "[a", "[]", "[g::1]", "\u{F6}.example.com", String(repeating: "a", count: 254),
    ])
    func `A name has the characters of a host and no port`(text: String) {
        #expect(HostName(parsing: text) == nil)
    }
}
