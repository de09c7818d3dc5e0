import AdmissionPolicy
import KubernetesAPI
import PodScoring
import TestSupport
import Testing

@testable import ClusterAudit

/// Waivers for what runs, tried with many policies and Pods.
struct ExistingWaiversPropertyTests {
    private static let positive = ["RunAsNonRoot", "CapDropAll", "ReadOnlyRootFilesystem", "LimitsCPU", "ServiceAccountName", "SeccompAny"]
    private static let negative = ["Privileged", "HostPID", "HostNetwork", "CapSysAdmin", "HostPathVolume", "AllowPrivilegeEscalation"]

    private static func some(_ names: [String], _ numbers: inout SeededNumbers) -> [String] {
        names.filter { _ in Bool.random(using: &numbers) }
    }

    private static func policy(_ numbers: inout SeededNumbers) -> ScorePolicy {
        var level = ScorePolicy.Level()
        if Int.random(in: 0..<3, using: &numbers) > 0 { level.minimumScore = Int.random(in: -40...21, using: &numbers) }
        level.require = some(positive, &numbers)
        level.forbid = some(negative, &numbers)
        if Bool.random(using: &numbers) {
            level.podSecurityStandard = PodSecurityStandard(Bool.random(using: &numbers) ? .baseline : .restricted, .latest)
        }
        var ruleset = Ruleset.podscoreV1
        if Int.random(in: 0..<4, using: &numbers) == 0 { ruleset = .kubesecV2 }
        return ScorePolicy(
            name: "p",
            namespaces: [NamePattern("payments")],
            ruleset: ruleset,
            enforce: level,
            warn: Bool.random(using: &numbers) ? level : nil
        )
    }

    private static func container(_ name: String, image: String, _ numbers: inout SeededNumbers) -> Container {
        var container = Container()
        container.name = name
        container.image = image
        container.securityContext.privileged = Bool.random(using: &numbers)
        container.securityContext.runAsNonRoot = Bool.random(using: &numbers)
        container.securityContext.readOnlyRootFilesystem = Bool.random(using: &numbers)
        container.securityContext.allowPrivilegeEscalation = Bool.random(using: &numbers)
        if Bool.random(using: &numbers) { container.securityContext.capabilities.drop = ["ALL"] }
        if Bool.random(using: &numbers) { container.securityContext.capabilities.add = ["SYS_ADMIN"] }
        return container
    }

    /// A Pod of the owner with a number, whose images no other owner has.
    private static func pod(of owner: Int, _ index: Int, _ numbers: inout SeededNumbers) -> KubernetesObject {
        var pod = PodSpec()
        pod.hostPID = Bool.random(using: &numbers)
        pod.hostNetwork = Bool.random(using: &numbers)
        if Bool.random(using: &numbers) { pod.serviceAccountName = "app" }
        if Int.random(in: 0..<6, using: &numbers) == 0 { pod.osName = "windows" }
        let images = ["r.example/a\(owner):1", "a\(owner)", "b\(owner)@sha256:1", "c\(owner):x@sha256:2"]
        let count = Int.random(in: 1...3, using: &numbers)
        pod.containers = (0..<count).map { container("c\($0)", image: images.randomElement(using: &numbers) ?? "a", &numbers) }
        if Bool.random(using: &numbers) { pod.initContainers = [container("i", image: images[0], &numbers)] }
        if Int.random(in: 0..<5, using: &numbers) == 0 { pod.ephemeralContainers = [container("e", image: "debug", &numbers)] }
        var object = KubernetesObject()
        object.apiVersion = "v1"
        object.kind = "Pod"
        object.metadata.namespace = "payments"
        object.metadata.name = "o\(owner)-\(index)"
        object.content = .pod(pod)
        return object
    }

    @Test(arguments: 0..<6)
    func `With the waivers every Pod is admitted when it is made again, and one with other images is decided as before`(
        seed: Int
    ) throws {
        var numbers = SeededNumbers(seed: UInt64(seed + 1) &* 7919)
        var waived = 0
        for _ in 0..<20 {
            let policies = PolicySet(
                policies: [Self.policy(&numbers)],
                builtInDefault: .builtInDefault(under: .podscoreV1),
                ownNamespace: ""
            )
            let decider = AuditDecider(policies: policies, namespaces: nil, today: WaiverFixtures.today)
            let pods = (0..<4).map { owner in (0..<3).map { Self.pod(of: owner, $0, &numbers) } }
            let owners = try pods.enumerated().map { index, pods in
                try WaiverFixtures.owner(WaiverFixtures.identity("Deployment", "o\(index)"), of: pods, decidedBy: decider)
            }
            let found = try WaiverFixtures.waivers(for: owners, decidedBy: decider)
            #expect(found.unwaivable == [])
            let after = decider.adding(found.waivers)
            for pod in pods.joined() {
                let again = pod.changingPod { $0.ephemeralContainers = [] }
                #expect(after.violations(of: again) == [])
                let changed = again.changingPod { pod in
                    for index in pod.containers.indices { pod.containers[index].image = "another" }
                    for index in pod.initContainers.indices { pod.initContainers[index].image = "another" }
                }
                #expect(Set(after.violations(of: changed)) == Set(decider.violations(of: changed)))
                if !decider.violations(of: again).isEmpty { waived += 1 }
            }
            let text = String(decoding: found.yaml, as: UTF8.self)
            #expect(found.waivers.isEmpty ? text.hasPrefix("#") : try WaiverFixtures.reading(text).waivers == found.waivers)
        }
        #expect(waived > 100)
    }

    @Test func `With the waiver of one owner a Pod with its images is no worse than today`() throws {
        let decider = try WaiverFixtures.decider("enforce: {minimumScore: 9, forbid: [Privileged]}")
        let specification = "{containers: [{name: app, image: \"a:1\", securityContext: {privileged: true, readOnlyRootFilesystem: true}}]}"
        let owner = try WaiverFixtures.owner(of: [WaiverFixtures.pod(specification)], decidedBy: decider)
        let after = decider.adding(try WaiverFixtures.waivers(for: [owner], decidedBy: decider).waivers)
        #expect(after.violations(of: try WaiverFixtures.pod(specification)) == [])
        let worse = try WaiverFixtures.pod(specification.replacing("readOnlyRootFilesystem: true", with: "readOnlyRootFilesystem: false"))
        #expect(after.violations(of: worse) == ["minimumScore"])
        let hosted = try WaiverFixtures.pod("{hostPID: true, \(specification.dropFirst())")
        #expect(after.violations(of: hosted) == ["minimumScore"])
    }
}

extension KubernetesObject {
    /// The same object with a change of its Pod.
    fileprivate func changingPod(_ change: (inout PodSpec) -> Void) -> Self {
        guard case .pod(var pod) = content else { return self }
        change(&pod)
        var object = self
        object.content = .pod(pod)
        return object
    }
}
