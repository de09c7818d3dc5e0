import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The rows for Deployments and the like.
struct WorkloadDecisionTests {
    static let bare = PodSpec.of(.bare("app"))
    static let everything = PodDecisionTests.everything

    static let kinds: [(WorkloadKind, String)] = [
        (.deployment, "apps"), (.deployment, "extensions"), (.replicaSet, "apps"), (.statefulSet, "apps"), (.daemonSet, "apps"),
        (.replicationController, ""), (.job, "batch"), (.cronJob, "batch"), (.podTemplate, ""),
    ]

    @Test(arguments: kinds, At.allCases) func `Every kind with a template causes a warning about its Pods`(
        kind: (WorkloadKind, String),
        at: At
    ) {
        let request = AdmissionRequest.create(.workload(kind.0, Self.bare), group: kind.1)
        let outcome: Decision.Outcome = at == .audit ? .audit : .warn
        #expect(Decider.summary(request, by: .payments(at: at)) == Summary(outcome, 3, Self.everything))
    }

    @Test(arguments: kinds, At.allCases) func `With workloads: enforce a workload is decided like its Pods`(
        kind: (WorkloadKind, String),
        at: At
    ) {
        let request = AdmissionRequest.create(.workload(kind.0, Self.bare), group: kind.1)
        #expect(Decider.summary(request, by: .payments(at: at, workloads: .enforce)) == Summary(at.outcome, 3, Self.everything))
    }

    @Test(arguments: ScorePolicy.Workloads.allCases) func `A workload whose Pods meet every demand is allowed`(
        workloads: ScorePolicy.Workloads
    ) {
        let request = AdmissionRequest.create(.workload(.deployment, .of(.good("app"))))
        let summary = Decider.summary(request, by: .payments(at: .enforce, workloads: workloads))
        #expect(summary == Summary(.allow, workloads == .ignore ? nil : 8))
    }

    @Test(arguments: [AdmissionRequest.create(.workload(.deployment, bare)), .update(.workload(.deployment, bare), from: nil)])
    func `With workloads: ignore nothing is scored`(request: AdmissionRequest) {
        #expect(Decider.summary(request, by: .payments(at: .enforce, workloads: .ignore)) == Summary(.allow))
    }

    @Test func `A workload with a warning is not counted as one that would be denied`() {
        let decision = Decider(mode: .enforce).decide(.create(.workload(.deployment, Self.bare)), by: .payments(at: .enforce))
        #expect(!decision.wouldDeny)
        #expect(decision.minimumScore == 6)
    }

    @Test(arguments: At.allCases, ScorePolicy.Workloads.allCases) func `An update that does not change the template causes no warning`(
        at: At,
        workloads: ScorePolicy.Workloads
    ) {
        let request = AdmissionRequest.update(
            .workload(.deployment, Self.bare) { $0.generateName = "x" },
            from: .workload(.deployment, Self.bare)
        )
        let outcome: Decision.Outcome = workloads == .ignore ? .allow : .unchanged
        #expect(Decider.summary(request, by: .payments(at: at, workloads: workloads)) == Summary(outcome))
    }

    @Test func `An annotation of the template is a part of it`() {
        var new = PodTemplateSpec()
        new.spec = Self.bare
        new.metadata.annotations = [PodDecisionTests.unconfined]
        var object = KubernetesObject.workload(.deployment, Self.bare)
        object.content = .template(new, volumeClaimTemplates: [])
        let request = AdmissionRequest.update(object, from: .workload(.deployment, Self.bare))
        #expect(Decider.summary(request, by: .payments(at: .enforce)).outcome == .warn)
    }

    @Test(arguments: At.allCases) func `A workload that is being deleted causes no warning`(at: At) {
        let worse = Self.bare.with { $0.hostPID = true }
        let request = AdmissionRequest.update(
            .workload(.deployment, worse) { $0.isBeingDeleted = true },
            from: .workload(.deployment, Self.bare)
        )
        #expect(Decider.summary(request, by: .payments(at: at, workloads: .enforce)) == Summary(.unchanged))
    }

