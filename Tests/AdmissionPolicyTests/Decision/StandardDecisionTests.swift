import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Decisions by Pod Security Standards.
struct StandardDecisionTests {
    static let baseline = PodSecurityStandard(.baseline, PodSecurityVersion(minor: 31))
    static let restricted = PodSecurityStandard(.restricted, PodSecurityVersion(minor: 31))

    static func policy(
        enforce: PodSecurityStandard? = nil,
        warn: PodSecurityStandard? = nil,
        audit: PodSecurityStandard? = nil,
        workloads: ScorePolicy.Workloads = .enforce
    ) -> ScorePolicy {
        .payments(
            enforce: enforce.map { .asking(standard: $0) },
            warn: warn.map { .asking(standard: $0) },
            audit: audit.map { .asking(standard: $0) },
            workloads: workloads
        )
    }

    /// Meets `baseline`, but not `restricted`.
    static let plain = PodSpec.of(.good("app"))
    /// Violates `baseline`.
    static let sharing = PodSpec.of(.good("app")) { $0.hostPID = true }

    @Test(arguments: At.allCases) func `The level that requires a standard decides about a Pod that violates it`(at: At) {
        let policy = ScorePolicy.payments(.asking(standard: Self.baseline), at: at)
        let found = Decider.summary(.create(.pod(Self.sharing)), by: policy)
        #expect(found == Summary(at.outcome, -1, ["baseline/hostNamespaces"]))
        #expect(Decider.summary(.create(.pod(Self.plain)), by: policy) == Summary(.allow, 8))
    }

