import AdmissionPolicy
import KubernetesAPI
import Platform
import Testing

@testable import ClusterController

/// The status of an object beside the one that is stored.
struct ObjectStatusTests {
    private typealias Fixture = StatusFixture

    private static let time = "2026-11-29T10:00:00Z"
    private static let later = "2026-11-29T10:15:00Z"

    private static func findings(_ object: PolicyObjectState, namespaces: [String]? = ["x"]) throws -> ObjectFindings {
        try #require(Fixture.findings([object], namespaces: namespaces.map { Fixture.directory($0) }).first)
    }

    /// The status after it was written and read again.
    private static func stored(_ status: ObjectStatus) throws -> ObjectStatus {
        let identity = try #require(Fixture.policy("a", #""x""#).newest)
        return try ObjectStatus(reading: status.applied(to: identity, resourceVersion: "7").span)
    }

    private static func first(_ object: PolicyObjectState) throws -> ObjectStatus {
        try findings(object).status(of: 3, after: ObjectStatus(), at: time)
    }

    @Test func `A status that was written is the one that is read, and a second pass writes nothing`() throws {
        let first = try Self.first(Fixture.waiver("w"))
        let stored = try Self.stored(first)
        #expect(stored == first)
        let second = try Self.findings(Fixture.waiver("w")).status(of: 3, after: stored, at: Self.later)
        #expect(second.isContained(in: stored))
    }

    @Test func `The body is that of server-side apply with a version`() throws {
        let identity = try #require(Fixture.policy("a", #""x""#).newest)
        var status = ObjectStatus()
        (status.observedGeneration, status.namespaces) = (3, MatchedNamespaces(count: 1, names: ["x"]))
        status.conditions = [
            .init(
                type: "Ready",
                status: "True",
                reason: "InForce",
                message: "in force",
                observedGeneration: 3,
                lastTransitionTime: Self.time
            )
        ]
        #expect(
            String(decoding: status.applied(to: identity, resourceVersion: "8"), as: UTF8.self)
                == #"{"apiVersion":"podscore.dev/v1alpha1","kind":"ScorePolicy","metadata":{"name":"a","resourceVersion":"8"},"status":{"#
                + #""observedGeneration":3,"matchedNamespaces":1,"namespaces":["x"],"conditions":[{"type":"Ready","status":"True","#
                + #""reason":"InForce","message":"in force","observedGeneration":3,"lastTransitionTime":"2026-11-29T10:00:00Z"}]}}"#
        )
    }

    @Test func `The time of a condition moves only when it is met and was not, or the other way round`() throws {
        let first = try Self.stored(Self.first(Fixture.policy("a", #""x""#)))
        // Another reason of a condition that stays as it is, and another generation.
        let conflicting = [Fixture.policy("a", #""x""#, created: 20), Fixture.policy("b", #""x""#)]
        let conflict = try #require(Fixture.findings(conflicting).first)
        let second = try Self.stored(conflict.status(of: 3, after: first, at: Self.later))
        #expect(second["Ready"]?.lastTransitionTime == Self.later)
        #expect(second["Ready"]?.status == "False")
        let invalid = try Self.findings(Fixture.object("a", "{}")).status(of: 4, after: second, at: "2026-11-29T11:00:00Z")
        #expect(invalid["Ready"]?.lastTransitionTime == Self.later)
        #expect(invalid["Ready"]?.reason == "Invalid")
        #expect(invalid["Ready"]?.observedGeneration == 4)
        #expect(!invalid.isContained(in: second))
    }

    @Test func `Conditions of others are not touched, and those of ours are repaired`() throws {
        let right = try Self.first(Fixture.policy("a", #""x""#))
        var other = right
        other.conditions.append(.init(type: "example.com/Reviewed", status: "True", reason: "Yes"))
        #expect(right.isContained(in: other))
        var edited = right
        edited.conditions[0].message = "edited by hand"
        #expect(!right.isContained(in: edited))
    }

    @Test func `Namespaces that are not known: those of the stored status stay, unless they are of an older generation`() throws {
        let unknown = try Self.findings(Fixture.policy("a", #""x""#), namespaces: nil)
        let stored = try Self.first(Fixture.policy("a", #""x""#))
        #expect(unknown.status(of: 3, after: stored, at: Self.later).namespaces == MatchedNamespaces(count: 1, names: ["x"]))
        #expect(unknown.status(of: 4, after: stored, at: Self.later).namespaces == nil)
    }

    @Test(arguments: [
        "{}", #"{"status":null}"#, #"{"status":{}}"#, #"{"status":{"conditions":null}}"#, #"{"status":{"conditions":[null]}}"#,
        #"{"status":{"observedGeneration":null,"namespaces":null}}"#,
    ])
    func `An object without a status, or with an empty one`(text: String) throws {
        let status = try ObjectStatus(reading: Array(text.utf8).span)
        #expect(status.observedGeneration == 0)
        #expect(status.namespaces == nil)
        #expect(status["Ready"] == nil)
    }

    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00Z"), (951_827_696, "2000-02-29T12:34:56Z"), (-1, "1969-12-31T23:59:59Z"),
        (1_795_996_800, "2026-11-30T00:00:00Z"),
    ])
    func `Times have seconds`(seconds: Int64, expected: String) {
        #expect(UnixTime(seconds: seconds).inSeconds == expected)
    }
}
