import KubernetesAPI
import Testing

struct NodeReaderTests {
    /// Reads a text as JSON and decodes it through its nodes.
    private func decode(_ text: String) throws -> KubernetesObject {
        let bytes = Array(text.utf8)
        var parser = JSONNodeParser(bytes.span)
        var reader = NodeReader(try #require(try parser.next()))
        return try KubernetesObject(from: &reader)
    }

    @Test(arguments: [
        ("[]", DecodingFailure.Reason.wrongType(expected: .object, found: .array), 1, 1),
        ("null", .wrongType(expected: .object, found: .null), 1, 1),
        ("{\n \"kind\": true}", .wrongType(expected: .string, found: .boolean), 2, 10),
        ("{\"metadata\": \"x\"}", .wrongType(expected: .object, found: .string), 1, 14),
        ("{\"kind\": \"Pod\",\n\n\"spec\": {\"hostNetwork\": \"true\"}}", .wrongType(expected: .boolean, found: .string), 3, 25),
        ("{\"spec\": {\n\"containers\": {}}, \"kind\": \"Pod\"}", .wrongType(expected: .array, found: .object), 2, 15),
        (
            "{\"kind\": \"Pod\", \"spec\": {\"securityContext\": {\"runAsUser\": 1.5}}}", .wrongType(expected: .integer, found: .number), 1,
            59
        ),
        (
            "{\"kind\": \"Pod\", \"spec\": {\"securityContext\": {\"runAsUser\": \"1\"}}}", .wrongType(expected: .integer, found: .string),
            1, 59
        ),
        ("{\"kind\": \"Pod\", \"spec\": {\"securityContext\": {\"runAsUser\": 9223372036854775808}}}", .integerOutOfRange, 1, 59),
    ])
    func `A wrong type is reported at the position of the value`(text: String, reason: DecodingFailure.Reason, line: Int, column: Int) {
        let failure = #expect(throws: DecodingFailure.self) { try decode(text) }
        #expect(failure == DecodingFailure(reason, at: .position(Position(line: line, column: column))))
    }

    @Test func `A kind that follows the content decides how to read it`() throws {
        guard case .pod(let spec) = try decode(#"{"spec":{"hostPID":true},"kind":"Pod"}"#).content else {
            Issue.record("no Pod")
            return
        }
        #expect(spec.hostPID == true)
    }
}
