import KubernetesAPI
import PodScoring
import Synchronization
import Testing

@testable import AdmissionPolicy

/// Reviews that would be expensive for a quadratic algorithm: thousands of containers with thousands of volumes and annotations.
struct ProportionTests {
    /// As many of each as a review can hold.
    private static let count = 8_000

    /// A level that requires everything that is checked for each container.
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

    // With quadratic cost, each of them took minutes.
    @Test(.timeLimit(.minutes(1)))
    func `Evaluating many new ephemeral containers takes linear time`() {
        let old = Self.object("Pod") { $0.ephemeralContainers = Self.containers("b", Self.count) }
        let new = Self.object("Pod") { $0.ephemeralContainers = Self.containers("a", Self.count) }
        #expect(Self.decide(new, since: old, subResource: "ephemeralcontainers").outcome == .deny)
    }

    @Test(.timeLimit(.minutes(1)), arguments: [256, count])
    func `Comparing an update of many containers takes linear time`(containers: Int) {
        let old = Self.object("Deployment") { $0.containers = Self.containers("a", containers) }
        let new = Self.object("Deployment") {
            $0.containers = Self.containers("a", containers)
            $0.hostAliasCount = 0
        }
        #expect(Self.decide(new, since: old).outcome != .unchanged)
    }

    /// How often a check ran, and how many containers and elements of Pod-wide lists it received in total.
    private final class Visits: Sendable {
        private let counted = Mutex((calls: 0, elements: 0, containers: 0))

        var counts: (calls: Int, elements: Int, containers: Int) { counted.withLock { $0 } }

        func count(_ subject: ScoringSubject) {
            let pod = subject.pod
            let elements = pod.volumes.count + pod.securityContext.sysctls.count
            let containers = pod.initContainers.count + pod.containers.count + pod.ephemeralContainers.count
            counted.withLock { $0 = ($0.calls + 1, $0.elements + elements, $0.containers + containers) }
        }
    }

    /// A rule about containers with one finding in the Pod for all of them; it counts its input.
    private static func policy(counting visits: Visits) -> ScorePolicy {
        let entry = Ruleset.Entry(MadeUp.confined.rule, points: 0, kinds: .everyPodKind) { subject in
            visits.count(subject)
            return MadeUp.confined.check(subject)
        }
        let ruleset = Ruleset(name: "counting", isReleased: true, zeroFails: false, entries: [entry])
        var level = ScorePolicy.Level.asking(-99, require: ["Confined"])
        level.podSecurityStandard = PodSecurityStandard(.restricted, .latest)
        return ScorePolicy(name: "p", namespaces: [NamePattern("*")], ruleset: ruleset, enforce: level, workloads: .enforce)
    }

    private static func decide(_ new: KubernetesObject, since old: KubernetesObject, subResource: String, counting visits: Visits) {
        let request = AdmissionRequest.update(new, from: old, subResource: subResource)
        _ = Decider(mode: .enforce).decide(request, by: policy(counting: visits))
    }

    @Test func `A check of ephemeral containers runs once for all of them, without the lists of the Pod`() {
        let change = { (pod: inout PodSpec) in
            pod.volumes = []
            pod.securityContext.sysctls = Array(repeating: "", count: 8_192)
        }
        let visits = Visits()
        let old = Self.object("Pod", change)
        let new = Self.object("Pod") { pod in
            change(&pod)
            pod.ephemeralContainers = Array(repeating: Container(), count: 8_192)
        }
        Self.decide(new, since: old, subResource: "ephemeralcontainers", counting: visits)
        #expect(visits.counts == (calls: 1, elements: 0, containers: 8_192))
    }

    @Test func `A check of an update runs twice for each object, whatever its lists`() {
        let visits = Visits()
        let change = { (pod: inout PodSpec) in
            pod.securityContext.seccompProfile.type = "Unconfined"
            pod.containers = Self.containers("a", 250)
            pod.securityContext.sysctls = Array(repeating: "", count: Self.count)
        }
        let old = Self.object("Deployment", change)
        let new = Self.object("Deployment") { pod in
            change(&pod)
            pod.hostAliasCount = 0
        }
        Self.decide(new, since: old, subResource: "", counting: visits)
        // Both whole objects, with 8 000 volumes and sysctls each, then the containers alone.
        #expect(visits.counts == (calls: 4, elements: 2 * 2 * Self.count, containers: 4 * 250))
    }

    @Test(.timeLimit(.minutes(1))) func `Annotations of an update are looked up by name, not searched`() {
        let names = (0..<16_384).map { Annotation.appArmorPrefix + "c\($0)" }
        let pod = PodSpec.of(.good("app"))
        let old = KubernetesObject.pod(pod) { $0.annotations = names.map { Annotation(name: $0, value: "unconfined") } }
        let shuffled = KubernetesObject.pod(pod) { $0.annotations = names.reversed().map { Annotation(name: $0, value: "unconfined") } }
        let summary = Decider.summary(.update(shuffled, from: old), by: .payments(at: .enforce))
        #expect(summary.outcome == .unchanged)
    }

    @Test func `Ten thousand containers are compared by name`() {
        let change = { (pod: inout PodSpec) in
            pod.securityContext.seccompProfile.type = "Unconfined"
            pod.containers = Self.containers("a", 10_000)
        }
        let old = Self.object("Deployment", change)
        let reversed = Self.object("Deployment") { pod in
            change(&pod)
            pod.containers.reverse()
        }
        let renamed = Self.object("Deployment") { pod in
            change(&pod)
            pod.containers[9_999].name = "b"
        }
        #expect(Self.decide(reversed, since: old).outcome == .warn)
        #expect(Self.decide(renamed, since: old).outcome == .deny)
    }

    @Test(.timeLimit(.minutes(1))) func `A thousand waivers for thousands of containers and volumes are each compared once`() {
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
