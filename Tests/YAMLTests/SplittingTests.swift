import KubernetesAPI
import Testing
import YAML

/// Splitting documents off a stream, for other threads to read.
struct SplittingTests {
    /// Reads the rest of a stream, with the line and column of each document.
    private static func read(_ stream: YAMLStream) -> [String] {
        stream.map { document in
            switch document {
            case .success(let node): "\(node.position): \(json(node))"
            case .failure(let error): error.description
            }
        }
    }

    /// Reads a text in sections of a number of bytes, after its first documents.
    private static func read(_ text: [UInt8], headCount: Int, sectionByteCount: Int) -> [String] {
        var stream = YAMLStream(text)
        var documents: [String] = []
        for _ in 0..<headCount {
            var head = stream
            guard let document = head.next() else { break }
            stream = head
            switch document {
            case .success(let node): documents.append("\(node.position): \(json(node))")
            case .failure(let error): documents.append(error.description)
            }
        }
        while let section = stream.splitOff(byteCount: sectionByteCount) {
            #expect(section.offset <= stream.offset)
            documents += read(section)
        }
        #expect(stream.isAtEnd && stream.offset == text.count && read(stream).isEmpty)
        return documents
    }

    @Test(arguments: [
        "", "a: 1", "a: 1\n---\nb: 2\n", "---\na: 1\n--- # second\nb: 2\n---\t\nc: 3", "a: 1\r\n---\r\nb: 2\r\n# end\r\n",
        "a: 1\n...\nb: 2\n...\n...\n\n", "%YAML 1.1\n---\na: 1\n...\n%TAG !y! tag:yaml.org,2002:\n---\nb: !y!int '2'\n",
        "a: 1\u{85}---\u{85}b: 2\u{85}---\u{85}c: [\n---\nd: 4\n",
        "a: 1\u{2028}---\u{2029}b: 2\u{2028}...\u{85}%\r---\u{2029}c: 3", "---\n---\n# c\n---\na: [\n---\nb: 1\nb: 2\n--- x\n...\n# end",
        "\u{FEFF}a: 1\n---\n\u{FEFF}# c\nb: 2\n", "---#c\na: 1\n---#d\n\n---#\nb: 2\n---x\n---#",
        "a: |\n  ---\n  x\n---\nb: \"x\n ---\n\"\n",
    ])
    func `Sections are read like the whole text`(text: String) {
        let bytes = Array(text.utf8)
        let whole = Self.read(YAMLStream(bytes))
        for headCount in 0...2 {
            for count in [1, 2, 7, 20, 1000] {
                #expect(Self.read(bytes, headCount: headCount, sectionByteCount: count) == whole, "\(headCount), \(count) bytes")
            }
        }
    }

    @Test func `Sections have the requested bytes, and the rest of a document`() throws {
        var stream = YAMLStream(Array(String(repeating: "---\na: 1234\n", count: 10).utf8))
        let split = [30, 1].map { stream.splitOff(byteCount: $0) }
        let sections = try split.map { section in try #require(section) }
        #expect(sections.map(\.offset) == [0, 36] && stream.offset == 48)
        #expect(Self.read(sections[0]).count == 3 && Self.read(sections[1]) == ["8:1: {\"a\":1234}"] && Self.read(stream).count == 6)
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"])
    func `One document is read at a time with every kind of line break`(lineBreak: String) {
        let document = ["---", "a: é", ""].joined(separator: lineBreak)
        var stream = YAMLStream(Array(String(repeating: document, count: 100).utf8))
        for number in 1...100 {
            #expect(stream.next() != nil && stream.offset == number * document.utf8.count)
        }
        #expect(stream.isAtEnd)
    }

    @Test func `Text in UTF-16 is split like any other`() {
        let text = "\u{FEFF}a: 1\n---#c\nb: 2\n"
        let bytes = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        var stream = YAMLStream(bytes)
        let section = stream.splitOff(byteCount: 1)
        #expect(section.map(Self.read) == ["1:1: {\"a\":1}"] && Self.read(stream) == ["3:1: {\"b\":2}"])
        #expect(stream.splitOff(byteCount: 1) != nil && stream.isAtEnd && stream.splitOff(byteCount: 1) == nil)
    }
}
