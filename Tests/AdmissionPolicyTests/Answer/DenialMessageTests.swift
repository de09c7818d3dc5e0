import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The message that a person reads after a denial.
struct DenialMessageTests {
    static let bad = Container.bare("bad").with { $0.securityContext.privileged = true }
    static let mixed = PodSpec.of(.good("good"), bad) { $0.serviceAccountName = nil }

    static func message(_ request: AdmissionRequest, by policy: ScorePolicy = .payments(at: .enforce)) -> String? {
        Decider(mode: .enforce).decide(request, by: policy).response.denial?.message
    }

    @Test func `A denial says the score, the minimum, the reasons with container and field, and the shortest way`() {
        #expect(
            Self.message(.create(.pod(Self.mixed, name: "mixed"))) == """
                Pod payments/mixed scores -30 of 8, below the minimum 6 of policy payments; \
                required: NonRoot (container "bad": set securityContext.runAsNonRoot), \
                DropsAll (container "bad": set securityContext.capabilities.drop); \
                forbidden: Privileged (container "bad": remove securityContext.privileged); \
                shortest way: +1 NonRoot, +3 DropsAll, +30 Privileged, +3 Account (Pod: set serviceAccountName)
                """
        )
    }

    @Test func `A denial is Forbidden with code 403 and has no warnings`() {
        let policy = ScorePolicy.payments(enforce: .strict, warn: .asking(8))
        let response = Decider(mode: .enforce).decide(.create(.pod(Self.mixed)), by: policy).response
        #expect(response.denial?.code == 403)
        #expect(response.denial?.reason == "Forbidden")
        #expect(response.warnings.isEmpty)
    }

    @Test func `A score above the minimum is part of the message`() {
        let pod = PodSpec.of(.good("app").with { $0.securityContext.runAsNonRoot = nil })
        #expect(
            Self.message(.create(.pod(pod))) == """
                Pod payments/web violates policy payments (score 7 of 8); \
                required: NonRoot (container "app": set securityContext.runAsNonRoot)
                """
        )
    }

    @Test func `A minimum that was scaled to Windows says so`() {
        let pod = PodSpec.of(.bare("iis").with { $0.securityContext.runAsNonRoot = true }) { pod in
            pod.osName = "windows"
            pod.serviceAccountName = nil
        }
        #expect(
            Self.message(.create(.pod(pod))) == """
                Pod payments/web scores 1 of 5, below the minimum 4 (6, scaled for Windows) of policy payments; \
                shortest way: +3 Account (Pod: set serviceAccountName)
                """
        )
    }

    @Test func `For a minimum out of reach the message says the best possible score`() {
        #expect(
            Self.message(.create(.pod(.of(.good("app")))), by: .payments(.asking(25), at: .enforce)) == """
                Pod payments/web scores 8 of 8, below the minimum 25 of policy payments; \
                shortest way: none, the best possible score is 8
                """
        )
    }

    @Test func `The first containers are named, and the rest is counted`() {
        let pod = PodSpec.of(.bare("b"), .bare("c"), .bare("d")) { $0.initContainers = [.bare("a")] }
        #expect(
            Self.message(.create(.pod(pod)), by: .payments(.asking(require: ["NonRoot"]), at: .enforce)) == """
                Pod payments/web violates policy payments (score 3 of 8); \
                required: NonRoot (init container "a", container "b", "c" and 1 more: set securityContext.runAsNonRoot)
                """
        )
    }

    @Test func `Places with different fixes are listed separately`() {
        let rule = MadeUp.rule("Two", .positive, .container, fix: "do this")
        let entry = Ruleset.Entry(rule, points: 1, kinds: .pod) { _ in
            .fails([Finding(.container(.containers, 0), "a"), Finding(.container(.containers, 1), "a"), Finding(.pod, "b", fix: "do that")])
        }
        let ruleset = Ruleset(name: "two", isReleased: true, zeroFails: false, entries: [entry])
        let policy = ScorePolicy.payments(enforce: .asking(require: ["Two"]), ruleset: ruleset)
        let denial = Decider(mode: .enforce).decide(.create(.pod(.of(.bare("x"), .bare("y")))), by: policy).response.denial
        #expect(denial?.message.hasSuffix("; required: Two (container \"x\", \"y\": do this; Pod: do that)") == true)
        #expect(denial?.causes.dropFirst().map(\.message) == ["required: do this", "required: do this", "required: do that"])
    }

    @Test func `Volumes are named`() {
        let pod = PodSpec.of(.good("app")) { pod in
            pod.volumes = [
                Volume().with { volume in
                    volume.name = "data"
                    volume.hostPath = "/"
                }
            ]
        }
        #expect(
            Self.message(.create(.pod(pod)), by: .payments(.asking(forbid: ["HostFolder"]), at: .enforce)) == """
                Pod payments/web violates policy payments (score 6 of 8); \
                forbidden: HostFolder (volume "data": remove hostPath)
                """
        )
    }

    @Test func `For a Pod without containers the fix is shown without a place`() {
        #expect(
            Self.message(.create(.pod(.of())), by: .payments(.asking(require: ["NonRoot"]), at: .enforce))
                == "Pod payments/web violates policy payments (score 3 of 8); required: NonRoot (set securityContext.runAsNonRoot)"
        )
    }

    @Test func `An ephemeral container is named as such`() {
        #expect(
            Self.message(
                EphemeralContainerDecisionTests.session(adding: [.bare("debug")]),
                by: .payments(.asking(require: ["NonRoot"]), at: .enforce)
            )
                == """
                Pod payments/web gets an ephemeral container that violates policy payments; \
                required: NonRoot (ephemeral container "debug": set securityContext.runAsNonRoot)
                """
        )
    }

    @Test func `A denied resize says which limits are lost`() {
        let request = ResizeDecisionTests.resize(.bare("app"), from: ResizeDecisionTests.withRequest)
        #expect(
            Self.message(request, by: .payments(ResizeDecisionTests.level, at: .enforce)) == """
                Pod payments/web loses requests or limits that policy payments requires; \
                required: RequestsCPU (container "app": set resources.requests.cpu)
                """
        )
    }

    static let titles: [(change: @Sendable (inout AdmissionRequest) -> Void, title: String)] = [
        ({ _ in }, "Pod payments/web "),
        ({ $0.namespace = "" }, "Pod web "),
        ({ $0.name = "other" }, "Pod payments/web "),
        ({ $0.object = .decoded(.pod(mixed, name: "")) }, "Pod payments/web "),
        (
            {
                $0.object = .decoded(.pod(mixed, name: "") { $0.generateName = "web-" })
                $0.name = ""
            }, "Pod payments/web-* "
        ),
        (
            {
                $0.object = .decoded(.pod(mixed, name: ""))
                $0.name = ""
            }, "Pod payments/without a name "
        ),
        ({ $0.object = .decoded(.pod(mixed) { $0.namespace = "elsewhere" }) }, "Pod payments/web "),
    ]

    @Test(arguments: titles.indices) func `The object is named by its name or the beginning of it`(index: Int) {
        let message = Self.message(AdmissionRequest.create(.pod(Self.mixed)).with(Self.titles[index].change))
        #expect(message?.hasPrefix(Self.titles[index].title) == true, "\(message ?? "")")
    }

    @Test func `A name cannot look like a part of the message`() {
        let pod = PodSpec.of(.bare("a\": fine), all \"good\n\\"))
        let message = Self.message(.create(.pod(pod)), by: .payments(.asking(require: ["NonRoot"]), at: .enforce))
        #expect(message?.contains(#"(container "a\": fine), all \"good\u{A}\\": set"#) == true, "\(message ?? "")")
    }
}
