import Testing

@testable import KubernetesAPI

/// Texts are compared eight bytes at a time, and the rest byte by byte.
@Suite
struct StringBytesTests {
    @Test(arguments: 0...20)
    func `One other byte anywhere makes texts different`(count: Int) {
        let text = String(repeating: "a", count: count)
        #expect(text.hasSameBytes(as: String(repeating: "a", count: count)))
        for index in 0..<count {
            let other = String(repeating: "a", count: index) + "b" + String(repeating: "a", count: count - index - 1)
            #expect(!text.hasSameBytes(as: other))
            #expect(!other.hasSameBytes(as: text))
        }
    }

    @Test(arguments: 0...20)
    func `A text begins with each of its beginnings and with nothing longer`(count: Int) {
        let text = String(repeating: "a", count: count)
        for length in 0...count { #expect(text.beginsWithBytes(of: String(repeating: "a", count: length))) }
        #expect(!text.beginsWithBytes(of: text + "a"))
    }

    @Test
    func `Texts that only look the same have other bytes`() {
        #expect("\u{E9}" == "e\u{301}")
        #expect(!"\u{E9}".hasSameBytes(as: "e\u{301}"))
    }
}
