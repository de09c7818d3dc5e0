import Testing

@testable import KubernetesAPI

@Suite struct ReviewEncodingTests {
    @Test(arguments: Recordings.names) func `A recorded review is read back unchanged`(name: String) throws {
        let review = try Self.read(try Recordings.bytes(name))
        #expect(try Self.read(review.encoded) == review)
    }

    @Test(arguments: [UInt64](0..<16)) func `A made-up review is read back unchanged`(block: UInt64) throws {
        for seed in block * 100..<(block + 1) * 100 {
            let review = MadeUpReview.number(seed)
            #expect(try Self.read(review.encoded) == review, "number \(seed)")
        }
    }

    @Test(arguments: ["RoleBinding", "ClusterRoleBinding"]) func `A binding is read back unchanged`(kind: String) throws {
        let object = try Self.readObject(Array(#"{"kind":"\#(kind)","subjects":[{"kind":"User","name":"system:anonymous"},{}]}"#.utf8))
        var json = JSONWriter()
        json.object { object.writeMembers(readAs: kind, to: &$0) }
        #expect(try Self.readObject(json.bytes) == object)
        #expect(object.content == .binding(subjects: [Subject.named("system:anonymous", kind: "User"), Subject()]))
    }

    @Test func `An undecodable object stays undecodable`() throws {
        let text = Self.review(object: #"{"spec":{"hostNetwork":"yes"}}"#)
        let review = try Self.read(Array(text.utf8))
        guard case .undecodable = review.request.object else { throw Failure.decoded }
        let again = try Self.read(review.encoded)
        guard case .undecodable = again.request.object else { throw Failure.decoded }
        #expect(String(decoding: review.encoded, as: UTF8.self).contains(#""object":"not decodable: "#))
    }

    @Test func `Fields that no rule reads are not written`() throws {
        let secret = "hunter2"
        let text = Self.review(
            object: """
                {"metadata":{"name":"web","labels":{"a":"\(secret)"},"annotations":{"note":"\(secret)"}},"spec":{"volumes":[{"name":"v",\
                "secret":{"secretName":"\(secret)"}}],"containers":[{"name":"a","image":"i","args":["\(secret)"],"command":["\(secret)"],\
                "env":[{"name":"\(secret)","value":"\(secret)"},{"name":"b","valueFrom":{"secretKeyRef":{"name":"\(secret)","key":"k"}}}],\
                "envFrom":[{"secretRef":{"name":"\(secret)"}}],"livenessProbe":{"exec":{"command":["\(secret)"]}}}]}}
                """
        )
        let encoded = try Self.read(Array(text.utf8)).encoded
        let written = String(decoding: encoded, as: UTF8.self)
        #expect(!written.contains(secret), "\(written)")
        #expect(written.contains(#""env":[{},{"valueFrom":{"secretKeyRef":{}}}],"envFrom":[{"secretRef":{}}]"#), "\(written)")
    }

    private static func read(_ bytes: [UInt8]) throws -> AdmissionReview {
        try AdmissionReview(parsing: bytes.span)
    }

    private static func readObject(_ bytes: [UInt8]) throws -> KubernetesObject {
        var reader = JSONReader(bytes.span)
        reader.start()
        return try KubernetesObject(from: &reader)
    }

    private enum Failure: Error {
        case decoded
    }

    private static func review(object: String) -> String {
        """
        {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","operation":"CREATE","namespace":"n",\
        "kind":{"group":"","version":"v1","kind":"Pod"},"object":\(object)}}
        """
    }
}

extension Subject {
    /// A subject with both fields.
    fileprivate static func named(_ name: String, kind: String) -> Self {
        var subject = Self()
        subject.kind = kind
        subject.name = name
        return subject
    }
}
