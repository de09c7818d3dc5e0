import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The findings that a waiver covers, and in which Pods.
struct WaiverDecisionTests {
    static let privileged = Container.good("app").with { $0.securityContext.privileged = true }
    static let strict = ScorePolicy.payments(.asking(6, require: ["NonRoot"], forbid: ["Privileged", "HostPID"]), at: .enforce)

    @Test func `A waived negative rule deducts nothing and does not violate forbid`() {
        let decision = Decider.decide(.create(.pod(.of(Self.privileged))), by: Self.strict, [.of("Privileged")])
        #expect(Summary(decision) == Summary(.allow, 8))
        #expect(decision.waivers == [UsedWaiver(name: "w", expires: .init(daysSinceEpoch: 21_183), rules: ["Privileged"])])
        #expect(decision.evaluation?.failures.isEmpty == true)
        #expect(decision.score == 8)
        #expect(decision.evaluation?.unwaived.failures.count == 1)
        let unwaived = Decider.decide(.create(.pod(.of(Self.privileged))), by: Self.strict, [])
        #expect(decision.evaluation?.unwaived.report?.score == unwaived.score)
    }

    @Test func `A waived positive rule satisfies require, but earns nothing`() {
        let rooted = Container.good("app").with { $0.securityContext.runAsNonRoot = nil }
        let decision = Decider.decide(.create(.pod(.of(rooted))), by: Self.strict, [.of("NonRoot")])
        #expect(Summary(decision) == Summary(.allow, 7))
        #expect(decision.bestPossibleScore == 8)
    }

    @Test func `Rules that a waiver does not list still count`() {
        let decision = Decider.decide(
            .create(.pod(.of(Self.privileged) { $0.hostPID = true })),
            by: Self.strict,
            [.of("Privileged"), .of("Cheap", named: "unused")]
        )
        #expect(Summary(decision) == Summary(.deny, -1, ["HostPID", "minimumScore"]))
        #expect(decision.waivers.map(\.name) == ["w"])
    }

    /// A change of the waiver's match, and whether it applies to the Pod `web-1` of the account `app` with two containers.
    struct Matching: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let applies: Bool
        let change: @Sendable (inout ScoreWaiver.Match) -> Void

