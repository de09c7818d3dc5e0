import KubernetesAPI
import Testing

struct PercentEncodingTests {
    @Test func `All bytes but the unreserved ones are encoded`() {
        #expect(PercentEncoding.encode("azAZ09-._~") == "azAZ09-._~")
        #expect(PercentEncoding.encode("a b=c&d/e%\u{7}") == "a%20b%3Dc%26d%2Fe%25%07")
        #expect(PercentEncoding.encode("é漢") == "%C3%A9%E6%BC%A2")
        #expect(PercentEncoding.encode("") == "")
    }

    @Test func `One further character is kept`() {
        #expect(PercentEncoding.encode("a/b c/é", keeping: "/") == "a/b%20c/%C3%A9")
        #expect(PercentEncoding.encode("é", keeping: "\u{C3}") == "%C3%A9")
    }
}
