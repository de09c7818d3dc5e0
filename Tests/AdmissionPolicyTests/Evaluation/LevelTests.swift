import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Several levels at once, the server's mode, and the minimum on Windows.
struct LevelTests {
    static let bare = AdmissionRequest.create(.pod(.of(.bare("app"))))

    @Test(arguments: [
        (3, 3, 3, Summary(.allow, 3)),
        (3, 3, 4, Summary(.audit, 3, ["minimumScore"])),
        (3, 4, 5, Summary(.warn, 3, ["minimumScore"])),
        (4, 5, 6, Summary(.deny, 3, ["minimumScore"])),
        (4, 3, 3, Summary(.deny, 3, ["minimumScore"])),
    ]) func `The strongest level with a violation decides`(enforce: Int, warn: Int, audit: Int, expected: Summary) {
        let policy = ScorePolicy.payments(enforce: .asking(enforce), warn: .asking(warn), audit: .asking(audit))
        #expect(Decider.summary(Self.bare, by: policy) == expected)
    }

    @Test func `Only the violations and the minimum of the deciding level are reported`() {
        let policy = ScorePolicy.payments(enforce: .asking(3), warn: .asking(5), audit: .strict)
        let decision = Decider(mode: .enforce).decide(Self.bare, by: policy)
        #expect(decision.violations == [.minimumScore(score: 3, minimum: 5)])
        #expect(decision.minimumScore == 5)
    }

    @Test func `An allowed Pod is compared with the minimum of the strongest level`() {
        let policy = ScorePolicy.payments(enforce: .asking(2), warn: .asking(1))
        #expect(Decider(mode: .enforce).decide(Self.bare, by: policy).minimumScore == 2)
        #expect(Decider(mode: .enforce).decide(Self.bare, by: .payments(warn: .asking())).minimumScore == nil)
    }

    @Test(arguments: [
        (At.enforce, EnforcementMode.enforce, Decision.Outcome.deny, false),
        (.enforce, .warn, .warn, true), (.enforce, .audit, .audit, true),
        (.warn, .enforce, .warn, false), (.warn, .warn, .warn, false), (.warn, .audit, .audit, false),
        (.audit, .enforce, .audit, false), (.audit, .warn, .audit, false), (.audit, .audit, .audit, false),
    ]) func `The server's mode limits the effect of a level`(
        at: At,
        mode: EnforcementMode,
        outcome: Decision.Outcome,
        wouldDeny: Bool
    ) {
        let decision = Decider(mode: mode).decide(Self.bare, by: .payments(at: at))
        #expect(Summary(decision) == Summary(outcome, 3, PodDecisionTests.everything))
        #expect(decision.wouldDeny == wouldDeny)
        #expect(decision.response.isAllowed == (outcome != .deny))
    }

    @Test func `A policy without a level allows`() {
        #expect(Decider.summary(Self.bare, by: .payments()) == Summary(.allow, 3))
    }

    @Test(arguments: [
        (9, 9, 19, 5), (12, 9, 19, 6), (15, 9, 19, 8), (19, 9, 19, 9), (1, 9, 19, 1), (0, 9, 19, 0), (-9, 9, 19, -9),
        (9, 10, 21, 5), (12, 10, 21, 6), (15, 10, 21, 8), (21, 10, 21, 10), (9, 19, 19, 9), (9, 0, 19, 0), (9, 0, 0, 9), (9, 20, 19, 9),
        (.max, 9, 19, .max), (38, 9, 19, 18),
    ]) func `A minimum is scaled by the best possible score of the Pod`(minimum: Int, best: Int, bestOnLinux: Int, expected: Int) {
        #expect(PodEvaluation.scaled(minimum, best: best, bestOnLinux: bestOnLinux) == expected)
    }

    @Test(arguments: At.allCases) func `A Windows Pod is compared with a scaled minimum, without the rules that Windows forbids`(at: At) {
        let pod = PodSpec.of(.bare("iis")) { pod in
            pod.osName = "windows"
            pod.serviceAccountName = nil
        }
        let decision = Decider(mode: .enforce).decide(.create(.pod(pod)), by: .payments(at: at))
        // ceil(6 × 5 / 8) = 4
        #expect(decision.violations == [.required(rule: "NonRoot"), .minimumScore(score: 0, minimum: 4)])
        #expect(decision.outcome == at.outcome)
        #expect(decision.bestPossibleScore == 5)
        #expect(decision.minimumScore == 4)
    }

    @Test func `A Windows Pod that reaches the scaled minimum is allowed`() {
        let pod = PodSpec.of(.bare("iis").with { $0.securityContext.runAsNonRoot = true }) { $0.osName = "windows" }
        #expect(Decider.summary(.create(.pod(pod)), by: .payments(at: .enforce)) == Summary(.allow, 4))
    }
}
