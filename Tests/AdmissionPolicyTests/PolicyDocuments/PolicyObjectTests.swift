import AdmissionPolicy
import KubernetesAPI
import Testing

/// Reading objects of a cluster, one by one.
struct PolicyObjectTests {
    private static let serverMetadata =
        #""uid":"u","resourceVersion":"7","generation":3,"creationTimestamp":"2026-11-28T08:09:37Z","annotations":{"a":"b"},"#
        + #""labels":{"l":"v"},"finalizers":["f"],"ownerReferences":[{"kind":"X"}],"#
        + #""managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{".":{}}}}]"#

    private static func read(
        _ spec: String,
        kind: PolicyKind = .policy,
        name: String = "a",
        members: String = ""
    ) -> Result<PolicyObject, ObjectRejection> {
        let text =
            #"{"apiVersion":"podscore.dev/v1alpha1","kind":"\#(kind.rawValue)","metadata":{"name":"\#(name)",\#(serverMetadata)},"#
            + #""spec":\#(spec)\#(members)}"#
        return read(text: text, kind: kind)
    }

    private static func read(text: String, kind: PolicyKind = .policy) -> Result<PolicyObject, ObjectRejection> {
        let identity = PolicyObject.Identity(
            kind: kind,
            name: "a",
            uid: "u",
            resourceVersion: "7",
            creationTimestamp: "2026-11-28T08:09:37Z"
        )
        let reader = PolicyReader(rulesets: MadeUpRulesets.rulesets, defaultRuleset: MadeUpRulesets.current)
        return reader.read(Array(text.utf8).span, as: identity)
    }

    private static func lines(_ result: Result<PolicyObject, ObjectRejection>) -> [String] {
        if case .failure(let rejection) = result { rejection.lines } else { [] }
    }

    @Test func `A policy is read with all that an API server adds to it`() throws {
        let members = #","status":{"conditions":[{"type":"Ready","status":"True"}],"enforc":1}"#
        let object = try Self.read(#"{"match":{"namespaces":["pay"]},"warn":{"minimumScore":1}}"#, members: members).get()
        guard case .policy(let policy) = object.content else {
            Issue.record("not a policy")
            return
        }
        #expect(policy.name == "a")
        #expect(policy.namespaces.map(\.text) == ["pay"])
        #expect(policy.warn?.minimumScore == 1)
        #expect(object.identity.description == "ScorePolicy a")
        #expect(object.warnings.isEmpty)
    }

    @Test func `A waiver is read, and its end is not part of the reading`() throws {
        let object = try Self.read(
            #"{"match":{"namespaces":["pay"]},"rules":["CapDropAll"],"expires":"2020-01-01","owner":"o","reason":"r"}"#,
            kind: .waiver
        ).get()
        guard case .waiver(let waiver) = object.content else {
            Issue.record("not a waiver")
            return
        }
        #expect(waiver.expires.description == "2020-01-01")
        #expect(!object.warnings.contains { $0.contains("expired") })
    }

    @Test(arguments: [
        (#"{"match":{"namespaces":["x"]},"warn":{"minimumScor":1}}"#, "spec.warn.minimumScor: unknown field \"minimumScor\" in warn"),
        (#"{"match":{"namespaces":["x","Y"]},"warn":{"minimumScore":1}}"#, "spec.match.namespaces[1]: invalid namespace \"Y\""),
        (#"{"match":{"namespaces":["x"]}}"#, "spec: the policy has no level"),
        (#"{"match":{"namespaces":["x"]},"warn":{"minimumScore":"1"}}"#, "spec.warn.minimumScore: minimumScore must be an integer"),
    ])
    func `An invalid object is rejected with the path of the field`(spec: String, beginning: String) {
        let lines = Self.lines(Self.read(spec))
        #expect(lines.first?.hasPrefix(beginning) == true, "\(lines)")
    }

    @Test(arguments: [
        (#"{"match":{"namespaces":["x"]},"warn":{"minimumScore":1,"new":2}}"#, true),
        (#"{"match":{"namespaces":["x"]},"warn":{"minimumScore":1,"new":2},"newer":{}}"#, true),
        (#"{"match":{"namespaces":["x"]},"warn":{"minimumScore":"1","new":2}}"#, false),
        (#"{"match":{"namespaces":["x"]}}"#, false),
    ])
    func `A rejection says whether a newer version of the program may know all that is wrong`(spec: String, expected: Bool) {
        guard case .failure(let rejection) = Self.read(spec) else {
            Issue.record("not rejected")
            return
        }
        #expect(rejection.hasOnlyUnknownFields == expected, "\(rejection.lines)")
    }

    @Test func `A rejection says what was probably meant`() {
        let lines = Self.lines(Self.read(#"{"match":{"namespaces":["x"]},"warn":{"minimumScor":1}}"#))
        #expect(lines.first?.hasSuffix("; did you mean minimumScore?") == true)
    }

    @Test func `All reasons are reported, up to a limit`() {
        let namespaces = (0..<40).map { #""N\#($0)""# }.joined(separator: ",")
        let lines = Self.lines(Self.read(#"{"match":{"namespaces":[\#(namespaces)]},"warn":{"minimumScore":1}}"#))
        #expect(lines.count == 21)
        #expect(lines.last == "and 20 more")
    }

    @Test func `A name with dots, which Kubernetes allows for objects, is rejected`() {
        let lines = Self.lines(Self.read(#"{"match":{"namespaces":["x"]},"warn":{"minimumScore":1}}"#, name: "a.b"))
        #expect(lines == [#"metadata.name: invalid name "a.b": may contain only a-z, 0-9 and -"#])
    }

    @Test(arguments: [#"{"a":"#, "[]", "", "null", #"{"metadata":{}}"#, String(repeating: #"{"a":"#, count: 1_000)])
    func `Any other text is rejected`(text: String) {
        #expect(!Self.lines(Self.read(text: text)).isEmpty)
    }

    @Test func `An object of another kind is rejected`() {
        let text =
            #"{"apiVersion":"podscore.dev/v1alpha1","kind":"ScoreWaiver","metadata":{"name":"a"},"spec":{"match":{"namespaces":["x"]},"#
            + #""rules":["CapDropAll"],"expires":"2030-01-01","owner":"o","reason":"r"}}"#
        #expect(Self.lines(Self.read(text: text)) == ["not a ScorePolicy"])
    }

    @Test func `An object of a list may lack its kind`() throws {
        let text = #"{"metadata":{"name":"a"},"spec":{"match":{"namespaces":["x"]},"warn":{"minimumScore":1}}}"#
        #expect(throws: Never.self) { try Self.read(text: text).get() }
    }

    @Test func `A rejected version leaves the last valid one, and a valid one replaces both`() throws {
        let good = Self.read(#"{"match":{"namespaces":["x"]},"warn":{"minimumScore":1}}"#)
        let bad = Self.read("{}")
        let first = PolicyObjectState(good, after: nil)
        #expect(first.accepted != nil && first.rejection == nil)
        let second = PolicyObjectState(bad, after: first)
        #expect(second.accepted == first.accepted && second.rejection != nil)
        let third = PolicyObjectState(bad, after: nil)
        #expect(third.accepted == nil && third.rejection != nil)
        #expect(PolicyObjectState(good, after: second).rejection == nil)
    }
}
