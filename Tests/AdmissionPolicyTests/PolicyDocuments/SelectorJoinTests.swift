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
}
