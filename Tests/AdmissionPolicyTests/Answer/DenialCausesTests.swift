import KubernetesAPI
import Testing

@testable import AdmissionPolicy

/// The causes that a machine reads after a denial.
struct DenialCausesTests {
    typealias Cause = AdmissionResponse.Status.Cause

    static func causes(_ request: AdmissionRequest, by policy: ScorePolicy = .payments(at: .enforce, workloads: .enforce)) -> [Cause] {
        Decider(mode: .enforce).decide(request, by: policy).response.denial?.causes ?? []
    }

    @Test func `The score comes first, then one cause for each place, then the changes that reach the minimum`() {
        let pod = PodSpec.of(.good("good"), .bare("bad"), .bare("worse"))
        #expect(
            Self.causes(.create(.pod(pod)), by: .payments(.asking(6, require: ["NonRoot"]), at: .enforce)) == [
                Cause(
                    reason: "minimumScore",
                    message: "Pod payments/web scores 3 of 8, below the minimum 6 of policy payments",
                    field: ""
                ),
                Cause(
                    reason: "NonRoot",
                    message: "required: set securityContext.runAsNonRoot",
                    field: "spec.containers[1].securityContext.runAsNonRoot"
                ),
                Cause(
                    reason: "NonRoot",
                    message: "required: set securityContext.runAsNonRoot",
                    field: "spec.containers[2].securityContext.runAsNonRoot"
                ),
                Cause(
                    reason: "shortestWay",
                    message: "+1 NonRoot: set securityContext.runAsNonRoot",
                    field: "spec.containers[1].securityContext.runAsNonRoot"
                ),
                Cause(
                    reason: "shortestWay",
                    message: "+3 DropsAll: set securityContext.capabilities.drop",
                    field: "spec.containers[1].securityContext.capabilities.drop"
                ),
            ]
        )
    }

    @Test func `A score above the minimum is a cause with another reason`() {
        let pod = PodSpec.of(DenialMessageTests.bad)
        let causes = Self.causes(.create(.pod(pod)), by: .payments(.asking(forbid: ["Privileged"]), at: .enforce))
        #expect(causes.map(\.reason) == ["score", "Privileged"])
        #expect(causes.last?.message == "forbidden: remove securityContext.privileged")
    }

    @Test func `For a minimum out of reach there is no way`() {
        let causes = Self.causes(.create(.pod(.of(.bare("app")))), by: .payments(.asking(99), at: .enforce))
        #expect(causes.map(\.reason) == ["minimumScore"])
    }

    @Test(arguments: [
        (WorkloadKind.deployment, "apps", "spec.template.spec"), (.replicaSet, "apps", "spec.template.spec"),
        (.statefulSet, "apps", "spec.template.spec"), (.daemonSet, "apps", "spec.template.spec"),
        (.replicationController, "", "spec.template.spec"), (.job, "batch", "spec.template.spec"),
        (.cronJob, "batch", "spec.jobTemplate.spec.template.spec"), (.podTemplate, "", "template.spec"),
    ]) func `Fields are paths from the top of the object`(kind: WorkloadKind, group: String, path: String) {
        let request = AdmissionRequest.create(.workload(kind, .of(.bare("app"))), group: group)
        let fields = Self.causes(request).map(\.field)
        #expect(fields.contains("\(path).containers[0].securityContext.runAsNonRoot"), "\(fields)")
    }

    @Test func `New ephemeral containers keep their index`() {
        let fields = Self.causes(EphemeralContainerDecisionTests.session(adding: [.bare("debug")])).map(\.field)
        #expect(fields.first == "spec.ephemeralContainers[1].securityContext.runAsNonRoot")
    }

    @Test func `Many places are counted, and each reason gets an equal share`() {
        var pod = PodSpec.of()
        pod.containers = (0..<60).map { .bare("c\($0)") }
        let causes = Self.causes(.create(.pod(pod)))
        #expect(causes.count == 32)
        #expect(causes.count { $0.reason == "NonRoot" } == 14)
        #expect(causes.count { $0.reason == "DropsAll" } == 14)
        #expect(causes.count { $0.reason == "shortestWay" } == 2)
        #expect(causes.last == Cause(reason: "more", message: "and 92 more", field: ""))
    }
}
