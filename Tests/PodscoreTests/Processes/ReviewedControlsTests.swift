import PodScoring
import TestSupport
import Testing

extension Processes {
    /// `podscore review` and `podscore scan` for objects that pass kubesec but violate a demand.
    @Suite struct ReviewedControlsTests {
        private static func policy(_ pair: ControlPair) -> String {
            """
            apiVersion: podscore.dev/v1alpha1
            kind: ScorePolicy
            metadata: {name: p}
            spec:
              match: {namespaces: ["*"]}
              ruleset: \(pair.ruleset.name)
              enforce: {\(pair.rule.polarity == .positive ? "require" : "forbid"): [\(pair.rule.id)]}
              workloads: enforce

            """
        }

        @Test(arguments: ControlPair.all)
        func `A review denies an object that only violates the demand`(pair: ControlPair) throws {
            let folder = try ScratchFolder()
            let policy = try folder.write(Self.policy(pair), to: "policy.yaml")
            let reviews = try [ControlPair.Side.violating, .meeting].enumerated().map { number, side in
                try folder.write(pair.review(side), to: "\(number).json")
            }
            let run = try Run(Run.podscore, ["review", "--policy", policy] + reviews)
            #expect(run.status == 1 && run.errors.isEmpty, "\(run.errors)")
            #expect(run.lines.count { $0.contains(": deny: ") } == 1 && run.lines.first?.contains(": deny: ") == true, "\(run.output)")
            #expect(run.output.contains(pair.rule.id))
        }
    }
}
