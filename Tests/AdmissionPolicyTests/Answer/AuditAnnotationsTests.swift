import KubernetesAPI
import Testing

@testable import AdmissionPolicy

/// The audit annotations of a decision.
struct AuditAnnotationsTests {
    static func annotations(
        _ request: AdmissionRequest,
        by policy: ScorePolicy,
        mode: EnforcementMode = .enforce
    ) -> [String] {
        Decider(mode: mode).decide(request, by: policy).response.auditAnnotations.map { "\($0.key)=\($0.value)" }
    }

    static let bare = AdmissionRequest.create(.pod(.of(.bare("app"))))

    @Test(arguments: At.allCases) func `A decision is recorded at each level`(at: At) {
        #expect(
            Self.annotations(Self.bare, by: .payments(at: at)) == [
                "policy=payments", "ruleset=made/up (unreleased)", "score=3", "decision=\(at.outcome.rawValue)",
                "violations=NonRoot,DropsAll,minimumScore",
            ]
        )
    }

    @Test func `A request that was not scored has no score`() {
        #expect(
            Self.annotations(Self.bare.with { $0.operation = .delete }, by: .payments(at: .enforce)) == [
                "policy=payments", "ruleset=made/up (unreleased)", "decision=allow",
            ]
        )
    }

    @Test func `The violations of the audit level are recorded even if a stronger level decides`() {
        let policy = ScorePolicy.payments(warn: .asking(5), audit: .asking(require: ["RequestsCPU"]))
        #expect(
            Self.annotations(Self.bare, by: policy).suffix(2) == ["violations=minimumScore", "audit-violations=RequestsCPU"]
        )
    }

    @Test(arguments: [EnforcementMode.warn, .audit]) func `A denial that the mode prevented is recorded`(mode: EnforcementMode) {
        let annotations = Self.annotations(Self.bare, by: .payments(at: .enforce), mode: mode)
        #expect(annotations.contains("decision=\(mode.rawValue)"))
        #expect(annotations.last == "would-deny=true")
    }

    @Test func `Values have a maximum length`() {
        let required = (0..<300).map { "Rule\($0)" }
        let decision = Decider(mode: .enforce).decide(Self.bare, by: .payments(.asking(require: required), at: .audit))
        let value = decision.response.auditAnnotations.first { $0.key == "violations" }?.value ?? ""
        #expect(value.utf8.count <= 1_000)
        #expect(value.hasPrefix("Rule0,Rule1,"))
        #expect(value.hasSuffix(" more"))
    }
}
