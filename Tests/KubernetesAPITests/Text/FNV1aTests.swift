import Testing

@testable import KubernetesAPI

@Suite struct FNV1aTests {
    /// Test vectors of the draft, section 8.
    @Test(arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")])
    func `The digests are those of the published test vectors`(text: String, digits: String) {
        var digest = FNV1a()
        digest.combine(text.utf8)
        #expect(digest.value.hexDigits == digits)
    }

    @Test func `Small digests have leading zeros`() {
        #expect(UInt64(0x2a).hexDigits == "000000000000002a")
    }

    @Test func `Texts in a list do not run into each other`() {
        #expect(FNV1a.hexDigits(of: ["a", "bc"]) != FNV1a.hexDigits(of: ["ab", "c"]))
        #expect(FNV1a.hexDigits(of: ["a"]) != FNV1a.hexDigits(of: ["a", ""]))
        #expect(FNV1a.hexDigits(of: []) == FNV1a().value.hexDigits)
    }
}
