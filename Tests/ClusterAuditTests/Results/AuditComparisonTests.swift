import AdmissionPolicy
import KubernetesAPI
import Testing

@testable import ClusterAudit

/// Pods that are decided by two sets of policies at once.
struct AuditComparisonTests {
    /// A decider by a policy and by another one.
    private static func decider(_ policy: String, comparedWith other: String, and others: String = "") throws -> AuditDecider {
        let (policies, other) = (try WaiverFixtures.decider(policy).policies, try WaiverFixtures.decider(other, and: others).policies)
        return AuditDecider(policies: policies, comparedWith: other, namespaces: nil, today: WaiverFixtures.today)
    }

    private static func owners(of pods: [KubernetesObject], by decider: AuditDecider) -> [AuditedOwner] {
        var fold = AuditFold(decidingBy: decider)
        for pod in pods {
            var facts = RunningFacts()
            facts.uid = pod.metadata.name
            facts.controller = ControllerReference()
            facts.controller?.apiVersion = "example.com/v1"
            facts.controller?.kind = "Fleet"
            facts.controller?.name = "web"
            fold.add(pod: RunningObject(object: pod, facts: facts), knowing: OwnerDirectory())
        }
        fold.settle(knowing: OwnerDirectory())
        return fold.audited()
    }

    @Test func `The worst decision of each side counts, whichever Pods they are about`() throws {
        let decider = try Self.decider("enforce: {require: [RunAsNonRoot]}", comparedWith: "enforce: {forbid: [HostPID]}")
        let pods = [
            try WaiverFixtures.pod("{hostPID: true, securityContext: {runAsNonRoot: true}, containers: [{name: c, image: a}]}", name: "a"),
            try WaiverFixtures.pod("{containers: [{name: c, image: a}]}", name: "b"),
            try WaiverFixtures.pod("{securityContext: {runAsNonRoot: true}, containers: [{name: c, image: a}]}", name: "c"),
        ]
        let owner = try #require(Self.owners(of: pods, by: decider).first)
        #expect(owner.podCount == 3)
        #expect(owner.worst.decision.violations.map(\.id) == ["RunAsNonRoot"])
        #expect(owner.worstOther?.violations.map(\.id) == ["HostPID"])
        // Two of them are equal by the first policy, and differ by the second.
        #expect(owner.results.count == 3)
    }

    @Test func `Waivers of either side that name Pods tell Pods with the same content apart`() throws {
        let waiver = """
            apiVersion: podscore.dev/v1alpha1
            kind: ScoreWaiver
            metadata: {name: w}
            spec: {match: {namespaces: [payments], pods: [a]}, rules: [RunAsNonRoot], expires: 2027-12-31, owner: a, reason: b}

            """
        let demand = "enforce: {require: [RunAsNonRoot]}"
        let pods = try ["a", "b"].map { try WaiverFixtures.pod("{containers: [{name: c, image: a}]}", name: $0) }
        let decider = try Self.decider(demand, comparedWith: demand, and: waiver)
        #expect(Self.owners(of: pods, by: decider).map { $0.worstOther?.outcome } == [.deny])
        #expect(Self.owners(of: [pods[0]], by: decider).map { $0.worstOther?.outcome } == [.allow])
    }

    @Test func `Without a comparison there is no other decision`() throws {
        let decider = try WaiverFixtures.decider("enforce: {require: [RunAsNonRoot]}")
        let pods = [try WaiverFixtures.pod("{containers: [{name: c, image: a}]}")]
        #expect(Self.owners(of: pods, by: decider).allSatisfy { $0.worstOther == nil })
    }
}
