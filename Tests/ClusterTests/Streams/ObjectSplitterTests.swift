import KubernetesAPI
import Testing

@testable import Cluster

@Suite struct ObjectSplitterTests {
    /// Splits a text in chunks of some size; each object as its list's version and kind, and its text.
    private static func objects(in text: String, chunk size: Int = .max, limit: Int = ReceivedText.byteLimit) throws -> [String] {
        var splitter = ObjectSplitter(objectByteLimit: limit)
        var found: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(size))
            rest = rest.dropFirst(chunk.count)
            try splitter.consume(chunk.span) { object in
                let text = object.text.isCut ? "cut at \(object.text.bytes.count)" : String(decoding: object.text.bytes, as: UTF8.self)
                found.append("\(object.listVersion) \(object.listKind) \(text)")
            }
        }
        try splitter.finish()
        return found
    }

    private static let list = #"""
        {"apiVersion": "v1", "items": [ {"kind": "Pod", "spec": {"x": "]}\""}} , {"a": [1]}], "kind": "List", "metadata": {"resourceVersion": ""}}
        """#

    @Test(arguments: [1, 2, 7, 64, 1_000]) func `The items of a list are found, however it is cut`(size: Int) throws {
        #expect(try Self.objects(in: Self.list, chunk: size) == [#"v1  {"kind": "Pod", "spec": {"x": "]}\""}}"#, #"v1  {"a": [1]}"#])
    }

    @Test func `A typed list gives its items version and kind if it names them first`() throws {
        let list = #"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9"},"items":[{"a":1}]}"#
        #expect(try Self.objects(in: list) == [#"v1 Pod {"a":1}"#])
    }

    @Test(arguments: [1, 1_000]) func `An object alone is found with all its members`(size: Int) throws {
        let object = #" {"apiVersion" : "v1", "kind":"Pod", "items": null, "spec": {"a": [1, {"b": "c"}]}, "n": 12 } "#
        #expect(
            try Self.objects(in: object, chunk: size)
                == [#"  {"apiVersion":"v1","kind":"Pod","items":null,"spec":{"a": [1, {"b": "c"}]},"n":12}"#]
        )
    }

    @Test func `Several documents and arrays follow each other`() throws {
        #expect(try Self.objects(in: #"{"a":1}{"items":[{"b":2}]}\#n[{"c":3},{"d":4}] {}"#).map(\.utf8.count).count == 5)
    }

    @Test func `An empty list has no objects`() throws {
        #expect(try Self.objects(in: #"{"kind":"List","items":[]}"#) == [])
    }

    @Test(arguments: [
        #"{"items":[{"a":1}"#, #"{"items":[{"a":1},"#, #"{"a":1"#, "{", #"{"items":[{"a":"#, #"{"items":[]} {"#,
    ])
    func `An input that is cut off is an error`(text: String) {
        #expect(throws: DecodingFailure(.unexpectedEnd, at: .byteOffset(text.utf8.count))) { try Self.objects(in: text) }
    }

    @Test(arguments: [("{]", 1), (#"{"a" 1}"#, 5), (#"{"a":1,}"#, 7), (#"[{"a":1} {"b":1}]"#, 9), ("x", 0), (#"{"a":1}x"#, 7)])
    func `A byte that JSON does not allow is an error with its place`(text: String, offset: Int) throws {
        let error = #expect(throws: DecodingFailure.self) { try Self.objects(in: text, chunk: 3) }
        #expect(error?.location == .byteOffset(offset))
    }

    @Test func `An object beyond the limit is cut, and the next one is found`() throws {
        let large = String(repeating: "x", count: 100)
        let text = #"{"items":[{"a":"\#(large)"},{"b":1}]}{"a":"\#(large)","c":1}"#
        #expect(try Self.objects(in: text, limit: 50) == ["  cut at 50", #"  {"b":1}"#, "  cut at 50"])
    }
}
