import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The changes that reach a minimum.
struct ShortestWayTests {
    static func way(_ pod: PodSpec, to minimum: Int, mandatory: [String] = []) -> ShortestWay {
        let subject = ScoringSubject(pod: pod)
        return ShortestWay(from: Scorer(MadeUp.ruleset).score(subject), of: subject, to: minimum, mandatory: mandatory)
    }

    static func texts(_ way: ShortestWay) -> [String] {
        way.changes.map { "+\($0.points) \($0.rule)\($0.isMandatory ? "!" : "")" }
    }

    static let nothing = PodSpec.of(.bare("app")) { $0.serviceAccountName = nil }

    @Test(arguments: [
        (0, []), (1, ["+3 Account"]), (3, ["+3 Account"]), (4, ["+3 Account", "+3 DropsAll"]), (6, ["+3 Account", "+3 DropsAll"]),
        (7, ["+3 Account", "+3 DropsAll", "+1 NonRoot"]), (8, ["+3 Account", "+3 DropsAll", "+1 NonRoot", "+1 RequestsCPU"]),
    ]) func `The changes that bring the most come first, with what they imply`(minimum: Int, expected: [String]) {
        #expect(Self.texts(Self.way(Self.nothing, to: minimum)) == expected)
    }

    @Test func `Mandatory changes come first, even if the score is above the minimum`() {
        let way = Self.way(Self.nothing, to: 4, mandatory: ["RequestsCPU", "NonRoot", "Unheard"])
        #expect(Self.texts(way) == ["+1 RequestsCPU!", "+1 NonRoot!", "+3 Account"])
        #expect(way.score == 5)
        #expect(Self.texts(Self.way(Self.nothing, to: -5, mandatory: ["NonRoot"])) == ["+1 NonRoot!"])
    }

    @Test func `A rule that another change implies is not fixed twice`() {
        let way = Self.way(Self.nothing, to: 8, mandatory: ["DropsAll", "DropsAny"])
        #expect(Self.texts(way) == ["+3 DropsAll!", "+3 Account", "+1 NonRoot", "+1 RequestsCPU"])
    }

    @Test func `Fixing a negative rule returns its points`() {
        let pod = PodSpec.of(.good("app")) { $0.hostPID = true }
        #expect(Self.texts(Self.way(pod, to: 1)) == ["+9 HostPID"])
    }

    @Test func `For a minimum out of reach, every change with points is listed`() {
        let way = Self.way(Self.nothing, to: 99)
        #expect(Self.texts(way).count == 4)
        #expect(way.score == 8)
    }
}
