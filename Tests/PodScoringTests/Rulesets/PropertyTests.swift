import KubernetesAPI
import PodScoring
import TestSupport
import Testing

/// Properties of every Pod, tested with generated Pods.
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

    /// An exception is a request of zero, which a limit does not replace.
    @Test(arguments: Ruleset.all)
    func `An implied rule holds if the rule holds`(ruleset: Ruleset) {
        var numbers = SeededNumbers(seed: 2)
        for _ in 0..<2_000 {
            let pod = numbers.pod()
            let report = Scorer(ruleset).score(ScoringSubject(pod: pod))
            for result in report.results where result.outcome == .holds {
                for implied in report.entry(of: result).implies {
                    if implied.hasPrefix("Requests"), pod.asksForNothing { continue }
                    #expect(report.outcome(ofRule: implied) == .holds, "\(implied)")
                }
            }
        }
    }

    @Test func `A template scores the same under every workload kind`() throws {
        var numbers = SeededNumbers(seed: 3)
        for round in 0..<500 {
            let pod = numbers.pod()
            let annotations = numbers.annotations()
            let reports = WorkloadKind.allCases.map { kind in
                Scorer(.podscoreV1).score(ScoringSubject(KubernetesObject(kind, around: pod, annotations), context: .authored))
            }
            let first = try #require(reports.first)
            for report in reports {
                #expect(report.score == first.score && report.bestPossibleScore == first.bestPossibleScore, "round \(round)")
                let outcomes = report.results.filter { report.entry(of: $0).points != 0 }.map(\.outcome)
                #expect(outcomes == first.results.map(\.outcome), "round \(round)")
            }
        }
    }

    /// The requests of a Pod with Pod-level limits are an exception, which two rules name as their blind spot.
    @Test func `A Pod has the same score in a manifest and as the API server stores it`() throws {
        var numbers = SeededNumbers(seed: 4)
        var exceptions = 0
        for round in 0..<4_000 {
            let pod = numbers.pod()
            let annotations = numbers.annotations()
            let raw = Scorer(.podscoreV1).score(ScoringSubject(pod: pod, annotations: annotations))
            let admitted = ScoringSubject(pod: pod.stored(annotations), annotations: annotations, context: .admittedPod)
            let stored = Scorer(.podscoreV1).score(admitted)
            #expect(raw.results.count == stored.results.count && raw.bestPossibleScore == stored.bestPossibleScore)
            var gained = 0
            for (before, after) in zip(raw.results, stored.results) where (before.outcome == .holds) != (after.outcome == .holds) {
                let entry = raw.entry(of: before)
                let isSaid = entry.rule.blindSpot?.contains("API server derives the Pod-level request") ?? false
                #expect(isSaid && pod.hasLimits, "\(entry.rule.id) in round \(round)")
                gained += after.outcome == .holds ? entry.points : -entry.points
                exceptions += 1
            }
            #expect(raw.score + gained == stored.score, "round \(round)")
        }
        #expect(exceptions > 0)
    }
}

extension KubernetesObject {
    /// An object of a kind with a Pod spec.
    fileprivate init(_ kind: WorkloadKind, around pod: PodSpec, _ annotations: [Annotation]) {
        self.init()
        self.kind = kind.rawValue
        guard kind != .pod else {
            metadata.annotations = annotations
            content = .pod(pod)
            return
        }
        var template = PodTemplateSpec()
        template.metadata.annotations = annotations
        template.spec = pod
        content = .template(template, volumeClaimTemplates: [])
    }
}

extension PodSpec {
    /// Whether the Pod or a container has a request of zero.
    fileprivate var asksForNothing: Bool {
        let all = [resources.requests] + (containers + initContainers).map(\.resources.requests)
        return all.contains { $0.cpu == .quantity(Quantity("0")) || $0.memory == .quantity(Quantity("0")) }
    }
}