        init(_ name: String, _ applies: Bool, change: @escaping @Sendable (inout ScoreWaiver.Match) -> Void) {
            testDescription = name
            self.applies = applies
            self.change = change
        }
    }

    static let matchings: [Matching] = [
        Matching("all", true) { _ in },
        Matching("namespace glob", true) { $0.namespaces = .of("other", "pay*") },
        Matching("other namespace", false) { $0.namespaces = .of("payment") },
        Matching("pod", true) { $0.pods = .of("web-*") },
        Matching("other pod", false) { $0.pods = .of("web", "web-2*") },
        Matching("account", true) { $0.serviceAccounts = .of("app") },
        Matching("other account", false) { $0.serviceAccounts = .of("default") },
        Matching("all containers", true) { $0.containers = .of("*") },
        Matching("the container", true) { $0.containers = .of("app") },
        Matching("other container", false) { $0.containers = .of("side", "ap") },
        Matching("image", true) { $0.images = .of("registry.example/*") },
        Matching("image in a deeper repository", false) { $0.images = .of("*") },
        Matching("image of the other container", false) { $0.images = .of("quay.io/*") },
        Matching("container and image", true) { ($0.containers, $0.images) = (.of("app"), .of("registry.example/app:1")) },
        Matching("container of one, image of the other", false) { ($0.containers, $0.images) = (.of("app"), .of("quay.io/*")) },
        Matching("pod, not account", false) { ($0.pods, $0.serviceAccounts) = (.of("web-1"), .of("backup")) },
    ]

    @Test(arguments: matchings) func `A waiver applies to the Pods that match all parts of its match`(matching: Matching) {
        let side = Container.good("side").with { $0.image = "quay.io/side:1" }
        let request = AdmissionRequest.create(.pod(.of(Self.privileged, side), name: "web-1"))
        let decision = Decider.decide(request, by: Self.strict, [.of("Privileged", change: matching.change)])
        #expect(decision.outcome == (matching.applies ? .allow : .deny))
    }

    @Test(arguments: [
        (["app", "side"], Summary(.allow, 8)), (["app"], Summary(.deny, -22, ["Privileged", "minimumScore"])),
    ])
    func `A rule is waived only if every container is covered`(containers: [String], expected: Summary) {
        let side = Container.good("side").with { $0.securityContext.privileged = true }
        let waiver = ScoreWaiver.of("Privileged") { $0.containers = containers.map { NamePattern($0) } }
        let decision = Decider.decide(.create(.pod(.of(Self.privileged, side))), by: Self.strict, [waiver])
        #expect(Summary(decision) == expected)
        if let message = decision.response.denial?.message {
            #expect(message.contains("forbidden: Privileged (container \"side\": remove securityContext.privileged)"))
            #expect(!message.contains("\"app\""))
        }
    }

    @Test func `Several waivers cover together`() {
        let side = Container.good("side").with { $0.securityContext.privileged = true }
        let waivers = ["app", "side", "app"].enumerated().map { index, container in
            ScoreWaiver.of("Privileged", named: "w\(index)") { $0.containers = .of(container) }
        }
        let decision = Decider.decide(.create(.pod(.of(Self.privileged, side))), by: Self.strict, waivers)
        #expect(Summary(decision) == Summary(.allow, 8))
        #expect(decision.waivers.map(\.name) == ["w0", "w1"])
    }

    @Test func `A positive rule that is waived in one container earns its point only if it holds in all`() {
        let bare = Container.good("app").with { $0.securityContext.runAsNonRoot = nil }
        let other = Container.good("other").with { $0.securityContext.runAsNonRoot = nil }
        let waiver = ScoreWaiver.of("NonRoot") { $0.containers = .of("app") }
        let policy = ScorePolicy.payments(.asking(8, require: ["NonRoot"]), at: .enforce)
        let message = Decider.decide(.create(.pod(.of(bare, other))), by: policy, [waiver]).response.denial?.message
        #expect(
            message == """
                Pod payments/web scores 7 of 8, below the minimum 8 of policy payments; required: NonRoot (container "other": set \
                securityContext.runAsNonRoot); shortest way: +1 NonRoot (container "app", "other": set securityContext.runAsNonRoot)
                """
        )
    }

    @Test(arguments: [(["app", "side"], Decision.Outcome.allow), (["app"], .deny), (["other"], .deny)])
    func `Findings outside containers are waived only if all containers match`(containers: [String], outcome: Decision.Outcome) {
        let waiver = ScoreWaiver.of("HostPID") { $0.containers = containers.map { NamePattern($0) } }
        let pod = PodSpec.of(.good("app")) { pod in
            pod.initContainers = [.good("side")]
            pod.hostPID = true
        }
        #expect(Decider.decide(.create(.pod(pod)), by: Self.strict, [waiver]).outcome == outcome)
    }

    @Test(arguments: [
        ("2027-01-01", "2027-01-01", Decision.Outcome.allow), ("2027-01-02", "2027-01-01", .deny), ("2030-01-01", "2027-01-01", .deny),
    ])
    func `A waiver applies through its last day`(today: String, expires: String, outcome: Decision.Outcome) {
        let policy = ScorePolicy.payments(audit: .asking())
        let waiver = ScoreWaiver.of("Privileged", expires: expires)
        let request = AdmissionRequest.create(.pod(.of(Self.privileged)))
        #expect(Decider.decide(request, by: policy, [waiver], on: today).waivers.isEmpty == (outcome == .deny))
        let enforced = Decider.decide(request, by: Self.strict, [waiver], on: today).outcome
        // During its last days there is a warning about the later denial.
        #expect(enforced == (outcome == .deny ? .deny : .warn))
    }

    @Test func `A check of a standard is waived by its name`() {
        let standard = PodSecurityStandard(.baseline, PodSecurityVersion(minor: 31))
        let policy = ScorePolicy.payments(.asking(standard: standard), at: .enforce)
        let request = AdmissionRequest.create(.pod(.of(Self.privileged) { $0.hostPID = true }))
        let some = Decider.decide(request, by: policy, [.of("baseline/hostNamespaces", "HostPID")])
        #expect(some.violations.map(\.id) == ["baseline/privileged"])
        let all = Decider.decide(request, by: policy, [.of("baseline/hostNamespaces", "baseline/privileged")])
        #expect(all.outcome == .allow)
        #expect(all.waivers.flatMap(\.rules) == ["baseline/hostNamespaces", "baseline/privileged"])
        #expect(all.score == -31)
    }

    @Test func `No waiver applies to an ephemeral container`() {
        let pod = PodSpec.of(.good("app")) { $0.ephemeralContainers = [Self.privileged.with { $0.name = "debug" }] }
        let session = AdmissionRequest.update(.pod(pod), from: .pod(.of(.good("app"))), subResource: "ephemeralcontainers")
        #expect(Decider.decide(session, by: Self.strict, [.of("Privileged")]).outcome == .deny)
        let update = AdmissionRequest.update(.pod(pod), from: .pod(.of(.good("other"))))
        #expect(Summary(Decider.decide(update, by: Self.strict, [.of("Privileged")])).violations == ["Privileged", "minimumScore"])
    }

    @Test func `A debugging session in a Pod that shares the host is evaluated without waivers`() {
        let pod = PodSpec.of(.good("app")) { $0.hostPID = true }
        var changed = pod
        changed.ephemeralContainers = [.good("debug")]
        let session = AdmissionRequest.update(.pod(changed), from: .pod(pod), subResource: "ephemeralcontainers")
        let decision = Decider.decide(session, by: Self.strict, [.of("HostPID")])
        #expect(decision.violations.map(\.id).contains("HostPID"))
        #expect(decision.waivers.isEmpty)
    }

    @Test func `A waiver of single containers does not apply to more than 256 of them, another one does`() {
        let pod = PodSpec.of { $0.containers = (0..<257).map { .good("c\($0)") } + [Self.privileged] }
        let named = ScoreWaiver.of("Privileged") { $0.containers = .of("*") }
        #expect(Decider.decide(.create(.pod(pod)), by: Self.strict, [named]).outcome == .deny)
        #expect(Decider.decide(.create(.pod(pod)), by: Self.strict, [.of("Privileged")]).outcome == .allow)
    }

    @Test(arguments: [
        ("web*", true), ("web-*", true), ("*", true), ("w*b-*", true), ("web", false), ("web-1", false), ("web-*-1", false),
        ("web-1*", false),
    ])
    func `A template is covered if every possible name of its Pods is`(pattern: String, applies: Bool) {
        let waiver = ScoreWaiver.of("Privileged") { $0.pods = .of(pattern) }
        let policy = ScorePolicy.payments(.asking(forbid: ["Privileged"]), at: .enforce, workloads: .enforce)
        let request = AdmissionRequest.create(.workload(.deployment, .of(Self.privileged)))
        #expect(Decider.decide(request, by: policy, [waiver]).outcome == (applies ? .allow : .deny))
        var pod = KubernetesObject.pod(.of(Self.privileged), name: "")
        pod.metadata.generateName = "web-"
        #expect(Decider.decide(.create(pod), by: policy, [waiver]).outcome == (applies ? .allow : .deny))
    }

    @Test(arguments: [("web*", true), ("w*", true), ("web", false), ("*web", false), ("*eb", false)])
    func `A generated name is covered by a pattern that ends in a star`(pattern: String, applies: Bool) {
        let waiver = ScoreWaiver.of("Privileged") { $0.pods = .of(pattern) }
        let policy = ScorePolicy.payments(.asking(forbid: ["Privileged"]), at: .enforce)
        var pod = KubernetesObject.pod(.of(Self.privileged), name: "")
        pod.metadata.generateName = "web"
        #expect(Decider.decide(.create(pod), by: policy, [waiver]).outcome == (applies ? .allow : .deny))
    }

    @Test func `Without a service account the Namespace's default one counts`() {
        let waiver = ScoreWaiver.of("Privileged") { $0.serviceAccounts = .of("default") }
        let policy = ScorePolicy.payments(.asking(forbid: ["Privileged"]), at: .enforce)
        let pod = PodSpec.of(Self.privileged) { $0.serviceAccountName = nil }
        #expect(Decider.decide(.create(.pod(pod)), by: policy, [waiver]).outcome == .allow)
    }

    @Test func `A waiver does not make an update look worse`() {
        let policy = ScorePolicy.payments(.asking(forbid: ["Privileged"]), at: .enforce, workloads: .enforce)
        let waiver = ScoreWaiver.of("Privileged") { $0.images = .of("registry.example/*") }
        let other = Self.privileged.with { $0.image = "quay.io/app:2" }
        let request = AdmissionRequest.update(.workload(.deployment, .of(other)), from: .workload(.deployment, .of(Self.privileged)))
        #expect(Decider.decide(request, by: policy, []).outcome == .warn)
        #expect(Decider.decide(request, by: policy, [waiver]).outcome == .warn)
    }

    @Test func `The audit annotations list the waivers used`() {
        let request = AdmissionRequest.create(.pod(.of(Self.privileged) { $0.hostPID = true }))
        let waivers: [ScoreWaiver] = [.of("Privileged", "HostPID"), .of("HostPID", named: "second")]
        let annotations = Decider.decide(request, by: Self.strict, waivers).response.auditAnnotations
        #expect(annotations.map(\.key) == ["policy", "ruleset", "score", "decision", "waivers"])
        #expect(annotations.last?.value == "w until 2027-12-31: Privileged, HostPID")
    }
}
