import KubernetesAPI
import TestSupport
import Testing

@testable import Cluster

@Suite struct ListSplitterTests {
    /// Splits a list that arrives in chunks of the given sizes, over and over.
    private func split(
        _ text: [UInt8],
        chunks sizes: [Int] = [.max],
        itemByteLimit: Int = 1 << 20
    ) throws(DecodingFailure) -> (items: [ReceivedText], facts: ListFacts) {
        var splitter = ListSplitter(itemByteLimit: itemByteLimit)
        var items: [ReceivedText] = []
        var (start, turn) = (0, 0)
        while start < text.count {
            let end = start + min(sizes[turn % sizes.count], text.count - start)
            try splitter.consume(text.span.extracting(start..<end)) { items.append($0) }
            (start, turn) = (end, turn + 1)
        }
        return (items, try splitter.finish())
    }

    private func split(_ text: String) throws(DecodingFailure) -> (items: [ReceivedText], facts: ListFacts) {
        try split(Array(text.utf8))
    }

    /// The items as the JSON reader of the webhook finds them.
    private func itemsByReader(_ text: [UInt8]) throws -> [[UInt8]] {
        enum Field: String, FieldName {
            case items
            static let table = FieldTable<Self>()
        }
        var reader = JSONReader(text.span)
        var items: [[UInt8]] = []
        reader.start()
        var cursor = try #require(try reader.beginObject())
        while try reader.nextField(in: &cursor, of: Field.self) != nil {
            guard var array = try reader.beginArray() else { continue }
            while try reader.nextElement(in: &array) {
                guard case .byteOffset(let start) = reader.location else { continue }
                try reader.skipValue()
                guard case .byteOffset(let end) = reader.location else { continue }
                items.append(Array(text[start..<end]))
            }
        }
        try reader.finish()
        return items
    }

    @Test(arguments: ["scorepolicies-list", "namespaces-list-metadata-only", "pods-list-page-1", "pods-list-page-2", "pods-list-rv0"])
    func `The items of a real list are those that the JSON reader finds, however the list is cut`(name: String) throws {
        let body = try Recording(name).body
        let expected = try itemsByReader(body).map { ReceivedText($0) }
        #expect(!expected.isEmpty)
        var numbers = SeededNumbers(seed: 7)
        for sizes in [[.max], [1], [2, 3], (0..<50).map { _ in Int.random(in: 1...900, using: &numbers) }] {
            #expect(try split(body, chunks: sizes).items == expected)
        }
    }

    @Test func `The facts of a page stand beside its items`() throws {
        let first = try split(try Recording("pods-list-page-1").body).facts
        #expect(first.kind == "PodList")
        #expect(first.apiVersion == "v1")
        #expect(first.resourceVersion == "999")
        #expect(first.continueToken == "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6OTk5LCJzdGFydCI6InExXHUwMDAwIn0")
        #expect(try split(try Recording("pods-list-page-2").body).facts.continueToken == nil)
        #expect(try split(try Recording("scorepolicies-list").body).facts.continueToken == nil)
    }

    @Test func `Members may stand in any order, and unknown ones are skipped`() throws {
        let list = try split(
            #" {"x" : [{"items":[1]}, "]", {"a":"\"}"}], "items":[ {"a":1} , "s" ,2, null,[] ],"kind":"L\u0069st","y":-1.5e3,"z":true,"metadata":{"continue":"c","resourceVersion":"9"}} "#
        )
        #expect(list.items == [#"{"a":1}"#, #""s""#, "2", "null", "[]"].map { ReceivedText(Array($0.utf8)) })
        #expect(list.facts.kind == "List")
        #expect(list.facts.resourceVersion == "9")
        #expect(list.facts.continueToken == "c")
    }

    @Test(arguments: ["null", "[]", " [ ] "])
    func `A list can be empty`(items: String) throws {
        #expect(try split(#"{"metadata":{"resourceVersion":"9"},"items":\#(items)}"#).items.isEmpty)
    }

