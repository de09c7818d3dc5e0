import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// Reviews made to cost more than their size: thousands of containers beside thousands of volumes and annotations.
struct ProportionTests {
    /// As many of each as a review can hold.
    private static let count = 8_000

    /// A level that asks for everything that is judged container by container.
    private static var policy: ScorePolicy {
        var level = ScorePolicy.Level()
        level.minimumScore = 9
        level.podSecurityStandard = PodSecurityStandard(.restricted, PodSecurityVersion(minor: 18))
        return ScorePolicy(name: "p", namespaces: [NamePattern("*")], ruleset: .podscoreV1, enforce: level, workloads: .enforce)
    }

    private static func containers(_ prefix: String, _ count: Int) -> [Container] {
        (0..<count).map { index in
            var container = Container()
            container.name = "\(prefix)\(index)"
            return container
        }
    }

    private static func object(_ kind: String, _ change: (inout PodSpec) -> Void) -> KubernetesObject {
        var volume = Volume()
        volume.hostPath = "/data/a/b"
        volume.sources = .hostPath
        var pod = PodSpec()
        pod.securityContext.runAsNonRoot = false
        pod.volumes = Array(repeating: volume, count: count)
        change(&pod)
        var object = KubernetesObject()
        object.kind = kind
        let names = (0..<count).map { Annotation(name: Annotation.seccompContainerPrefix + "a\($0)", value: "unconfined") }
        if kind == "Pod" {
            object.metadata.annotations = names
            object.content = .pod(pod)
        } else {
            var template = PodTemplateSpec()
            template.metadata.annotations = names
            template.spec = pod
            object.content = .template(template, volumeClaimTemplates: [])
        }
        return object
    }

    private static func decide(_ new: KubernetesObject, since old: KubernetesObject, subResource: String = "") -> Decision {
        var request = AdmissionRequest()
        request.uid = "u"
        request.operation = .update
        request.kind.kind = new.kind
        request.kind.group = new.kind == "Pod" ? "" : "apps"
        request.subResource = subResource
        request.object = .decoded(new)
        request.oldObject = .decoded(old)
        return Decider(mode: .enforce).decide(request, by: policy)
    }

    // Each took minutes while its cost grew with the square of the size.
    @Test(.timeLimit(.minutes(1)))
    func `Many new ephemeral containers are judged in proportion`() {
        let old = Self.object("Pod") { $0.ephemeralContainers = Self.containers("b", Self.count) }
        let new = Self.object("Pod") { $0.ephemeralContainers = Self.containers("a", Self.count) }
        #expect(Self.decide(new, since: old, subResource: "ephemeralcontainers").outcome == .deny)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [256, count])
    func `An update of many containers is compared in proportion`(containers: Int) {
        let old = Self.object("Deployment") { $0.containers = Self.containers("a", containers) }
        let new = Self.object("Deployment") {
            $0.containers = Self.containers("a", containers)
            $0.hostAliasCount = 0
        }
        #expect(Self.decide(new, since: old).outcome != .unchanged)
    }

    @Test(.timeLimit(.minutes(1))) func `A thousand waivers beside thousands of containers and volumes are looked at once each`() {
        let pod = Self.object("Pod") { pod in
            pod.securityContext.runAsNonRoot = nil
            pod.containers = Self.containers("a", Self.count)
        }
        let few = Self.object("Pod") { $0.containers = Self.containers("a", 250) }
        let waivers = (0..<1_000).map { number in
            ScoreWaiver.of("RunAsNonRoot", "HostPathVolume", "CapDropAll", named: "w\(number)") { match in
                match.namespaces = .of("*")
                match.containers = .of("a\(number)", "b*")
            }
        }
        for object in [pod, few] {
            let request = AdmissionRequest.create(object).with { $0.namespace = "payments" }
            let decision = Decider(mode: .enforce).decide(request, by: Self.policy, waivers: waivers)
            #expect(decision.outcome == .deny)
            #expect(decision.waivers.isEmpty == (object == pod))
        }
    }
}
