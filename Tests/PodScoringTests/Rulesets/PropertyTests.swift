import KubernetesAPI
import PodScoring
import Testing

/// What holds for every Pod, tried on generated ones.
@Suite struct PropertyTests {
    private static let annotations = [Annotation(name: Annotation.appArmorPrefix + "helper", value: "runtime/default")]

    @Test(arguments: ContainerList.allCases)
    func `Adding a container never raises the score`(list: ContainerList) {
        var numbers = SeededNumbers(seed: 20_240_817)
        let scorer = Scorer(.podscoreV1)
        for round in 0..<2_000 {
            let pod = numbers.pod()
            var larger = pod
            let container = numbers.container()
            switch list {
            case .initContainers: larger.initContainers.insert(container, at: 0)
            case .containers: larger.containers.append(container)
            case .ephemeralContainers: larger.ephemeralContainers.append(container)
            }
            let before = scorer.score(ScoringSubject(pod: pod, annotations: Self.annotations)).score
            let after = scorer.score(ScoringSubject(pod: larger, annotations: Self.annotations)).score
            #expect(after <= before, "round \(round)")
        }
    }

    @Test func `No Pod scores more than the best possible score`() {
        var numbers = SeededNumbers(seed: 1)
        for ruleset in Ruleset.all {
            for _ in 0..<500 {
                let report = Scorer(ruleset).score(ScoringSubject(pod: numbers.pod()))
                #expect(report.score <= report.bestPossibleScore)
            }
        }
    }

    /// No generated Pod asks for less than its limit in so many words; one that asks for nothing on purpose is told so.
    @Test func `What a rule implies holds once the rule does`() {
        var numbers = SeededNumbers(seed: 2)
        for _ in 0..<2_000 {
            let report = Scorer(.podscoreV1).score(ScoringSubject(pod: numbers.pod()))
            for result in report.results where result.outcome == .holds {
                for implied in report.entry(of: result).rule.implies {
                    #expect(report.outcome(ofRule: implied) == .holds)
                }
            }
        }
    }
}