    @Test func `A list that is cut off at any byte is no list`() throws {
        let body = Array(#"{"kind":"List","metadata":{"resourceVersion":"9"},"items":[{"a":"b"},1]}"#.utf8)
        for count in 0..<body.count {
            #expect(throws: DecodingFailure.self, "\(count) bytes") { try split(Array(body[..<count])) }
        }
        #expect(try split(body).items.count == 2)
    }

    @Test(
        arguments: [
            (#"{"metadata":{"resourceVersion":"9"}}"#, .missingField("items")),
            (#"{"items":[]}"#, .missingField("metadata.resourceVersion")),
            (#"{"items":[],"metadata":{"resourceVersion":""}}"#, .missingField("metadata.resourceVersion")),
            (#"{"items":[],"items":[]}"#, .duplicateKey("items")),
            (#"{"items":[],"it\u0065ms":[]}"#, .duplicateKey("items")),
            (#"{"metadata":{},"metadata":{}}"#, .duplicateKey("metadata")),
            (#"{"items":{}}"#, .wrongType(expected: .array, found: .object)),
            (#"{"items":"x"}"#, .wrongType(expected: .array, found: .string)),
            (#"{"kind":1}"#, .wrongType(expected: .string, found: .number)),
            (#"{"metadata":[]}"#, .wrongType(expected: .object, found: .array)),
            (#"[]"#, .unexpectedByte(UInt8(ascii: "["), expected: "'{'")),
            (#"{"items":[1 2]}"#, .unexpectedByte(UInt8(ascii: "2"), expected: "',' or ']'")),
            (#"{"items":[,]}"#, .unexpectedByte(UInt8(ascii: ","), expected: "a value")),
            (#"{"items":[1,]}"#, .unexpectedByte(UInt8(ascii: "]"), expected: "a value")),
            (#"{"a":1,}"#, .unexpectedByte(UInt8(ascii: "}"), expected: "a key")),
            (#"{"a" 1}"#, .unexpectedByte(UInt8(ascii: "1"), expected: "':'")),
            (#"{"a":[}"#, .unexpectedByte(UInt8(ascii: "}"), expected: "the matching bracket")),
            (#"{} {}"#, .trailingBytes),
        ] as [(String, DecodingFailure.Reason)]
    )
    func `A text that is no list is refused with the reason`(text: String, reason: DecodingFailure.Reason) {
        #expect {
            try split(text)
        } throws: {
            ($0 as? DecodingFailure)?.reason == reason
        }
    }

    @Test func `A failure has its offset in the whole list`() {
        let text = Array(#"{"items":[1 2]}"#.utf8)
        for size in [1, 5, 100] {
            #expect {
                try split(text, chunks: [size])
            } throws: {
                ($0 as? DecodingFailure)?.location == .byteOffset(12)
            }
        }
    }

    @Test(arguments: [1, 64, 1 << 20])
    func `An item that is too large is reported with its name, and the others are given out`(chunk: Int) throws {
        let large = #"{"metadata":{"namespace":"shop","name":"huge","labels":{}},"data":"\#(String(repeating: "x", count: 500))"}"#
        let text = #"{"metadata":{"resourceVersion":"9"},"items":[{"a":1},\#(large),{"b":2}]}"#
        let items = try split(Array(text.utf8), chunks: [chunk], itemByteLimit: 100).items
        #expect(items.count == 3)
        #expect(items[0] == ReceivedText(Array(#"{"a":1}"#.utf8)))
        #expect(items[2] == ReceivedText(Array(#"{"b":2}"#.utf8)))
        #expect(items[1].isCut)
        #expect(items[1].byteCount == large.utf8.count)
        let beginning = items[1].bytes
        let header = try ObjectHeader(readingBeginning: beginning.span)
        #expect(header.name == "huge")
        #expect(header.namespace == "shop")
    }

    @Test func `An item of exactly the limit is given out`() throws {
        let item = #"{"a":"\#(String(repeating: "x", count: 92))"}"#
        #expect(item.utf8.count == 100)
        let text = #"{"metadata":{"resourceVersion":"9"},"items":[\#(item),\#(item)]}"#
        #expect(try split(Array(text.utf8), itemByteLimit: 100).items == Array(repeating: ReceivedText(Array(item.utf8)), count: 2))
    }

    @Test func `Nesting is limited and uses no stack`() throws {
        let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
        let list = try split(#"{"metadata":{"resourceVersion":"9"},"x":\#(deep),"items":[\#(deep)]}"#)
        #expect(list.items == [ReceivedText(Array(deep.utf8))])
        #expect {
            try split(#"{"x":[\#(deep)]}"#)
        } throws: {
            ($0 as? DecodingFailure)?.reason == .nestingTooDeep(limit: 10_000)
        }
    }
}
