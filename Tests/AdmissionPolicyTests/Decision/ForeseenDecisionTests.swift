import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Ramps, and waivers that soon expire: later denials are announced by warnings.
struct ForeseenDecisionTests {
    private static func ramp(_ minimum: Int?, _ steps: (String, Int)..., warn: ScorePolicy.Level? = nil) -> ScorePolicy {
        var level = ScorePolicy.Level.asking(minimum)
        level.ramp = steps.compactMap { text, minimum in
            CivilDate(parsing: text).map { ScorePolicy.RampStep(date: $0, minimumScore: minimum) }
        }
        return .payments(enforce: level, warn: warn, workloads: .enforce)
    }

    static let bare = AdmissionRequest.create(.pod(.of(.bare("app"))))

    @Test(arguments: [
        ("2027-02-28", Summary(.warn, 3, ["minimumScore"]), 2, "2027-03-01"), ("2027-03-01", Summary(.deny, 3, ["minimumScore"]), 4, nil),
        ("2027-07-01", Summary(.deny, 3, ["minimumScore"]), 7, nil),
    ])
    func `The minimum of the day counts, and the next denial is announced`(day: String, expected: Summary, minimum: Int, from: String?) {
        let policy = Self.ramp(2, ("2027-03-01", 4), ("2027-06-01", 7))
        let decision = Decider.decide(Self.bare, by: policy, [], on: day)
        #expect(Summary(decision) == expected)
        #expect(decision.minimumScore == minimum)
        #expect(decision.deniedFrom?.description == from)
    }

    @Test func `The warning says the first day of a denial, and how to reach the minimum`() {
        let policy = Self.ramp(2, ("2027-03-01", 3), ("2027-06-01", 5))
        let decision = Decider.decide(Self.bare, by: policy, [])
        #expect(
            decision.response.warnings == [
                "would be denied from 2027-06-01: Pod payments/web scores 3 of 8, below the minimum 5 of policy payments",
                "+3 points: DropsAll (container \"app\": set securityContext.capabilities.drop)",
            ]
        )
        #expect(decision.deniedFrom?.description == "2027-06-01")
        #expect(decision.response.auditAnnotations.contains { $0.key == "denied-from" && $0.value == "2027-06-01" })
        #expect(!decision.wouldDeny)
    }

    @Test func `The warnings of today come after the later denial`() {
        let policy = Self.ramp(2, ("2027-03-01", 4), warn: .asking(require: ["NonRoot"]))
        let decision = Decider.decide(Self.bare, by: policy, [])
        #expect(decision.violations == [.required(rule: "NonRoot")])
        #expect(
            decision.response.warnings.prefix(4) == [
                "would be denied from 2027-03-01: Pod payments/web scores 3 of 8, below the minimum 4 of policy payments",
                "+3 points: DropsAll (container \"app\": set securityContext.capabilities.drop)",
                "Pod payments/web violates policy payments (score 3 of 8)",
                "required: NonRoot (container \"app\": set securityContext.runAsNonRoot)",
            ]
        )
    }

    @Test func `Steps that the Pod reaches, or that do not deny, are not announced`() {
        #expect(Summary(Decider.decide(Self.bare, by: Self.ramp(2, ("2027-03-01", 3)), [])) == Summary(.allow, 3))
        #expect(Summary(Decider.decide(Self.bare, by: Self.ramp(nil, ("2027-03-01", 3)), [])) == Summary(.allow, 3))
    }

    @Test(arguments: [(EnforcementMode.enforce, Decision.Outcome.warn, true), (.warn, .warn, true), (.audit, .audit, false)])
    func `The server's mode limits what a later denial does today`(mode: EnforcementMode, outcome: Decision.Outcome, warns: Bool) {
        let decision = Decider.decide(Self.bare, by: Self.ramp(nil, ("2027-03-01", 4)), [], mode: mode)
        #expect(decision.outcome == outcome)
        #expect(!decision.response.warnings.isEmpty == warns)
        #expect(decision.deniedFrom?.description == "2027-03-01")
    }

    @Test func `No later denial is announced for a mirror Pod, which is never denied`() {
        let decision = Decider.decide(MirrorPodDecisionTests.mirror(), by: Self.ramp(nil, ("2027-03-01", 8)), [])
        #expect(decision.outcome == .allow)
        #expect(decision.deniedFrom == nil)
    }

    @Test func `The warning for a workload speaks of its Pods`() {
        let request = AdmissionRequest.create(.workload(.deployment, .of(.bare("app"))))
        let warnings = Decider.decide(request, by: Self.ramp(nil, ("2027-03-01", 4)), []).response.warnings
        #expect(warnings.first?.hasPrefix("its Pods would be denied from 2027-03-01: Deployment payments/web scores") == true)
    }

    @Test func `A ramp is scaled for Windows`() {
        let pod = PodSpec.of(.bare("app")) { $0.osName = "windows" }
        let decision = Decider.decide(.create(.pod(pod)), by: Self.ramp(nil, ("2027-03-01", 5), ("2027-04-01", 6)), [])
        // 5 of 8 is scaled to 4 of 5, and the score 3 is below.
        #expect(decision.deniedFrom?.description == "2027-03-01")
        #expect(decision.response.warnings.first?.contains("below the minimum 4 (5, scaled for Windows)") == true)
    }

    @Test(arguments: [("2026-12-17", Decision.Outcome.allow), ("2026-12-18", .warn), ("2027-01-01", .warn), ("2027-01-02", .deny)])
    func `The end of a waiver causes a warning from 14 days before`(day: String, outcome: Decision.Outcome) {
        let policy = ScorePolicy.payments(.asking(forbid: ["Privileged"]), at: .enforce)
        let waiver = ScoreWaiver.of("Privileged", named: "exporter", expires: "2027-01-01")
        let request = AdmissionRequest.create(.pod(.of(WaiverDecisionTests.privileged)))
        let decision = Decider.decide(request, by: policy, [waiver], on: day)
        #expect(decision.outcome == outcome)
        guard outcome == .warn else { return }
        #expect(
            decision.response.warnings == [
                "would be denied from 2027-01-02: Pod payments/web violates policy payments (score -22 of 8)",
                "waiver exporter expires 2027-01-01; owner: ops",
                "forbidden: Privileged (container \"app\": remove securityContext.privileged)",
            ]
        )
    }

    @Test func `The end of a waiver causes no warning if another one continues, or if nothing is denied without it`() {
        let policy = ScorePolicy.payments(.asking(forbid: ["Privileged"]), at: .enforce)
        let request = AdmissionRequest.create(.pod(.of(WaiverDecisionTests.privileged)))
        let waivers: [ScoreWaiver] = [.of("Privileged", expires: "2027-01-05"), .of("Privileged", named: "next")]
        #expect(Decider.decide(request, by: policy, waivers).outcome == .allow)
        #expect(Decider.decide(request, by: .payments(.asking(), at: .enforce), Array(waivers.prefix(1))).outcome == .allow)
    }
}
