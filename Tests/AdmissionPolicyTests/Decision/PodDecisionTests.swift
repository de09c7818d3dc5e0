import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The rows for Pods that are created and updated.
struct PodDecisionTests {
    static let everything = ["NonRoot", "DropsAll", "minimumScore"]
    static let old = PodSpec.of(.bare("app"), .bare("log")) { $0.initContainers = [.bare("init")] }

    @Test(arguments: At.allCases) func `A new Pod is evaluated at each level`(at: At) {
        #expect(Decider.summary(.create(.pod(.of(.bare("app")))), by: .payments(at: at)) == Summary(at.outcome, 3, Self.everything))
    }

    @Test(arguments: At.allCases) func `A new Pod that meets every demand is allowed with its score`(at: At) {
        #expect(Decider.summary(.create(.pod(.of(.good("app")))), by: .payments(at: at)) == Summary(.allow, 8))
    }

    @Test func `One bad container is enough for a violation`() {
        let request = AdmissionRequest.create(.pod(.of(.good("good"), .bare("bad"))))
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.deny, 3, Self.everything))
    }

    @Test func `Forbidden rules follow the required ones, and the score is last`() {
        let bad = Container.bare("app").with { $0.securityContext.privileged = true }
        let summary = Decider.summary(.create(.pod(.of(bad))), by: .payments(at: .enforce))
        #expect(summary.violations == ["NonRoot", "DropsAll", "Privileged", "minimumScore"])
    }

    @Test func `A score equal to the minimum satisfies it`() {
        #expect(Decider.summary(.create(.pod(.of(.bare("app")))), by: .payments(.asking(3), at: .enforce)) == Summary(.allow, 3))
    }

    @Test func `A required rule that the ruleset does not have is not satisfied`() {
        let request = AdmissionRequest.create(.pod(.of(.good("app"))))
        #expect(Decider.summary(request, by: .payments(.asking(require: ["Unheard"]), at: .enforce)) == Summary(.deny, 8, ["Unheard"]))
    }

    @Test(arguments: At.allCases) func `An update that changes no container and no image is not evaluated`(at: At) {
        let request = AdmissionRequest.update(.pod(Self.old) { $0.generateName = "new-" }, from: .pod(Self.old))
        #expect(Decider.summary(request, by: .payments(at: at)) == Summary(.unchanged))
    }

    static let changes: [(what: String, change: @Sendable (inout PodSpec) -> Void)] = [
        ("image", { $0.containers[0].image = "registry.example/app:2" }),
        ("last image", { $0.containers[1].image = "registry.example/app:2" }),
        ("init image", { $0.initContainers[0].image = "registry.example/app:2" }),
        ("name", { $0.containers[0].name = "other" }),
        ("order", { $0.containers.swapAt(0, 1) }),
        ("added container", { $0.containers.append(.bare("more")) }),
        ("removed container", { $0.containers.removeLast() }),
        ("added ephemeral container", { $0.ephemeralContainers = [.bare("debug")] }),
        ("canonically equal name", { $0.containers[0].name = "e\u{301}" }),
    ]

    @Test(arguments: changes.indices, At.allCases) func `An update of containers or images is evaluated as new`(index: Int, at: At) {
        var old = Self.old
        if Self.changes[index].what == "canonically equal name" { old.containers[0].name = "\u{E9}" }
        var new = old
        Self.changes[index].change(&new)
        let summary = Decider.summary(.update(.pod(new), from: .pod(old)), by: .payments(at: at))
        #expect(summary == Summary(at.outcome, 3, Self.everything), "\(Self.changes[index].what)")
    }

    static let appArmor = Annotation(name: Annotation.appArmorPrefix + "app", value: "runtime/default")
    static let otherAppArmor = Annotation(name: Annotation.appArmorPrefix + "log", value: "runtime/default")
    static let unconfined = Annotation(name: Annotation.appArmorPrefix + "app", value: "unconfined")
    static let seccomp = Annotation(name: Annotation.seccompPod, value: "unconfined")

    @Test(arguments: [
        ([appArmor], [appArmor], true), ([appArmor, otherAppArmor], [otherAppArmor, appArmor], true), ([seccomp], [], true),
        ([appArmor], [], false), ([], [appArmor], false), ([unconfined], [appArmor], false), ([appArmor], [otherAppArmor], false),
    ]) func `An update is evaluated if AppArmor annotations change`(new: [Annotation], old: [Annotation], isUnchanged: Bool) {
        let request = AdmissionRequest.update(
            .pod(Self.old) { $0.annotations = new },
            from: .pod(Self.old) { $0.annotations = old }
        )
        let summary = Decider.summary(request, by: .payments(at: .enforce))
        #expect(summary == (isUnchanged ? Summary(.unchanged) : Summary(.deny, 3, Self.everything)))
    }

    @Test(arguments: At.allCases) func `A Pod that is being deleted is not evaluated`(at: At) {
        let request = AdmissionRequest.update(.pod(.of(.bare("app"))) { $0.isBeingDeleted = true }, from: .pod(Self.old))
        #expect(Decider.summary(request, by: .payments(at: at)) == Summary(.unchanged))
    }

    @Test func `A deletion timestamp only in the old object does not count`() {
        let request = AdmissionRequest.update(.pod(.of(.bare("app"))), from: .pod(Self.old) { $0.isBeingDeleted = true })
        #expect(Decider.summary(request, by: .payments(at: .enforce)).outcome == .deny)
    }

    @Test(arguments: [
        AdmissionRequest.Payload.absent, .undecodable(DecodingFailure(.missingField("spec"), at: .byteOffset(7))),
        .decoded(.workload(.deployment, old)),
    ]) func `An update without a readable old Pod is evaluated as new`(oldObject: AdmissionRequest.Payload) {
        let request = AdmissionRequest.update(.pod(Self.old), from: nil).with { $0.oldObject = oldObject }
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.deny, 3, Self.everything))
    }

    @Test func `An object with another kind than the request is evaluated as the request's kind`() {
        var object = KubernetesObject.pod(.of(.bare("app")))
        object.kind = "Unheard"
        let request = AdmissionRequest.create(object).with { $0.kind.kind = "Pod" }
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.deny, 3, Self.everything))
    }
}
