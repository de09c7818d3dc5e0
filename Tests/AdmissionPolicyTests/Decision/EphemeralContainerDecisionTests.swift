import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The row for `pods/ephemeralcontainers`.
struct EphemeralContainerDecisionTests {
    /// A debugging session in a Pod whose own container follows no rule, unless the test says otherwise.
    static func session(
        adding new: [Container],
        to old: PodSpec = .of(.bare("app")) { $0.ephemeralContainers = [bad] }
    ) -> AdmissionRequest {
        var spec = old
        spec.ephemeralContainers += new
        return .update(.pod(spec), from: .pod(old), subResource: "ephemeralcontainers")
    }

    static let good = Container.good("debug").with { $0.resources = ResourceRequirements() }
    static let bad = Container.bare("old-debug").with { $0.securityContext.privileged = true }
    static let privileged = good.with { $0.securityContext.privileged = true }

    @Test(arguments: At.allCases) func `A new ephemeral container that fails required rules is found at each level`(at: At) {
        let summary = Decider.summary(Self.session(adding: [.bare("debug")]), by: .payments(at: at))
        #expect(summary == Summary(at.outcome, nil, ["NonRoot", "DropsAll"]))
    }

    @Test(arguments: At.allCases) func `Neither the minimum nor the Pod's own containers count`(at: At) {
        #expect(Decider.summary(Self.session(adding: [Self.good]), by: .payments(at: at)) == Summary(.allow))
    }

    @Test func `Resources and rules about the Pod do not apply to ephemeral containers`() {
        let level = ScorePolicy.Level.asking(require: ["RequestsCPU", "Account"], forbid: ["HostFolder"])
        var old = PodSpec.of(.bare("app"))
        old.serviceAccountName = nil
        #expect(Decider.summary(Self.session(adding: [Self.good], to: old), by: .payments(level, at: .enforce)) == Summary(.allow))
    }

    @Test(arguments: At.allCases) func `A negative rule counts even if no level forbids it`(at: At) {
        let summary = Decider.summary(Self.session(adding: [Self.privileged]), by: .payments(.asking(-99), at: at))
        #expect(summary == Summary(at.outcome, nil, ["Privileged"]))
    }

    @Test func `A negative rule without points counts only if it is forbidden`() {
        let request = Self.session(adding: [Self.good.with { $0.securityContext.procMount = "Unmasked" }])
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.allow))
        #expect(Decider.summary(request, by: .payments(.asking(forbid: ["Cheap"]), at: .enforce)) == Summary(.deny, nil, ["Cheap"]))
    }

    @Test func `A good new container does not make up for a bad one`() {
        let policy = ScorePolicy.payments(enforce: .asking(require: ["RunAsNonRoot"]), ruleset: .kubesecV2)
        #expect(Decider.summary(Self.session(adding: [Self.good]), by: policy) == Summary(.allow))
        let summary = Decider.summary(Self.session(adding: [Self.good, .bare("worse")]), by: policy)
        #expect(summary.violations == ["RunAsNonRoot"])
    }

    @Test func `For an inherited field the finding points at the new container`() {
        let old = PodSpec.of(.good("app")) { $0.securityContext.seccompProfile.type = "Unconfined" }
        let decision = Decider(mode: .enforce).decide(
            Self.session(adding: [Self.good], to: old),
            by: .payments(.asking(require: ["Confined"]), at: .enforce)
        )
        #expect(Summary(decision) == Summary(.deny, nil, ["Confined"]))
        #expect(decision.response.denial?.message.contains("(ephemeral container \"debug\": choose another type)") == true)
    }

    @Test func `Findings point to the new containers`() {
        let decision = Decider(mode: .enforce).decide(Self.session(adding: [Self.good, .bare("worse")]), by: .payments(at: .enforce))
        let index = MadeUp.ruleset.entries.firstIndex { $0.rule.id == "NonRoot" }
        let failure = decision.evaluation?.failures.first { $0.index == index }
        #expect(failure?.findings == [Finding(.container(.ephemeralContainers, 2), "securityContext.runAsNonRoot")])
        #expect(decision.bestPossibleScore == nil)
        #expect(decision.minimumScore == nil)
    }

    @Test func `An ephemeral container that has changed is new`() {
        var old = PodSpec.of(.good("app"))
        old.ephemeralContainers = [Self.good]
        var new = old
        new.ephemeralContainers = [Self.privileged]
        let request = AdmissionRequest.update(.pod(new), from: .pod(old), subResource: "ephemeralcontainers")
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.deny, nil, ["Privileged"]))
    }

    @Test func `Without new ephemeral containers nothing is evaluated`() {
        #expect(Decider.summary(Self.session(adding: []), by: .payments(at: .enforce)) == Summary(.unchanged))
    }

    static let hostAccess: [(what: String, change: @Sendable (inout PodSpec) -> Void)] = [
        ("hostNetwork", { $0.hostNetwork = true }),
        ("hostPID", { $0.hostPID = true }),
        ("hostIPC", { $0.hostIPC = true }),
        ("hostPath", { $0.volumes = [Volume().with { $0.sources = .hostPath }] }),
    ]

    @Test(arguments: hostAccess.indices, At.allCases) func `A Pod that shares its node is evaluated as a whole`(index: Int, at: At) {
        let old = PodSpec.of(.bare("app"), change: Self.hostAccess[index].change)
        let summary = Decider.summary(Self.session(adding: [Self.good], to: old), by: .payments(at: at))
        #expect(summary.outcome == at.outcome, "\(Self.hostAccess[index].what)")
        #expect(summary.score != nil)
        #expect(summary.violations == PodDecisionTests.everything)
    }

    @Test func `A Pod that shares its node is treated at least as strictly as another`() {
        let old = PodSpec.of(.good("app")) { $0.hostNetwork = true }
        let summary = Decider.summary(Self.session(adding: [Self.privileged], to: old), by: .payments(.asking(-99), at: .enforce))
        #expect(summary == Summary(.deny, -22, ["Privileged"]))
    }

    @Test func `Without a readable old Pod the whole Pod is evaluated and every ephemeral container is new`() {
        let request = Self.session(adding: [Self.good]).with { $0.oldObject = .absent }
        let summary = Decider.summary(request, by: .payments(at: .enforce))
        #expect(summary == Summary(.deny, -27, ["NonRoot", "DropsAll", "Privileged", "minimumScore"]))
    }
}

extension Volume {
    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}
