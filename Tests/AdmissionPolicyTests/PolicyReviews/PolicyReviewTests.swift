import AdmissionPolicy
import KubernetesAPI
import Testing

@Suite struct PolicyReviewTests {
    private static let valid = #"{"match":{"namespaces":["shop"]},"enforce":{"minimumScore":1}}"#
    private static let invalid = #"{"match":{"namespaces":["shop"]},"enforce":{"minimumScor":1}}"#
    private static let waiver = #"{"match":{"namespaces":["shop"]},"rules":["CapDropAll"],"expires":"2030-01-01","owner":"o","reason":"r"}"#

    private static func create(_ spec: String, kind: PolicyKind = .policy, name: String = "a") throws -> PolicyReview {
        let object = MadeUpPolicyReview.object(kind, spec, name: name)
        return try MadeUpPolicyReview.review(kind, MadeUpPolicyReview.text(kind.rawValue, name: name, object: object))
    }

    private static func update(_ spec: String, from old: String, metadata: String = "", subResource: String = "") throws -> PolicyReview {
        try MadeUpPolicyReview.review(
            .policy,
            MadeUpPolicyReview.text(
                "ScorePolicy",
                operation: "UPDATE",
                object: MadeUpPolicyReview.object(.policy, spec, metadata: metadata, status: #","status":{"observedGeneration":2}"#),
                old: MadeUpPolicyReview.object(.policy, old),
                subResource: subResource
            )
        )
    }

    /// Specifications of policies of which most are invalid, each in its own way.
    private static let policies = [
        valid, invalid, "{}", "null", #"{"match":{}}"#, #"{"match":{"namespaces":[]},"warn":{"minimumScore":1}}"#,
        #"{"match":{"namespaces":["Shop","x y"]},"warn":{"minimumScore":"1"}}"#,
        #"{"match":{"namespaces":["shop"]},"warn":{"minimumScore":99}}"#, #"{"match":{"namespaces":["shop"]},"warn":{}}"#,
        #"{"match":{"namespaces":["shop"]},"warn":{"require":["Privileged","Nothing"],"forbid":["CapDropAll"]}}"#,
        #"{"match":{"namespaces":["shop"]},"ruleset":"madeup/v9","warn":{"minimumScore":1}}"#,
        #"{"match":{"namespaces":["shop"]},"warn":{"podSecurityStandard":{"level":"strict"}}}"#,
        #"{"match":{"namespaces":["shop"],"namespaceSelector":{"matchLabels":{"-":"x"}}},"warn":{"minimumScore":1}}"#,
        #"{"match":{"namespaces":["shop"]},"enforce":{"minimumScore":5,"from":[{"date":"2030-13-01","minimumScore":6}]}}"#,
        #"{"match":{"namespaces":["shop"]},"warn":{"minimumScore":1},"exempt":{"users":["*"],"groups":["system:authenticated"]}}"#,
        #"{"match":{"namespaces":["shop"]},"warn":{"minimumScore":1},"points":{"Privileged":7}}"#,
        #"{"match":{"namespaces":["shop"]},"warn":{"minimumScore":1},"workloads":"deny","namespaceLabels":"loosen"}"#,
        #"{"match":{"namespaces":["shop"]},"warn":{"minimumScore":1},"guidance":{"runbook":"http://a"}}"#,
    ]

    /// The same for waivers.
    private static let waivers = [
        waiver, "{}", #"{"match":{"namespaces":["shop"]},"rules":[],"expires":"soon","owner":" ","reason":""}"#,
        #"{"match":{"namespaces":["shop"],"pods":[]},"rules":["SystemMastersBound"],"expires":"2030-01-01","owner":"o","reason":"r"}"#,
        #"{"match":{"namespaces":["shop"]},"minimumScore":3,"expires":"2030-01-01","owner":"o","reason":"r"}"#,
    ]

    @Test(arguments: policies.map { (PolicyKind.policy, $0) } + waivers.map { (.waiver, $0) })
    func `An object is denied with the errors of podscore policy check, and with no others`(kind: PolicyKind, spec: String) throws {
        let document = #"{"apiVersion":"podscore.dev/v1alpha1","kind":"\#(kind.rawValue)","metadata":{"name":"a"},"spec":\#(spec)}"#
        let checked = PolicyText.problems(files: [("p", document)], knowingLabels: true).filter { !$0.contains(": warning: ") }
        // Behind the name, the line and the column.
        let errors = checked.map { $0.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? "" }
        let review = try Self.create(spec, kind: kind)
        #expect(review.isValid == errors.isEmpty)
        #expect((review.denial?.causes.map(\.message) ?? []) == errors)
        for error in errors { #expect(review.denial?.message.contains(error) == true) }
    }

    @Test func `A denial names the object and the path of each field`() throws {
        let denial = try #require(
            try Self.create(#"{"match":{"namespaces":["shop"]},"enforce":{"minimumScor":1},"warn":{"require":["Nothing"]}}"#).denial
        )
        #expect(denial.code == 422 && denial.reason == "Invalid")
        #expect(denial.subject == AdmissionResponse.Status.Subject(group: "podscore.dev", kind: "ScorePolicy", name: "a"))
        #expect(denial.message.hasPrefix("ScorePolicy a is invalid: spec.enforce.minimumScor: unknown field"))
        #expect(denial.message.contains("; spec.warn.require[0]: unknown rule"))
        #expect(denial.causes.map(\.field).contains("spec.enforce.minimumScor"))
        #expect(denial.causes.map(\.field).contains("spec.warn.require[0]"))
        #expect(denial.causes.allSatisfy { $0.reason == "FieldValueInvalid" })
        let body = Array(MadeUpPolicyReview.text("ScorePolicy", object: "{}").utf8)
        let answer = String(decoding: try AdmissionEnvelope(parsing: body.span).answer(denying: denial), as: UTF8.self)
        #expect(answer.contains(#""details":{"name":"a","group":"podscore.dev","kind":"ScorePolicy","causes":[{"reason":"#))
    }

    @Test func `An object that is larger than a server reads is denied, unless the stored one is so too`() throws {
        let large =
            #"{"match":{"namespaces":["shop"]},"enforce":{"minimumScore":1},"note":""#
            + String(repeating: "x", count: PolicyReview.objectByteLimit) + #""}"#
        let line = "the object is larger than 2097152 bytes"
        #expect(try Self.create(large).denial?.message == "ScorePolicy a is invalid: \(line)")
        #expect(try Self.update(large, from: Self.valid).denial != nil)
        #expect(try Self.update(large, from: large).warningsOfUnchanged == ["ScorePolicy a is invalid, as it was before: \(line)"])
        #expect(try Self.update(Self.valid, from: large).isValid)
    }

    @Test func `A selector is allowed, since objects belong to a cluster`() throws {
        let spec = #"{"match":{"namespaceSelector":{"matchLabels":{"team":"a"}}},"warn":{"minimumScore":1}}"#
        #expect(try Self.create(spec).isValid)
    }

    @Test func `The name in the object counts while the request has none`() throws {
        let object = MadeUpPolicyReview.object(.policy, Self.invalid, name: "generated")
        let review = try MadeUpPolicyReview.review(.policy, MadeUpPolicyReview.text("ScorePolicy", name: "", object: object))
        #expect(review.denial?.message.hasPrefix("ScorePolicy generated is invalid: ") == true)
    }

    @Test(arguments: ["1", "[]", #""x""#, #"{"spec":1}"#, "{}", #"{"metadata":1}"#, #"{"metadata":{"labels":[1]}}"#])
    func `Something else than an object is denied`(object: String) throws {
        let review = try MadeUpPolicyReview.review(.policy, MadeUpPolicyReview.text("ScorePolicy", object: object))
        #expect(review.denial?.causes.isEmpty == false)
        #expect(review.denial?.causes.allSatisfy { !$0.field.isEmpty } == true)
    }

    @Test func `A review without an object is denied`() throws {
        let review = try MadeUpPolicyReview.review(.policy, MadeUpPolicyReview.text("ScorePolicy", object: nil))
        #expect(review.denial?.message == "ScorePolicy a is invalid: the review has no object")
    }

    @Test func `An invalid change is denied, and a valid one has the stored version beside it`() throws {
        #expect(try Self.update(Self.invalid, from: Self.valid).denial != nil)
        let changed = #"{"match":{"namespaces":["shop"]},"enforce":{"minimumScore":2}}"#
        guard case .valid(_, let old) = try Self.update(changed, from: Self.valid) else {
            Issue.record("not valid")
            return
        }
        guard case .policy(let policy) = old?.content else {
            Issue.record("no stored version")
            return
        }
        #expect(policy.enforce?.minimumScore == 1)
    }

    @Test func `An invalid stored version can be replaced by a valid one`() throws {
        guard case .valid(_, let old) = try Self.update(Self.valid, from: Self.invalid) else {
            Issue.record("not valid")
            return
        }
        #expect(old == nil)
    }

    @Test func `A change of metadata or status alone is allowed, whatever the object`() throws {
        let reordered = #"{"enforce":{"minimumScor":1},"match":{"namespaces":["shop"]}}"#
        for spec in [Self.invalid, reordered] {
            let warnings = try Self.update(spec, from: Self.invalid, metadata: #","labels":{"a":"b"}"#).warningsOfUnchanged
            #expect(warnings?.first?.hasPrefix("ScorePolicy a is invalid, as it was before: spec.enforce.minimumScor: ") == true)
        }
        #expect(try Self.update(Self.valid, from: Self.valid).warningsOfUnchanged == [])
        #expect(try Self.update(Self.invalid, from: Self.valid, subResource: "status").warningsOfUnchanged == [])
    }

    @Test func `A change of the order of a list is a change`() throws {
        let (one, two) = (#"["A","B"]"#, #"["B","A"]"#)
        func spec(_ names: String) -> String { #"{"match":{"namespaces":\#(names)},"warn":{"minimumScore":1}}"# }
        #expect(try Self.update(spec(two), from: spec(one)).denial != nil)
    }

    @Test func `An object that is being deleted can lose its finalizers`() throws {
        let metadata = #","deletionTimestamp":"2026-11-29T00:00:00Z""#
        #expect(try Self.update(Self.invalid, from: Self.valid, metadata: metadata).warningsOfUnchanged == [])
    }

    @Test(arguments: ["DELETE", "CONNECT"])
    func `A deletion is never denied`(operation: String) throws {
        let old = MadeUpPolicyReview.object(.policy, Self.invalid)
        let text = MadeUpPolicyReview.text("ScorePolicy", operation: operation, object: nil, old: old)
        #expect(try MadeUpPolicyReview.review(.policy, text).warningsOfUnchanged == [])
    }

    @Test func `Fields that the API server writes are no errors`() throws {
        let metadata = #","generation":2,"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"},"ownerReferences":[]"#
        let object = MadeUpPolicyReview.object(.policy, Self.valid, metadata: metadata, status: #","status":{"conditions":[]}"#)
        #expect(try MadeUpPolicyReview.review(.policy, MadeUpPolicyReview.text("ScorePolicy", object: object)).isValid)
    }

    @Test func `Warnings are on visible lines, and at most as long as the API server shows`() throws {
        let body = Array(MadeUpPolicyReview.text("ScorePolicy", object: "{}").utf8)
        let request = try AdmissionEnvelope(parsing: body.span)
        let warnings = ["a\u{1B}b", String(repeating: "x", count: 300)] + (0..<20).map { "\($0)" + String(repeating: "y", count: 250) }
        let text = String(decoding: request.answer(warnings: warnings), as: UTF8.self)
        #expect(text.hasPrefix(#"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u1","allowed":true,"#))
        #expect(!text.utf8.contains(0x1B) && text.utf8.count < 3_000)
        #expect(text.contains(#" more""#))
    }
}
