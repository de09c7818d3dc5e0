import Testing

@testable import KubernetesAPI

/// Every document of an API server is read, whatever is in the fields that are skipped.
@Suite struct SkippedContentTests {
    /// The review of a Pod with these members of its metadata and of its only container.
    private static func body(metadata: String = #""name":"p""#, container: String) -> [UInt8] {
        Array(
            (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},"#
                + #""operation":"CREATE","namespace":"n","object":{"kind":"Pod","metadata":{\#(metadata)},"spec":{"containers":[{\#(container)}]}}}}"#)
                .utf8
        )
    }

    /// Reads the containers of a review's Pod.
    private static func containers(_ body: [UInt8]) throws -> [Container] {
        guard case .pod(let pod)? = try AdmissionReview(parsing: body.span).request.object.object?.content else { return [] }
        return pod.containers
    }

    private static let privileged = #""name":"c","image":"i","securityContext":{"privileged":true}"#

    @Test(arguments: [
        // As Go's encoder writes `<`, `>`, `&` and the two line separators.
        #""args":["\#(String(repeating: #"\u003c"#, count: 50_000))","\u003e\u0026\u2028\u2029"]"#,
        #""command":["\ud800","\udfff\ud800"],"\udc00":1"#,
        #""stdin":1e999999,"tty":-1234567890123456789012345678901234567890.5E+0099999999999"#,
        #""workingDir":{"a":1,"a":{"b":2,"b":3},"\u0061":4},"workingDir":0"#,
        #""ports":[{"name":"a","name":"b"}],"env":[{"value":{"x":1,"x":2},"value":[]}]"#,
        #""volumeMounts":[\#(Array(repeating: "{}", count: 40_000).joined(separator: ","))]"#,
        #""\#(String(repeating: "k", count: 100_000))":"\#(String(repeating: "v", count: 100_000))""#,
        #""stdinOnce":{\#((0..<140_000).map { #""\#($0)":0"# }.joined(separator: ","))}"#,
    ])
    func `A container is read whatever is in its skipped fields`(member: String) throws {
        for body in [Self.body(container: Self.privileged + "," + member), Self.body(container: member + "," + Self.privileged)] {
            let containers = try Self.containers(body)
            #expect(containers.map(\.name) == ["c"] && containers.first?.securityContext.privileged == true)
        }
    }

    @Test(arguments: [250, 260, 1_000, 9_999, 10_000], [#"{"f:a":"#, "["])
    func `Managed fields may be nested as deeply as Go's decoder allows`(depth: Int, open: String) throws {
        let end = open == "[" ? "]" : "}"
        let fields = String(repeating: open, count: depth - 1) + "{}" + String(repeating: end, count: depth - 1)
        let metadata = #""managedFields":[{"fieldsV1":FIELDS}],"name":"p""#
        #expect(try Self.containers(Self.body(metadata: #""name":"p","x":\#(fields)"#, container: Self.privileged)).count == 1)
        let nested = metadata.replacing("FIELDS", with: depth > 9_990 ? "{}" : fields)
        #expect(try Self.containers(Self.body(metadata: nested, container: Self.privileged)).count == 1)
    }

    @Test func `A review nested deeper than 10 000 levels is rejected`() {
        let deep = String(repeating: "[", count: 10_001) + String(repeating: "]", count: 10_001)
        let failure = #expect(throws: DecodingFailure.self) {
            try Self.containers(Self.body(metadata: #""x":\#(deep)"#, container: Self.privileged))
        }
        #expect(failure?.reason == .nestingTooDeep(limit: 10_000))
    }

    @Test(arguments: [
        (#""name":"c","image":"a","image":"b""#, "image"), (#""image":"a","imag\u0065":"b""#, "image"),
        (#""\u0069mage":"a","image":"b""#, "image"), (#""securityContext":{"privileged":false,"privileged":true}"#, "privileged"),
        (#""env":[{"valueFrom":{"secretKeyRef":{},"secretKeyRef":null}}]"#, "secretKeyRef"),
    ])
    func `A field that a rule reads may occur once in its object`(container: String, key: String) throws {
        let body = Self.body(container: container)
        let failure = #expect(throws: DecodingFailure.self) { try Self.containers(body) }
        #expect(failure?.reason == .duplicateKey(key))
        guard case .byteOffset(let offset)? = failure?.location else { return }
        // The second of the two.
        #expect(JSONPath.locating(offset, in: body.span).hasPrefix("request.object.spec.containers[0]"))
        #expect(offset > body.count - container.utf8.count)
    }

    @Test(arguments: [2, 3, 17, 400])
    func `An annotation that is read may occur once`(count: Int) throws {
        var members = (0..<count).map { #""\#(Annotation.appArmorPrefix)\#($0)":"unconfined""# }
        let unknown = #""note":"a","note":"b","no\u0074e":"c""#
        func body() -> [UInt8] {
            Self.body(metadata: #""annotations":{\#(members.joined(separator: ",")),\#(unknown)}"#, container: Self.privileged)
        }
        #expect(try Self.containers(body()).count == 1)
        members.append(#""container.apparmor.security.beta.kubernetes.io\/1":"unconfined""#)
        members.append(#""\#(Annotation.appArmorPrefix)0":"unconfined""#)
        let failure = #expect(throws: DecodingFailure.self) { try Self.containers(body()) }
        #expect(failure?.reason == .duplicateKey(Annotation.appArmorPrefix + "1"))
        #expect(failure?.location == .byteOffset(Self.offset(of: #"container.apparmor.security.beta.kubernetes.io\/"#, in: body())))
    }

    private static func offset(of text: String, in body: [UInt8]) -> Int {
        let wanted = Array(text.utf8)
        return body.indices.first { body[$0...].starts(with: wanted) } ?? -1
    }

    @Test(arguments: [#""image":"\ud800""#, #""name":"a\udc00b""#, #""resources":{"limits":{"cpu":"\udbff\u0031"}}"#])
    func `Half of a surrogate pair in a field that is read makes the Pod undecodable`(container: String) throws {
        let request = try AdmissionReview(parsing: Self.body(container: container).span).request
        guard case .undecodable(let failure) = request.object else {
            Issue.record("\(request.object)")
            return
        }
        #expect(failure.reason == .unpairedSurrogate)
        #expect(request.namespace == "n")
    }

    @Test(arguments: [
        #""args":["\x"]"#, #""args":["\u00"]"#, #""args":[01]"#, #""args":[tru]"#, #""args":[1,]"#, #""args":{"a"}"#, #""args":{"a":1,}"#,
        #""args":["\#u{1}"]"#, #""args":[}"#,
    ])
    func `Malformed JSON is rejected in skipped fields`(container: String) {
        #expect(throws: DecodingFailure.self) { try Self.containers(Self.body(container: container)) }
    }

    @Test func `Invalid UTF-8 is rejected in skipped fields`() {
        var body = Self.body(container: #""args":["?"]"#)
        for index in body.indices where body[index] == UInt8(ascii: "?") { body[index] = 0xFF }
        let failure = #expect(throws: DecodingFailure.self) { try Self.containers(body) }
        #expect(failure?.reason == .invalidUTF8)
    }
}
