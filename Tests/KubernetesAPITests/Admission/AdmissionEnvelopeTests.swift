import KubernetesAPI
import Testing

@Suite struct AdmissionEnvelopeTests {
    private static func review(_ request: String) -> [UInt8] {
        Array(#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":\#(request)}"#.utf8)
    }

    @Test func `Objects of any kind stay text, wherever they stand`() throws {
        let body = Self.review(
            #"{"object": {"a":[1]} ,"uid":"u","oldObject":null,"operation":"UPDATE","#
                + #""kind":{"group":"podscore.dev","version":"v1alpha1","kind":"ScorePolicy"},"name":"n","subResource":"status"}"#
        )
        let envelope = try AdmissionEnvelope(parsing: body.span)
        #expect(envelope.version == .v1)
        #expect([envelope.uid, envelope.name, envelope.subResource] == ["u", "n", "status"])
        #expect([envelope.kind.group, envelope.kind.version, envelope.kind.kind] == ["podscore.dev", "v1alpha1", "ScorePolicy"])
        #expect(envelope.operation == .update)
        #expect(envelope.object.map { String(decoding: body[$0], as: UTF8.self) } == #"{"a":[1]}"#)
        #expect(envelope.oldObject == nil)
    }

    @Test(arguments: [
        ("", "ends too early"), ("garbage", "expected a value"), ("[]", "expected object, found array"),
        ("null", "expected object, found null"), ("{}", "missing field \"kind\""), (#"{"kind":"Pod"}"#, "unknown value \"Pod\""),
        (#"{"kind":"AdmissionReview"}"#, "missing field \"apiVersion\""),
        (#"{"kind":"AdmissionReview","apiVersion":"v1"}"#, "unknown value \"v1\""),
        (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}"#, "missing field \"request\""),
    ])
    func `Any other body is a failure`(text: String, reason: String) {
        let bytes = Array(text.utf8)
        let failure = #expect(throws: DecodingFailure.self) { try AdmissionEnvelope(parsing: bytes.span) }
        #expect(failure.map { "\($0)".contains(reason) } == true, "\(String(describing: failure))")
    }

    @Test(arguments: [
        (#"{"kind":{"kind":"A"},"operation":"CREATE"}"#, "missing field \"uid\""),
        (#"{"uid":"u","operation":"CREATE"}"#, "missing field \"kind\""),
        (#"{"uid":"u","kind":{"kind":"A"}}"#, "missing field \"operation\""),
        (#"{"uid":"u","kind":{"kind":"A"},"operation":"GET"}"#, "unknown value \"GET\""),
        (#"{"uid":"u","kind":{"kind":"A"},"operation":"CREATE","object":{"a"}}"#, "expected ':'"),
        (#"{"uid":"u","uid":"v","kind":{"kind":"A"},"operation":"CREATE"}"#, "duplicate"),
    ])
    func `A request without its parts is a failure`(request: String, reason: String) {
        let bytes = Self.review(request)
        let failure = #expect(throws: DecodingFailure.self) { try AdmissionEnvelope(parsing: bytes.span) }
        #expect(failure.map { "\($0)".contains(reason) } == true, "\(String(describing: failure))")
    }
}
