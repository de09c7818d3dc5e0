import KubernetesAPI
import Testing

struct PercentEncodingTests {
    @Test func `All bytes but the unreserved ones are encoded`() {
        #expect(PercentEncoding.encode("azAZ09-._~") == "azAZ09-._~")
        #expect(PercentEncoding.encode("a b=c&d/e%\u{7}") == "a%20b%3Dc%26d%2Fe%25%07")
        #expect(PercentEncoding.encode("é漢") == "%C3%A9%E6%BC%A2")
        #expect(PercentEncoding.encode("") == "")
    }

    @Test func `One other byte is kept`() {
        #expect(PercentEncoding.encode("a/b c/é", keeping: UInt8(ascii: "/")) == "a/b%20c/%C3%A9")
    }
}
