import Cluster
import KubernetesAPI
import TestSupport
import Testing

/// Reading the objects of lists and the events of watches.
struct WatchEventTests {
    private static func event(_ line: String) throws -> WatchEvent {
        try WatchEvent(reading: ReceivedText(Array(line.utf8)))
    }

    @Test func `Events are read as recorded`() throws {
        let lines = try Recording("scorepolicies-watch-until-crd-is-deleted").body.split(separator: UInt8(ascii: "\n"))
        let events = try lines.map { try WatchEvent(reading: ReceivedText(Array($0))) }
        let texts = events.map { event in
            switch event {
            case .stored(let header, let range):
                "\(header.key) \(header.resourceVersion?.text ?? "") \(header.generation) \(!range.isEmpty)"
            case .deleted(let header): "-\(header.key) \(header.resourceVersion?.text ?? "") \(header.creationTimestamp)"
            default: "\(event)"
            }
        }
        #expect(
            texts == [
                "payments 751 1 true", "applied 752 1 true", "payments 753 2 true", "-payments 754 2026-11-28T08:09:37Z",
                "-applied 757 2026-11-28T08:09:37Z",
            ]
        )
    }

    @Test func `No beginning of a recorded event is an event`() throws {
        for name in ["namespaces-watch-metadata-only", "pods-watch-too-old", "scorepolicies-watch-until-crd-is-deleted"] {
            for line in try Recording(name).body.split(separator: UInt8(ascii: "\n")) {
                for end in 0..<line.count {
                    let part = ReceivedText(Array(line.prefix(end)))
                    #expect(throws: DecodingFailure.self, "\(name), \(end) bytes") { try WatchEvent(reading: part) }
                }
            }
        }
    }

    @Test func `An event with one changed byte is read or rejected, never more`() throws {
        var numbers = SeededNumbers(seed: 7)
        let lines = try Recording("namespaces-watch-metadata-only").body.split(separator: UInt8(ascii: "\n"))
        for _ in 0..<3_000 {
            guard var line = lines.randomElement(using: &numbers).map(Array.init) else { return }
            line[Int.random(in: line.indices, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
            let isCut = Bool.random(using: &numbers)
            _ = try? WatchEvent(reading: ReceivedText(line, byteCount: isCut ? line.count + 1 : nil))
        }
    }

    @Test func `Of an event of 17 MiB no more than its beginning is needed`() throws {
        let beginning = Array(
            #"{"type":"MODIFIED","object":\#(FakeObject("a", version: 12, number: 9, padding: 100).json.dropLast(30))"#.utf8
        )
        let event = try WatchEvent(reading: ReceivedText(beginning, byteCount: 17 << 20))
        guard case .stored(let header, _) = event else {
            Issue.record("\(event)")
            return
        }
        #expect(header.isCut && header.key == "a" && header.uid == "uid-a" && header.resourceVersion?.text == "12")
        for end in 0..<beginning.count {
            // Wherever the beginning ends, it names the object or is rejected.
            if case .stored(let header, _)? = try? WatchEvent(reading: ReceivedText(Array(beginning.prefix(end)), byteCount: 17 << 20)) {
                #expect(header.key == "a")
            }
        }
    }

    @Test func `An error event carries code, reason, message and wait`() throws {
        let line = #"{"type":"ERROR","object":{"code":429,"reason":"TooManyRequests","message":"a\nb","details":{"retryAfterSeconds":3}}}"#
        let refusal = StatusAnswer(code: 429, reason: "TooManyRequests", message: "a\nb", retryAfterSeconds: 3)
        #expect(try Self.event(line) == .error(refusal))
        #expect(refusal.description == #"status 429: a\u{A}b"#)
        #expect(try Self.event(#"{"type":"ERROR","object":null}"#) == .error(StatusAnswer(code: 0)))
    }

    @Test func `A bookmark carries a version alone`() throws {
        #expect(
            try Self.event(#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"5","name":7}}}"#)
                == .bookmark(#require(ResourceVersion("5")))
        )
    }

    @Test(arguments: [
        ("1", "1", true), ("1", "2", true), ("2", "1", false), ("9", "10", true), ("10", "9", false), ("09", "10", false),
        ("a", "b", false),
        ("a", "a", true), ("99999999999999999999999", "100000000000000000000000", true),
    ])
    func `Versions have an order only if both are numbers`(first: String, second: String, isNotNewer: Bool) throws {
        #expect(try #require(ResourceVersion(first)).isNotNewer(than: #require(ResourceVersion(second))) == isNotNewer)
    }

    @Test func `Labels are sorted, found by their bytes, and rejected if one is repeated`() throws {
        let text = #"{"metadata":{"labels":{"team":"payments","a":"","podscore.dev/x":"12"}}}"#
        let labels = try ObjectLabels(reading: Array(text.utf8).span)
        var pairs: [String] = []
        labels.forEach { pairs.append("\($0)=\($1)") }
        #expect(pairs == ["a=", "podscore.dev/x=12", "team=payments"])
        #expect(labels["team"] == "payments" && labels["a"] == "" && labels["b"] == nil && !labels.isEmpty)
        for empty in [#"{"metadata":{}}"#, #"{"metadata":null}"#, #"{"metadata":{"labels":null}}"#, "{}"] {
            #expect(try ObjectLabels(reading: Array(empty.utf8).span).isEmpty)
        }
        for broken in [
            #"{"metadata":{"labels":{"a":"1","b":"2","a":"1"}}}"#, #"{"metadata":{"labels":{"a":1}}}"#,
            #"{"metadata":{"labels":{"a":"\u0000"}}}"#,
        ] {
            #expect(throws: DecodingFailure.self) { try ObjectLabels(reading: Array(broken.utf8).span) }
        }
    }

    @Test func `Labels of recorded Namespaces are read`() throws {
        let page = try TestPage(reading: Recording("namespaces-list-metadata-only").body)
        for object in page.objects {
            let header = try ObjectHeader(reading: object.bytes.span)
            #expect(try ObjectLabels(reading: object.bytes.span)["kubernetes.io/metadata.name"] == header.name)
        }
        #expect(page.objects.count > 3)
    }

    /// A Namespace whose managed fields are not UTF-8, as a client can write it; `invalid` is one more member with such bytes.
    private static func namespace(_ name: String, labels: String = #"{"team":"payments"}"#, invalid: String = "") -> [UInt8] {
        let fields = #"[{"manager":"?","fieldsV1":{"f:metadata":{"f:labels":{"f:?":{}}}}}]"#
        let text =
            #"{"metadata":{"name":"\#(name)","uid":"u","resourceVersion":"1","managedFields":\#(fields),"labels":\#(labels)},"#
            + #""spec":{"finalizers":["kubernetes"]\#(invalid)}}"#
        return text.utf8.map { $0 == UInt8(ascii: "?") ? 0xF0 : $0 }
    }

    @Test(arguments: ["ADDED", "MODIFIED", "DELETED"])
    func `An event is read with any bytes in managed fields`(type: String) throws {
        let (before, object) = (Array(#"{"type":"\#(type)","object":"#.utf8), Self.namespace("shop"))
        let event = try WatchEvent(reading: ReceivedText(before + object + [UInt8(ascii: "}")]))
        switch event {
        case .stored(let header, let range):
            #expect(type != "DELETED" && header.key == "shop")
            #expect(range == before.count..<before.count + object.count)
        case .deleted(let header): #expect(type == "DELETED" && header.key == "shop")
        default: Issue.record("\(event)")
        }
        // As the labels of a Namespace are read from an event.
        #expect(try ObjectLabels(reading: object.span)["team"] == "payments")
    }

    @Test func `A bookmark is read with any bytes in managed fields`() throws {
        let line = Array(#"{"type":"BOOKMARK","object":"#.utf8) + Self.namespace("shop") + [UInt8(ascii: "}")]
        #expect(try WatchEvent(reading: ReceivedText(line)) == .bookmark(#require(ResourceVersion("1"))))
    }

    @Test func `The objects of a list are read with any bytes in managed fields`() throws {
        let names = ["a", "b", "c"]
        let items = names.map { Self.namespace($0, labels: #"{"team":"\#($0)"}"#) }.joined(separator: [UInt8(ascii: ",")])
        let list: [UInt8] = Array(#"{"kind":"NamespaceList","metadata":{"resourceVersion":"5"},"items":["#.utf8) + items + Array("]}".utf8)
        let page = try TestPage(reading: list)
        #expect(try page.objects.map { try ObjectHeader(reading: $0.bytes.span).key } == names)
        #expect(try page.objects.map { try ObjectLabels(reading: $0.bytes.span)["team"] } == names)
    }

    @Test func `An object that was cut is named with any bytes in managed fields`() throws {
        let object = Self.namespace("shop")
        let fields = try #require(object.lastIndex(of: 0xF0))
        let beginning = Array(object.prefix(fields + 1))
        #expect(try ObjectHeader(readingBeginning: beginning.span).key == "shop")
    }

    @Test(arguments: [#","a":"?""#, #","?":1"#, #","managedFields":"?""#])
    func `Invalid UTF-8 elsewhere in an event is rejected`(member: String) {
        let object = Self.namespace("shop", invalid: member)
        let line = Array(#"{"type":"ADDED","object":"#.utf8) + object + [UInt8(ascii: "}")]
        #expect(throws: DecodingFailure.self) { try WatchEvent(reading: ReceivedText(line)) }
        #expect(throws: DecodingFailure.self) { try ObjectHeader(reading: object.span) }
        #expect(throws: DecodingFailure.self) { try ObjectLabels(reading: object.span) }
    }

    @Test(arguments: ["", "a/b", "a b", "é", String(repeating: "a", count: 254)])
    func `A name that no object can have is rejected`(name: String) {
        let object = Array(#"{"metadata":{"name":"\#(name)","uid":"u","resourceVersion":"1"}}"#.utf8)
        #expect(throws: DecodingFailure.self) { try ObjectHeader(reading: object.span) }
        #expect(throws: DecodingFailure.self) { try ObjectHeader(readingBeginning: object.span) }
    }

    @Test func `The key of an object has its Namespace`() throws {
        let object = Array(#"{"metadata":{"name":"n","namespace":"s","uid":"u","resourceVersion":"1"}}"#.utf8)
        #expect(try ObjectHeader(reading: object.span).key == "s/n")
    }
}
