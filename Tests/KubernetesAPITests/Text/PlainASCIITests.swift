import Testing

@testable import KubernetesAPI

/// Tests of texts that read eight bytes at a time, and digits.
@Suite struct PlainASCIITests {
    @Test(arguments: ["", "\u{0}", "\u{1F}", " ", "!", "\"", "#", "[", "\\", "]", "~", "\u{7F}", "\u{80}", "é", "漢", "😀"])
    func `A special character is found at every place of a text`(special: String) {
        let isVisible = special.unicodeScalars.allSatisfy { 0x20..<0x7F ~= $0.value }
        let isPlain = isVisible && special != "\"" && special != "\\"
        for count in 0...20 {
            for place in 0...count {
                let text = String(repeating: "~", count: place) + special + String(repeating: " ", count: count - place)
                #expect(text.isVisibleASCII == isVisible && text.isPlainASCII == isPlain)
                #expect(text.scalarCount == text.unicodeScalars.count)
            }
        }
    }

    @Test(arguments: ["éééééééé", "漢字漢字漢字漢字", "😀a😀b😀c", "aé漢😀", "\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10000}\u{10FFFF}"])
    func `The scalars of a text are counted, not its bytes`(text: String) {
        for repetitions in 1...9 {
            let text = String(repeating: text, count: repetitions)
            #expect(text.scalarCount == text.unicodeScalars.count)
        }
    }

    @Test(arguments: [
        0, 1, 9, 10, 11, 99, 100, 101, 909, 999, 1_000, 1_001, 9_090, 9_999, 10_000, 123_456, .max, -1, -9, -10, -9_999, .min,
    ])
    func `Digits are those of the number`(number: Int) {
        var bytes = Array("x".utf8)
        bytes.appendDecimal(number)
        #expect(String(decoding: bytes, as: UTF8.self) == "x\(number)")
    }

    @Test(arguments: ["", "RunAsNonRoot", "PrivilegeEscalationDisabled", "PrivilegeEscalationEnabled!", "RunAsNonRooT", "é"])
    func `A name is found by exactly its bytes`(name: String) {
        let names = ["RunAsNonRoot", "CapDropAll", "PrivilegeEscalationDisabled", "A"]
        #expect(FieldNames(names).number(of: name) == names.firstIndex(of: name))
    }
}
