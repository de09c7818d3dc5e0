import Testing

@testable import KubernetesAPI

/// Invalid UTF-8 in managed fields, which an API server copies as a client wrote it, and elsewhere, where no API server sends it.
@Suite struct ManagedFieldsTests {
    /// Sequences that are not UTF-8; each ends right before the quote or letter that follows it.
    static let sequences: [[UInt8]] = [
        [0xFF], [0x80], [0xC0, 0xAF], [0xC3], [0xE0, 0x80, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF0], [0xF0, 0x9F, 0x98],
        [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
    ]

    /// Managed fields with the sequence (`?`) at the end and in the middle of keys and values.
    private static let managedFields =
        #""managedFields":[{"manager":"x","operation":"Update","fieldsV1":{"f:metadata":{"f:labels":{".":{},"f:?":{},"a?b":["?","#
        + #"{"k:{\"name\":\"?\"}":"?"}]}},"metadata":{"managedFields":"?","a?":1}}},{"manager":"?"}]"#

    /// Replaces each `?`.
    private static func text(_ text: String, replacingWith sequence: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 { if byte == UInt8(ascii: "?") { bytes += sequence } else { bytes.append(byte) } }
        return bytes
    }

    private static func review(_ group: String, _ kind: String, _ object: String, old: String, kindIsFirst: Bool = true) -> String {
        let kindMember = #""kind":{"group":"\#(group)","version":"v1","kind":"\#(kind)"},"#
        let (first, last) = kindIsFirst ? (kindMember, "") : ("", kindMember)
        return #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",\#(first)"#
            + #""object":\#(object),"oldObject":\#(old),\#(last)"operation":"UPDATE","namespace":"n"}}"#
    }

    private static let podSpec = #"{"containers":[{"name":"c","image":"i","securityContext":{"privileged":true}}]}"#

    private static let clean = #"{"metadata":{"name":"p","labels":{"a":"b"}},"spec":\#(podSpec)}"#

    /// Objects with managed fields in all metadata that Kubernetes' own types have.
    private static let objects: [(group: String, kind: String, object: String)] = [
        ("", "Pod", #"{"metadata":{"name":"p",\#(managedFields)},"spec":\#(podSpec)}"#),
        // A field of the wrong type makes the object undecodable.
        ("", "Pod", #"{"metadata":{\#(managedFields),"name":"p"},"spec":{"containers":7}}"#),
        (
            "", "Pod",
            #"{"spec":{"volumes":[{"name":"v","ephemeral":{"volumeClaimTemplate":{"metadata":{\#(managedFields)}}}}]},"#
                + #""metadata":{"name":"p",\#(managedFields),\#(managedFields)}}"#
        ),
        ("", "Service", #"{"metadata":{"name":"p",\#(managedFields)},"spec":{"a":1}}"#),
        ("rbac.authorization.k8s.io", "RoleBinding", #"{"metadata":{\#(managedFields)},"subjects":[{"kind":"User","name":"a"}]}"#),
        (
            "apps", "StatefulSet",
            #"{"metadata":{"name":"p",\#(managedFields)},"spec":{"volumeClaimTemplates":[{"metadata":{\#(managedFields)},"spec":{}}],"#
                + #""template":{"metadata":{\#(managedFields),"annotations":{}},"spec":\#(podSpec)}}}"#
        ),
        (
            "batch", "CronJob",
            #"{"spec":{"jobTemplate":{"metadata":{\#(managedFields)},"spec":{"template":{ "metadata" : {\#(managedFields)},"#
                + #""spec":\#(podSpec)}}}},"metadata":{"name":"p",\#(managedFields)}}"#
        ),
        (
            "argoproj.io", "Rollout",
            #"{"metadata":{\#(managedFields)},"spec":{"template":{"metadata":{\#(managedFields)},"spec":\#(podSpec)}}}"#
        ),
    ]

    @Test(arguments: sequences, [true, false])
    func `A review is read the same with any bytes in managed fields`(sequence: [UInt8], kindIsFirst: Bool) throws {
        // As many letters, so that offsets in failures are the same.
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: sequence.count)
        for (group, kind, object) in Self.objects {
            for (new, old) in [(object, "null"), (object, Self.clean), (object, object), (Self.clean, object), ("null", object)] {
                let review = Self.review(group, kind, new, old: old, kindIsFirst: kindIsFirst)
                let expected = try AdmissionReview(parsing: Self.text(review, replacingWith: letters).span)
                #expect(expected.request.object.isPresent == (new != "null") && expected.request.oldObject.isPresent == (old != "null"))
                #expect(try AdmissionReview(parsing: Self.text(review, replacingWith: sequence).span) == expected, "\(kind)")
            }
        }
    }

    @Test(arguments: sequences) func `An envelope has the same objects with any bytes in managed fields`(sequence: [UInt8]) throws {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: sequence.count)
        for (group, kind, object) in Self.objects {
            let review = Self.review(group, kind, object, old: object)
            let envelope = try AdmissionEnvelope(parsing: Self.text(review, replacingWith: sequence).span)
            #expect(try envelope == AdmissionEnvelope(parsing: Self.text(review, replacingWith: letters).span))
            #expect(envelope.object != nil && envelope.oldObject != nil)
        }
    }

    /// Members of a Pod's metadata with the sequence outside of managed fields.
    private static let otherMetadata: [String] = [
        #""labels":{"a":"?"}"#, #""labels":{"?":"a"}"#, #""labels":{"managedFields":"?"}"#, #""labels":{"metadata":{"a":"?"}}"#,
        #""annotations":{"a":"?"}"#, #""annotations":{"\#(Annotation.mirrorPod)":"?"}"#,
        #""annotations":{"\#(Annotation.seccompPod)?":""}"#, #""name":"?""#,
        #""?":1"#, #""unknown":"?""#, #""unknown":{"managedFields":"?"}"#, #""unknown":[{"managedFields":"?"}]"#,
        #""managedField":"?""#, #""managedFieldss":"?""#, #""ManagedFields":"?""#,
        // Go's encoder never escapes the name of a field.
        #""managed\u0046ields":"?""#,
        #""managedFields":"","unknown":"?""#, #""managedFields":[{"a":1}],"unknown":["?"]"#, #""managedFields":"?","unknown":"?""#,
        #""managedFields":["?"],"labels":{"a":"?"}"#, #""managedFields":[{"?":{}}],"unknown":{"a":{"b":"?"}}"#,
    ]

    /// Members of a Pod with the sequence outside of the managed fields of `metadata`.
    private static let otherMembers: [String] = [
        #""managedFields":"?""#, #""status":{"managedFields":"?"}"#, #""status":{"metadata":[{"managedFields":"?"}]}"#,
        #""status":{"metadata":{"a":{"managedFields":"?"}}}"#, #""status":{"metadata":"?"}"#,
        #""status":{"metadata":{},"managedFields":"?"}"#, #""status":{"a\"metadata":{"managedFields":"?"}}"#,
        #""a\"metadata":{"managedFields":"?"}"#, #""met\u0061data":{"managedFields":"?"}"#,
        #""metadatas":{"managedFields":"?"}"#, #""status":{"metadata":{"managedFields":"?"},"a":"?"}"#,
        #""spec":{"containers":[{"name":"c","args":["?"]}]}"#, #""spec":{"containers":[{"name":"c","image":"?"}]}"#,
        #""spec":{"containers":[{"name":"c","?":1}]}"#, #""spec":{"volumes":[{"name":"v","ephemeral":{"a":"?"}}]}"#,
    ]

    @Test(arguments: sequences) func `Invalid UTF-8 outside of managed fields is rejected`(sequence: [UInt8]) {
        let objects =
            Self.otherMetadata.map { #"{"metadata":{\#($0)},"spec":\#(Self.podSpec)}"# }
            + Self.otherMembers.map { #"{"apiVersion":"v1",\#($0)}"# }
        for object in objects {
            for (new, old) in [(object, "null"), (Self.clean, object)] {
                for kindIsFirst in [true, false] {
                    let body = Self.text(Self.review("", "Pod", new, old: old, kindIsFirst: kindIsFirst), replacingWith: sequence)
                    let failure = #expect(throws: DecodingFailure.self, "\(object)") { try AdmissionReview(parsing: body.span) }
                    #expect(failure?.reason == .invalidUTF8, "\(object)")
                    #expect(throws: DecodingFailure.self, "\(object)") { try AdmissionEnvelope(parsing: body.span) }
                }
            }
        }
    }

    @Test(arguments: [
        #""extra":"?""#, #""metadata":{"managedFields":"?"}"#, #""options":{"metadata":{"managedFields":"?"}}"#,
        #""userInfo":{"extra":{"metadata":{"managedFields":"?"}}}"#,
    ])
    func `Invalid UTF-8 around the objects is rejected`(member: String) {
        let metadata = #"{"metadata":{\#(Self.managedFields)}}"#
        let review = Self.review("", "Pod", metadata, old: metadata)
        let bodies: [String] = [
            review.replacing(#""request":{"#, with: #""request":{\#(member),"#),
            review.replacing(#""uid":"u""#, with: #""uid":"u",\#(member)"#),
            review.replacing(#""namespace":"n""#, with: member), "{\(member),\(review.dropFirst())", "\(review.dropLast()),\(member)}",
        ]
        for body in bodies.map({ Self.text($0, replacingWith: [0xFF]) }) {
            let failure = #expect(throws: DecodingFailure.self) { try AdmissionReview(parsing: body.span) }
            #expect(failure?.reason == .invalidUTF8)
            let envelope = #expect(throws: DecodingFailure.self) { try AdmissionEnvelope(parsing: body.span) }
            #expect(envelope?.reason == .invalidUTF8)
        }
    }

    @Test(arguments: [
        (#"["?","\x"]"#, "invalid escape"), (#"["?","\u00g0"]"#, "invalid escape"), (#"["?\"#, "ends too early"),
        (#"["?""#, "ends too early"), (#"{"?":"#, "ends too early"), ("[\"?\u{1}\"]", "control character"),
        (#"["?"}"#, "expected ',' or ']'"), (#"["?",]"#, "expected a value"), (#"["?", ?]"#, "expected a value"),
        (#"{"?":1]"#, "expected ',' or '}'"), (#"{"?" 1}"#, "expected ':'"), (#"{"?":1,}"#, "expected a key"),
        (#"["?",01]"#, "malformed number"), (#"["?",tru]"#, "expected true"),
    ])
    func `The grammar of managed fields is checked`(value: String, reason: String) {
        let end = reason == "ends too early" ? "" : "}}"
        let object = Self.text(#"{"metadata":{"managedFields":\#(value)\#(end)"#, replacingWith: [0xFF])
        let failure = #expect(throws: DecodingFailure.self) { try Self.object(object) }
        #expect(failure.map { "\($0.reason)".contains(reason) } == true, "\(String(describing: failure))")
    }

    @Test(arguments: [1, 9_998, 9_999, 10_000], [#"{"?":"#, "["])
    func `Managed fields with any bytes may be nested as deeply as others`(depth: Int, open: String) throws {
        let fields = String(repeating: open, count: depth - 1) + #"["?"]"# + String(repeating: open == "[" ? "]" : "}", count: depth - 1)
        let object = #"{"metadata":{"managedFields":\#(fields),"name":"p"}}"#
        #expect(try Self.object(Self.text(object, replacingWith: [0xC3])).metadata.name == "p")
        guard depth == 10_000 else { return }
        let deeper = Self.text(object.replacing(#"["?"]"#, with: #"[["?"]]"#), replacingWith: [0xC3])
        let failure = #expect(throws: DecodingFailure.self) { try Self.object(deeper) }
        #expect(failure?.reason == .nestingTooDeep(limit: 10_000))
    }

    @Test(arguments: [0xC3, 0xE2, 0xED, 0xF0, 0xF4] as [UInt8])
    func `A quote behind the first byte of a character ends the string`(lead: UInt8) throws {
        for before in 0..<9 {
            let fields = #"{"\#(String(repeating: "a", count: before))?":"?","b":"?"}"#
            let object = #"{"metadata":{"managedFields":[\#(fields)],"name":"p","deletionTimestamp":"x","name2":"q"},"kind":"Pod"}"#
            let read = try Self.object(Self.text(object, replacingWith: [lead]))
            #expect(read.metadata.name == "p" && read.metadata.isBeingDeleted && read.kind == "Pod")
        }
    }

    @Test func `Many managed fields with invalid UTF-8 take time in proportion to their length`() throws {
        // Each member would be compared with all white space before `metadata`: 10^11 steps instead of 10^6.
        let members = Array(repeating: #""managedFields":"?""#, count: 100_000).joined(separator: ",")
        let object = #"{"metadata":\#(String(repeating: " ", count: 1_000_000)){\#(members),"name":"p"}}"#
        #expect(try Self.object(Self.text(object, replacingWith: [0xFF])).metadata.name == "p")
    }

    /// Reads an object alone, as those of lists and watches are read.
    private static func object(_ text: [UInt8]) throws -> KubernetesObject {
        var object = KubernetesObject()
        try object.read(from: text.span, among: .standard)
        return object
    }
}
