import PodScoring
import Testing

@testable import AdmissionPolicy

/// Joining policies that select Namespaces by labels.
struct SelectorJoinTests {
    private static func policy(_ name: String, _ key: String) -> ScorePolicy {
        ScorePolicy(
            name: name,
            namespaces: [],
            namespaceSelector: NamespaceSelector([NamespaceSelector.Requirement(key, .exists)]),
            ruleset: MadeUpRulesets.current
        )
    }

    private static func object(_ name: String, _ key: String, created: String) -> PolicyObject {
        let identity = PolicyObject.Identity(kind: .policy, name: name, uid: name, resourceVersion: "1", creationTimestamp: created)
        return PolicyObject(identity: identity, content: .policy(policy(name, key)))
    }

    private static let objects = [
        object("young", "team", created: "2026-02-01T00:00:00Z"), object("old", "team", created: "2026-01-01T00:00:00Z"),
        object("other", "tier", created: "2026-03-01T00:00:00Z"),
    ]

    @Test func `Of equal selectors the older object wins, and others are not touched`() {
        for objects in [Self.objects, Self.objects.reversed()] {
            let join = PolicyJoin(policies: [], waivers: [], objects: objects)
            #expect(join.policies.map(\.name) == ["old", "other"])
            #expect(join.losers.map(\.object.identity.name) == ["young"])
            #expect(
                join.losers.first?.conflict.description
                    == "policy old of the cluster also selects \"team\", and the older object wins"
            )
        }
    }

    @Test func `A file wins over an object with an equal selector`() {
        let join = PolicyJoin(policies: [Self.policy("file", "team")], waivers: [], objects: Self.objects)
        #expect(join.policies.map(\.name) == ["file", "other"])
        #expect(join.losers.map(\.object.identity.name) == ["old", "young"])
    }

    @Test func `The number of selectors is limited, and older objects win`() {
        let many = (0...PolicyConflicts.selectorLimit).map { Self.object("p\($0)", "k\($0)", created: "2026-01-01T00:00:00Z") }
        let join = PolicyJoin(policies: [], waivers: [], objects: many)
        #expect(join.policies.count == PolicyConflicts.selectorLimit)
        #expect(join.losers.map(\.conflict) == [.tooManySelectors(limit: PolicyConflicts.selectorLimit)])
    }

    @Test func `Equally specific selectors that one Namespace can match are named at the later policy, also beside a file`() {
        let join = PolicyJoin(policies: [Self.policy("file", "zone")], waivers: [], objects: Self.objects)
        #expect(join.overlaps.map(\.object.name) == ["old", "other"])
        #expect(
            join.overlaps.first?.description
                == "selects \"team\" and policy file \"zone\", which are equally specific; "
                + "policy file applies to a Namespace that both select"
        )
        #expect(PolicyJoin(policies: [], waivers: [], objects: Array(Self.objects.prefix(2))).overlaps.isEmpty)
    }

    @Test func `The search for overlaps ends after a number of steps`() {
        let many = (0..<PolicyConflicts.selectorLimit).map { number in
            let values = (0..<200).map { "v\(number)-\($0)" }
            let selector = NamespaceSelector([NamespaceSelector.Requirement("team", .isNoneOf(values))])
            let policy = ScorePolicy(name: "p\(number)", namespaces: [], namespaceSelector: selector, ruleset: MadeUpRulesets.current)
            let identity = Self.object("p\(number)", "team", created: "2026-01-01T00:00:00Z").identity
            return PolicyObject(identity: identity, content: .policy(policy))
        }
        // Each comparison of two selectors with 201 requirements and values takes the square of their sum.
        let count = PolicyConflicts.meetingStepLimit / (402 * 402)
        #expect(PolicyJoin(policies: [], waivers: [], objects: many).overlaps.count == count)
    }
}
