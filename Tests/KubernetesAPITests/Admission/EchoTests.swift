import Testing

@testable import KubernetesAPI

/// Messages repeat a bounded part of a document.
@Suite struct EchoTests {
    private static func refusal(_ text: String) -> (failure: DecodingFailure, explained: String)? {
        let bytes = Array(text.utf8)
        do {
            _ = try AdmissionReview(parsing: bytes.span)
            return nil
        } catch {
            return (error, error.explained(in: bytes.span))
        }
    }

    private static let long = String(repeating: "é", count: 500_000)

    @Test(arguments: [
        #"{"kind":"AdmissionReview","apiVersion":"\#(long)"}"#, #"{"kind":"\#(long)","apiVersion":"admission.k8s.io/v1"}"#,
        #"{"request":{"uid":"u","kind":{"kind":"Pod"},"operation":"\#(long)"}}"#, #"{"\#(long)":[1,{"\#(long)":[0,tru]}]}"#,
        #"{"request":{"kind":{"kind":"Pod"},"object":{"metadata":{"annotations":{"\#(Annotation.appArmorPrefix)\#(long)":"a","#
            + #""\#(Annotation.appArmorPrefix)\#(long)":"a"}}}}}"#,
        #"{"request":\#(String(repeating: "[{\"a\":", count: 4_999))tru"#,
    ])
    func `A message repeats at most 256 bytes`(text: String) throws {
        let (failure, explained) = try #require(Self.refusal(text))
        guard case .byteOffset(let offset) = failure.location else { return }
        let bytes = Array(text.utf8)
        let path = JSONPath.locating(offset, in: bytes.span)
        #expect(path.utf8.count <= 160 + "…".utf8.count)
        #expect(failure.reason.description.utf8.count <= 96 + 120)
        #expect(explained.utf8.count <= 256 + 160)
        #expect(!explained.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test func `A path is found in bounded memory at any depth`() {
        let depth = 1_000_000
        let deep = Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth - 1) + ",{\"a\":x").utf8)
        #expect(JSONPath.locating(deep.count - 1, in: deep.span) == "[1].a")
        let within = JSONPath.locating(depth, in: deep.span)
        #expect(within == String(repeating: "[0]", count: 53) + "[…")
    }

    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "abc…"), ("aéb", 2, "a…"), ("aéb", 3, "aé…"), ("😀", 3, "…"), ("é", 0, "…"), ("", 0, ""),
    ])
    func `A text is cut between characters`(text: String, limit: Int, expected: String) {
        #expect(text.cut(toBytes: limit) == expected)
    }

    @Test(arguments: [
        ("a\"b", 5, #""a\"b""#), ("abcd", 3, #""abc…""#), ("\u{1}\u{1}", 8, #""\u{01}\u…""#), ("", 0, #""""#),
    ])
    func `A quoted text is cut behind its escapes`(text: String, limit: Int, expected: String) {
        #expect(text.quoted(toBytes: limit) == expected)
    }
}