    @Test func `Levels can require different standards, and each counts only its own`() {
        let policy = Self.policy(enforce: Self.baseline, audit: Self.restricted)
        let decision = Decider(mode: .enforce).decide(.create(.pod(Self.plain)), by: policy)
        #expect(decision.outcome == .audit)
        #expect(
            decision.violations.map(\.id) == ["restricted/allowPrivilegeEscalation", "restricted/seccompProfile_restricted"]
        )
        let denied = Decider(mode: .enforce).decide(.create(.pod(Self.sharing)), by: policy)
        #expect(denied.violations.map(\.id) == ["baseline/hostNamespaces"])
        let annotations = denied.response.auditAnnotations
        #expect(annotations.first { $0.key == "violations" }?.value == "baseline/hostNamespaces")
        #expect(
            annotations.first { $0.key == "audit-violations" }?.value
                == "baseline/hostNamespaces,restricted/allowPrivilegeEscalation,restricted/seccompProfile_restricted"
        )
    }

    @Test func `Rules come before the standard, and the score after it`() {
        let pod = PodSpec.of(.bare("app")) { $0.hostPID = true }
        let level = ScorePolicy.Level.asking(6, require: ["NonRoot"], forbid: ["HostPID"], standard: Self.baseline)
        let decision = Decider(mode: .enforce).decide(.create(.pod(pod)), by: .payments(level, at: .enforce))
        #expect(decision.violations.map(\.id) == ["NonRoot", "HostPID", "baseline/hostNamespaces", "minimumScore"])
        #expect(
            decision.response.denial?.message
                == #"Pod payments/web scores -6 of 8, below the minimum 6 of policy payments; required: NonRoot (container "app": set "#
                + "securityContext.runAsNonRoot); forbidden: HostPID (Pod: remove hostPID); baseline@v1.31: hostNamespaces "
                + #"[check application] (Pod: remove hostPID); shortest way: +1 NonRoot, +9 HostPID, +3 DropsAll (container "app": set "#
                + "securityContext.capabilities.drop)"
        )
    }

    @Test func `A denial says where and what to do, and its causes have the fields`() {
        let pod = PodSpec.of(.good("good"), .good("bad").with { $0.securityContext.privileged = true }) { $0.hostPID = true }
        let decision = Decider(mode: .enforce).decide(.create(.pod(pod)), by: Self.policy(enforce: Self.baseline))
        #expect(
            decision.response.denial?.message
                == "Pod payments/web violates policy payments (score -31 of 8); baseline@v1.31: hostNamespaces "
                + "[check application] (Pod: remove hostPID), privileged [check application] "
                + #"(container "bad": set securityContext.privileged: false)"#
        )
        let causes = decision.response.denial?.causes ?? []
        #expect(causes.map(\.reason) == ["score", "baseline/hostNamespaces", "baseline/privileged"])
        #expect(causes.map(\.field) == ["", "spec.hostPID", "spec.containers[1].securityContext.privileged"])
        #expect(causes.last?.message == "baseline@v1.31: set securityContext.privileged: false [check application]")
    }

    @Test func `The message has room for violations of every check of a standard`() {
        var pod = PodSpec.of()
        pod.containers = (0..<60).map { index in
            .bare(String(repeating: "c", count: 60) + "\(index)").with { $0.securityContext.privileged = true }
        }
        pod.hostPID = true
        let policy = ScorePolicy.payments(.asking(6, require: ["NonRoot"], standard: Self.restricted), at: .enforce)
        let message = Decider(mode: .enforce).decide(.create(.pod(pod)), by: policy).response.denial?.message ?? ""
        #expect(message.utf8.count <= 1_000)
        #expect(message.contains("restricted@v1.31: hostNamespaces"))
        #expect(message.contains("runAsNonRoot"))
    }

    @Test func `Warnings name the standard, the check and the place`() {
        let decision = Decider(mode: .enforce).decide(.create(.pod(Self.sharing)), by: Self.policy(warn: Self.baseline))
        #expect(
            decision.response.warnings == [
                "Pod payments/web violates policy payments (score -1 of 8)",
                "baseline@v1.31: hostNamespaces [check application] (Pod: remove hostPID)",
            ]
        )
    }

    @Test func `A template is evaluated with its own annotations`() {
        var template = PodTemplateSpec()
        template.spec = Self.plain
        template.metadata.annotations = [Annotation(name: Annotation.appArmorPrefix + "app", value: "unconfined")]
        var object = KubernetesObject.workload(.deployment, Self.plain)
        let policy = Self.policy(enforce: Self.baseline)
        #expect(Decider.summary(.create(object), by: policy).outcome == .allow)
        object.metadata.annotations = template.metadata.annotations
        #expect(Decider.summary(.create(object), by: policy).outcome == .allow)
        object.content = .template(template, volumeClaimTemplates: [])
        #expect(Decider.summary(.create(object), by: policy).violations == ["baseline/appArmorProfile"])
    }

    @Test func `An update that violates no more checks than before causes a warning`() {
        let old = KubernetesObject.workload(.deployment, Self.sharing)
        let policy = Self.policy(enforce: Self.baseline)
        let newImage = KubernetesObject.workload(.deployment, PodSpec.of(.good("app").with { $0.image = "other" }) { $0.hostPID = true })
        #expect(Decider.summary(.update(newImage, from: old), by: policy).outcome == .warn)
    }

    @Test func `An update with a new violation of the standard is denied, even if no rule fails for it`() {
        let policy = Self.policy(enforce: Self.baseline)
        let old = KubernetesObject.workload(.deployment, Self.sharing)
        let port = Container.good("app").with { $0.hostPorts = [HostPort(index: 0, hostPort: 80)] }
        let worse = KubernetesObject.workload(.deployment, PodSpec.of(port) { $0.hostPID = true })
        #expect(Decider.summary(.update(worse, from: old), by: policy).outcome == .deny)
    }

    @Test func `A new container that inherits a violation makes the update worse`() {
        let policy = Self.policy(enforce: Self.baseline)
        let unconfined = { (pod: inout PodSpec) in pod.securityContext.windowsOptions.hostProcess = true }
        let old = KubernetesObject.workload(.deployment, PodSpec.of(.good("app"), change: unconfined))
        let same = KubernetesObject.workload(.deployment, PodSpec.of(.good("app").with { $0.image = "other" }, change: unconfined))
        let more = KubernetesObject.workload(.deployment, PodSpec.of(.good("app"), .good("more"), change: unconfined))
        #expect(Decider.summary(.update(same, from: old), by: policy).outcome == .warn)
        #expect(Decider.summary(.update(more, from: old), by: policy).outcome == .deny)
    }

    @Test func `A new ephemeral container is evaluated by the checks about containers`() {
        let policy = Self.policy(enforce: Self.restricted)
        let found = Decider.summary(EphemeralContainerDecisionTests.session(adding: [.bare("debug")]), by: policy)
        #expect(found.outcome == .deny)
        #expect(found.violations.contains("restricted/capabilities_restricted"))
        let proper = Container.good("debug").with {
            $0.securityContext.allowPrivilegeEscalation = false
            $0.securityContext.seccompProfile.type = "RuntimeDefault"
        }
        #expect(Decider.summary(EphemeralContainerDecisionTests.session(adding: [proper]), by: policy).outcome == .allow)
    }

    @Test func `If a Pod shares its node, a new ephemeral container makes the standard apply to the whole Pod`() {
        let proper = Container.bare("debug").with { $0.securityContext.runAsNonRoot = true }
        let found = Decider.summary(
            EphemeralContainerDecisionTests.session(adding: [proper], to: Self.sharing),
            by: Self.policy(enforce: Self.baseline)
        )
        #expect(found.outcome == .deny)
        #expect(found.violations == ["baseline/hostNamespaces"])
    }

    @Test func `A standard that several levels require is evaluated once`() {
        let policy = Self.policy(enforce: Self.baseline, warn: Self.restricted, audit: Self.baseline)
        #expect(policy.standards.standards == [Self.baseline, Self.restricted])
    }

    @Test func `The standard does not apply to a resize`() {
        let old = KubernetesObject.pod(Self.sharing)
        let request = AdmissionRequest.update(.pod(Self.sharing), from: old, subResource: "resize")
        #expect(Decider.summary(request, by: Self.policy(enforce: Self.baseline)).outcome == .allow)
    }
}
