import Testing

@testable import KubernetesAPI

/// Reads a review from text.
private func review(_ text: String) throws -> AdmissionReview {
    let bytes = Array(text.utf8)
    return try AdmissionReview(parsing: bytes.span)
}

@Suite struct AdmissionReviewTests {
    @Test(arguments: Recordings.names)
    func `Every recording is read with its identity`(name: String) throws {
        let bytes = try Recordings.bytes(name)
        let review = try AdmissionReview(parsing: bytes.span)
        #expect(review.version == (name.contains("v1beta1") ? .v1beta1 : .v1))
        #expect(review.request.uid.utf8.count == 36)
        #expect(!review.request.namespace.isEmpty)
        #expect(!review.request.userInfo.username.isEmpty)
        if case .undecodable(let failure) = review.request.object { Issue.record("object: \(failure)") }
        if case .undecodable(let failure) = review.request.oldObject { Issue.record("oldObject: \(failure)") }
    }

    @Test func `A Pod is read with the fields that rules need`() throws {
        let bytes = try Recordings.bytes("pod-create-hardened-with-init-and-sidecar.json")
        let object = try #require(try AdmissionReview(parsing: bytes.span).request.object.object)
        guard case .pod(let pod) = object.content else {
            Issue.record("not a Pod: \(object.kind)")
            return
        }
        #expect(!pod.containers.isEmpty && !pod.initContainers.isEmpty)
        #expect(pod.initContainers.contains { $0.isRestartable })
        #expect(pod.containers.allSatisfy { $0.securityContext.capabilities.drop == ["ALL"] })
        #expect(pod.containers.flatMap(\.secretReferences).count == 1)
    }

    @Test(arguments: [
        ("{}", "missing field \"kind\" (byte 0)"),
        (#"{"kind":"Pod","apiVersion":"v1"}"#, "kind: unknown value \"Pod\", allowed: AdmissionReview (byte 8)"),
        (
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"}"#,
            "apiVersion: unknown value \"admission.k8s.io/v2\", allowed: admission.k8s.io/v1, admission.k8s.io/v1beta1 (byte 39)"
        ),
        (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}"#, "missing field \"request\" (byte 0)"),
        (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}"#, "missing field \"request\" (byte 0)"),
        (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}"#, "request: missing field \"uid\" (byte 71)"),
        (
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":7}}"#,
            "request.uid: expected string, found number (byte 78)"
        ),
        (
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{},"operation":"PATCH"}}"#,
            "request.operation: unknown value \"PATCH\", allowed: CREATE, UPDATE, DELETE, CONNECT (byte 104)"
        ),
        (
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{},"operation":"CREATE"}}"#,
            "request: missing field \"kind\" (byte 71)"
        ),
        ("[]", "expected object, found array (byte 0)"), ("null", "expected object, found null (byte 0)"),
        (
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"object":[{"a":1},{"a":[0,tru]}]}}"#,
            "request.object[1].a[1]: unexpected ']', expected true (byte 101)"
        ),
    ])
    func `A text that is not a review is rejected with path and offset`(text: String, message: String) {
        let bytes = Array(text.utf8)
        do throws(DecodingFailure) {
            _ = try AdmissionReview(parsing: bytes.span)
            Issue.record("accepted")
        } catch {
            #expect(error.explained(in: bytes.span) == message)
        }
    }

    @Test func `An object of the wrong shape leaves the request readable`() throws {
        let text = #"""
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{"group":"","version":"v1","kind":"Pod"},
            "operation":"CREATE","object":{"kind":"Pod","spec":{"hostPID":"yes","containers":[{"name":"a"}]}},"namespace":"n"}}
            """#
        let request = try review(text).request
        guard case .undecodable(let failure) = request.object else {
            Issue.record("decoded")
            return
        }
        #expect(failure.reason == .wrongType(expected: .boolean, found: .string))
        #expect(request.namespace == "n")
    }

    @Test func `Malformed text inside an object of the wrong shape is rejected`() {
        let text = #"""
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","kind":{"kind":"Pod"},
            "operation":"CREATE","object":{"spec":{"hostPID":"yes","x":[1,}]}}}}
            """#
        #expect(throws: DecodingFailure.self) { try review(text) }
    }

    @Test func `The order of keys does not matter`() throws {
        let text = #"""
            {"request":{"object":{"spec":{"containers":[{"image":"i","name":"c"}],"hostPID":true},"metadata":{"name":"p"},"kind":"Pod"},
            "operation":"UPDATE","oldObject":{"spec":{"hostPID":false},"kind":"Pod"},"kind":{"kind":"Pod","version":"v1","group":""},"uid":"u"},
            "apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}
            """#
        let request = try review(text).request
        guard case .pod(let pod)? = request.object.object?.content, case .pod(let old)? = request.oldObject.object?.content else {
            Issue.record("no Pods")
            return
        }
        #expect(pod.hostPID == true && pod.containers.first?.name == "c" && old.hostPID == false)
        #expect(request.object.object?.metadata.name == "p")
    }

    @Test func `A kind of another group is not read as Kubernetes' kind`() throws {
        let text = #"""
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u","operation":"CREATE",
            "kind":{"group":"batch.example.com","version":"v1","kind":"Job"},"object":{"kind":"Job","spec":{"template":"not a template"}}}}
            """#
        guard case .decoded(let object) = try review(text).request.object else {
            Issue.record("undecodable")
            return
        }
        #expect(object.content == .other)
    }

    @Test(arguments: ["pod-create-windows.json", "deployment-update-annotation-only.json", "pod-ephemeralcontainers-update.json"])
    func `A recording that is cut off at any byte is rejected`(name: String) throws {
        let bytes = try Recordings.bytes(name)
        let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? 0
        for length in 0...end {
            let cut = Array(bytes[..<length])
            #expect(throws: DecodingFailure.self, "cut at \(length)") { try AdmissionReview(parsing: cut.span) }
        }
    }

    @Test func `An answer has the API's fields in the API's order`() {
        let denial = AdmissionResponse.Status(
            code: 403,
            reason: "Forbidden",
            message: "no \"root\"\n",
            causes: [.init(reason: "RunAsNonRoot", message: "m", field: "spec"), .init(reason: "minimumScore", message: "s", field: "")]
        )
        let response = AdmissionResponse(
            uid: "u",
            denial: denial,
            warnings: ["w"],
            auditAnnotations: [.init(key: "policy", value: "p\u{1}")]
        )
        let text = String(decoding: response.encoded(for: .v1beta1), as: UTF8.self)
        #expect(
            text == #"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","response":{"uid":"u","allowed":false,"#
                + #""status":{"status":"Failure","message":"no \"root\"\n","reason":"Forbidden","details":{"causes":["#
                + #"{"reason":"RunAsNonRoot","message":"m","field":"spec"},{"reason":"minimumScore","message":"s"}]},"code":403},"#
                + #""warnings":["w"],"auditAnnotations":{"policy":"p\u0001"}}}"#
        )
        #expect(checkJSON(text) == nil)
    }
}
