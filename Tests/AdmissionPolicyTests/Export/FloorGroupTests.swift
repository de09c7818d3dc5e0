import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The demands that the floor makes, and where waivers take them away.
struct FloorGroupTests {
    private static let policy = ScorePolicy(
        name: "all",
        namespaces: [NamePattern("*")],
        ruleset: MadeUp.ruleset,
        enforce: .asking(
            4,
            require: ["NonRoot", "DropsAll"],
            forbid: ["Privileged", "Cheap"],
            standard: PodSecurityStandard(.baseline, .latest)
        )
    )

    private static func waiver(_ name: String, _ namespaces: [String], _ rules: String..., minimum: Int? = nil) -> ScoreWaiver {
        var waiver = ScoreWaiver.of(named: name) { $0 = .init(namespaces: namespaces.map { NamePattern($0) }) }
        waiver.rules = rules
        waiver.minimumScore = minimum
        return waiver
    }

    private static func groups(minimum: Int? = nil, _ waivers: ScoreWaiver...) -> [FloorGroup] {
        FloorGroup.groups(of: policy, minimum: minimum, on: .today, beside: waivers)
    }

    @Test func `Without waivers all demands of enforce are made everywhere, and no minimum`() throws {
        let groups = Self.groups()
        #expect(groups.map(\.waived) == [[]])
        let enforce = try #require(Self.policy.enforce)
        let level = groups[0].level(of: enforce)
        #expect(level.require == ["NonRoot", "DropsAll"])
        #expect(level.forbid == ["Privileged", "Cheap"])
        #expect(level.podSecurityStandard == enforce.podSecurityStandard)
        #expect(level.minimumScore == nil)
        #expect(groups[0].minimum == nil)
        #expect(groups[0].omittedChecks(of: enforce).isEmpty)
    }

    @Test func `Demands that the same waivers name are together`() throws {
        let groups = Self.groups(
            Self.waiver("a", ["monitoring", "log-*"], "Privileged", "NonRoot", "baseline/privileged"),
            Self.waiver("b", ["batch"], "NonRoot")
        )
        #expect(groups.map { $0.waived.map(\.text) } == [[], ["batch", "log-*", "monitoring"], ["log-*", "monitoring"]])
        #expect(groups[1].ids == ["NonRoot"])
        #expect(groups[2].ids == ["Privileged", "baseline/privileged"])
        let enforce = try #require(Self.policy.enforce)
        #expect(groups[0].omittedChecks(of: enforce) == ["baseline/privileged"])
        #expect(!groups[2].omittedChecks(of: enforce).contains("baseline/privileged"))
        #expect(groups[1].level(of: enforce).podSecurityStandard == nil)
    }

    @Test(arguments: [(3, 3), (4, 4), (9, 4), (-2, -2)])
    func `The minimum is at most that of enforce`(asked: Int, minimum: Int) {
        #expect(Self.groups(minimum: asked).map(\.minimum) == [FloorMinimum(score: minimum, lower: [])])
    }

    @Test func `No minimum is demanded where a waiver can raise the score`() {
        let groups = Self.groups(minimum: 3, Self.waiver("a", ["monitoring"], "HostPID"), Self.waiver("b", ["batch"], "DropsAny", "Cheap"))
        // HostPID deducts points, and no level forbids it. Cheap deducts none.
        #expect(groups.map { $0.waived.map(\.text) } == [[], ["batch"], ["monitoring"]])
        #expect(groups.map { $0.minimum?.score } == [nil, nil, 3])
        #expect(groups[1].ids == ["Cheap"])
        #expect(groups[2].ids.isEmpty)
    }

    @Test func `A waiver with a minimum lowers it in its Namespaces`() throws {
        let minimum = try #require(
            Self.groups(
                minimum: 3,
                Self.waiver("a", ["x", "y*"], minimum: 1),
                Self.waiver("b", ["y*"], minimum: -5),
                Self.waiver("c", ["*"], minimum: 3)
            ).first?.minimum
        )
        #expect(["x", "y", "z"].map { minimum.score(in: $0) } == [1, -5, 3])
        let expression = "request.namespace.startsWith('y') ? -5 : request.namespace == 'x' || request.namespace.startsWith('y') ? 1 : 3"
        #expect(minimum.compiled == .expression(expression))
    }
}