    static let harmless: [(what: String, score: Int, change: @Sendable (inout PodSpec) -> Void)] = [
        ("image", 3, { $0.containers[0].image = "registry.example/app:2" }),
        ("better, not good", 4, { $0.containers[0].resources.requests.cpu = .quantity(Quantity("1")) }),
        ("good container added in front", 3, { $0.containers.insert(.good("front"), at: 0) }),
    ]

    @Test(arguments: harmless.indices, At.allCases) func `An update that makes nothing worse causes a warning, never a denial`(
        index: Int,
        at: At
    ) {
        var new = Self.bare
        Self.harmless[index].change(&new)
        let request = AdmissionRequest.update(.workload(.deployment, new), from: .workload(.deployment, Self.bare))
        let decision = Decider(mode: .enforce).decide(request, by: .payments(at: at, workloads: .enforce))
        let outcome: Decision.Outcome = at == .audit ? .audit : .warn
        #expect(Summary(decision) == Summary(outcome, Self.harmless[index].score, Self.everything), "\(Self.harmless[index].what)")
        #expect(!decision.wouldDeny)
    }

    static let worse: [(what: String, change: @Sendable (inout PodSpec) -> Void)] = [
        ("a rule of the Pod newly fails", { $0.serviceAccountName = nil }),
        ("a negative rule is newly violated", { $0.hostPID = true }),
        ("another bad container at the same score", { $0.containers.append(.bare("more")) }),
        ("a bad container renamed", { $0.containers[0].name = "other" }),
        ("another rule fails in exchange", { $0.containers = [.good("app").with { $0.securityContext.procMount = "Unmasked" }] }),
    ]

    @Test(arguments: worse.indices, At.allCases) func `An update that makes something worse is decided as new`(index: Int, at: At) {
        var new = Self.bare
        Self.worse[index].change(&new)
        let level = ScorePolicy.Level.asking(9)
        let request = AdmissionRequest.update(.workload(.deployment, new), from: .workload(.deployment, Self.bare))
        let summary = Decider.summary(request, by: .payments(level, at: at, workloads: .enforce))
        #expect(summary.outcome == at.outcome, "\(Self.worse[index].what)")
    }

    @Test(arguments: [(nil, Decision.Outcome.deny), ("RuntimeDefault", .warn)])
    func `A rule also fails in a container that inherits the field`(own: String?, outcome: Decision.Outcome) {
        let old = PodSpec.of(.good("app")) { $0.securityContext.seccompProfile.type = "Unconfined" }
        let more = Container.good("more").with { $0.securityContext.seccompProfile.type = own }
        let new = old.with { $0.containers.append(more) }
        let request = AdmissionRequest.update(.workload(.deployment, new), from: .workload(.deployment, old))
        let policy = ScorePolicy.payments(.asking(require: ["Confined"]), at: .enforce, workloads: .enforce)
        #expect(Decider.summary(request, by: policy) == Summary(outcome, 8, ["Confined"]))
    }

    @Test func `A lower score alone makes an update worse`() {
        // On Windows two rules no longer apply, so no rule fails that held before.
        let old = PodSpec.of(.good("app"))
        let request = AdmissionRequest.update(.workload(.deployment, old.with { $0.osName = "windows" }), from: .workload(.deployment, old))
        let summary = Decider.summary(request, by: .payments(.asking(19), at: .enforce, workloads: .enforce))
        #expect(summary == Summary(.deny, 5, ["minimumScore"]))
    }

    @Test(arguments: [
        AdmissionRequest.Payload.absent, .undecodable(DecodingFailure(.missingField("spec"), at: .byteOffset(7))), .decoded(.pod(bare)),
    ]) func `An update without a readable old workload is decided like a new object`(oldObject: AdmissionRequest.Payload) {
        let request = AdmissionRequest.update(.workload(.deployment, Self.bare), from: nil).with { $0.oldObject = oldObject }
        let summary = Decider.summary(request, by: .payments(at: .enforce, workloads: .enforce))
        #expect(summary == Summary(.deny, 3, Self.everything))
    }
}

extension PodSpec {
    func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }
}
