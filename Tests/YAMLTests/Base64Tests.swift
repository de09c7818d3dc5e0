import Testing
import YAML

struct Base64Tests {
    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{FF}>?", "w78+Pw==")])
    func `Bytes are written as base64, and read from it`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8.span) == Array(text.utf8))
    }

    @Test func `All bytes come back`() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(Base64.decode(Base64.encode(bytes).utf8.span) == bytes)
    }

    @Test(arguments: ["Zg", "Zg=", "Zg===", "Z===", "Zm9v=", "Zm9v====", "Z-9v", "Zm 9v", "=Zm9"])
    func `Text that is not base64 is refused`(text: String) {
        #expect(Base64.decode(text.utf8.span) == nil)
    }
}
