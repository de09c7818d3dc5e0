import Foundation
import Testing

@testable import KubernetesAPI

@Suite struct JSONWriterTests {
    @Test(arguments: [0, 1, 7, 8, 15, 16, 31, 63, 64, 200], ["\"", "\\", "\n", "\u{1}", "\u{1F}", "\t\r"])
    func `A text with an escape at any place is read back unchanged`(padding: Int, special: String) throws {
        for text in [
            String(repeating: "a", count: padding) + special, special + String(repeating: "ü", count: padding),
            String(repeating: " ", count: padding) + special + String(repeating: "~", count: padding),
        ] {
            var json = JSONWriter()
            json.beginArray()
            json.write(text)
            json.endArray()
            #expect(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String] == [text])
            #expect(!json.bytes.contains { $0 < 0x20 })
        }
    }

    @Test(arguments: [0, 1, 30, 31, 32, 33, 34], ["", "\"", "\\", "\n"])
    func `Keys and texts of any length are separated by commas, on one line and indented`(padding: Int, special: String) throws {
        let text = String(repeating: "k", count: padding) + special
        let expected = [text + "1": [text, text], text + "2": [text]]
        for layout in [JSONWriter.Layout.compact, .indented] {
            var json = JSONWriter(layout: layout)
            json.beginObject()
            json.key(text + "1")
            json.beginArray()
            json.write(text)
            json.write(text)
            json.endArray()
            json.key(text + "2")
            json.beginArray()
            json.write(text)
            json.endArray()
            json.endObject()
            #expect(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: [String]] == expected)
        }
    }

    @Test(arguments: ["\"", "\\", "\n", "\u{1F}", "ü", "\u{7F}"])
    func `A special character is found at every place of a text`(special: String) throws {
        let texts = (0...50).flatMap { count in
            (0...count).map { String(repeating: "a", count: $0) + special + String(repeating: "b", count: count - $0) }
        }
        var json = JSONWriter()
        json.beginArray()
        for text in texts { json.write(text) }
        json.endArray()
        #expect(try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String] == texts)
    }

    @Test(arguments: VisibleTextTests.hidden) func `A hidden character is escaped and read back in keys, short and long texts`(
        scalar: Unicode.Scalar
    ) throws {
        let texts = [0, 1, 28, 29, 30, 31, 32, 33, 200].flatMap { count in
            let padding = String(repeating: "a", count: count)
            return [padding + String(scalar), String(scalar) + padding + "é\"", "漢" + padding + String(scalar) + "😀\\"]
        }
        for layout in [JSONWriter.Layout.compact, .indented] {
            var json = JSONWriter(layout: layout)
            json.beginObject()
            for text in texts {
                json.key(text)
                json.write(text)
            }
            json.endObject()
            let written = try #require(String(validating: json.bytes, as: UTF8.self))
            #expect(!written.unicodeScalars.contains { VisibleText.isHidden($0) && $0 != "\n" })
            let read = try JSONSerialization.jsonObject(with: Data(json.bytes)) as? [String: String]
            #expect(read?.count == texts.count && read?.allSatisfy { $0.key.utf8.elementsEqual($0.value.utf8) } == true)
            for text in texts { #expect(read?[text]?.utf8.elementsEqual(text.utf8) == true) }
        }
    }

    @Test(arguments: ["", "plain", "Ünïcode, even 😀 and 漢", "<&>/~", String(repeating: "long ", count: 100)])
    func `A text without hidden characters is copied`(text: String) {
        var json = JSONWriter()
        json.write(text)
        #expect(String(decoding: json.bytes, as: UTF8.self) == "\"\(text)\"")
    }

    @Test func `Each level is indented by two spaces at any depth`() {
        var json = JSONWriter(layout: .indented)
        for _ in 0..<40 { json.beginArray() }
        json.write(1)
        for _ in 0..<40 { json.endArray() }
        let lines = String(decoding: json.bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 81)
        for (depth, line) in lines.prefix(41).enumerated() { #expect(line.prefix { $0 == " " }.count == 2 * depth) }
    }
}
