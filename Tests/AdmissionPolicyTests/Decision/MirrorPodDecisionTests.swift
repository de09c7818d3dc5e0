import KubernetesAPI
import Testing

@testable import AdmissionPolicy

/// The row for mirror Pods.
struct MirrorPodDecisionTests {
    static func mirror(_ spec: PodSpec = .of(.bare("app"))) -> AdmissionRequest {
        var spec = spec
        spec.nodeName = "n1"
        let object = KubernetesObject.pod(spec) { $0.annotations = [Annotation(name: Annotation.mirrorPod, value: "hash")] }
        return AdmissionRequest.create(object).with {
            $0.userInfo.username = "system:node:n1"
            $0.userInfo.groups = ["system:nodes", "system:authenticated"]
        }
    }

    @Test(arguments: At.allCases, EnforcementMode.allCases)
    func `A mirror Pod is scored and recorded, without a denial or a warning`(at: At, mode: EnforcementMode) {
        let decision = Decider(mode: mode).decide(Self.mirror(), by: .payments(at: at))
        #expect(Summary(decision) == Summary(.audit, 3, PodDecisionTests.everything))
        #expect(decision.response.isAllowed)
        #expect(!decision.wouldDeny)
    }

    @Test func `A mirror Pod that meets every demand is allowed`() {
        #expect(Decider.summary(Self.mirror(.of(.good("app"))), by: .payments(at: .enforce)) == Summary(.allow, 8))
    }

    static let pretenders: [(what: String, change: @Sendable (inout AdmissionRequest) -> Void)] = [
        ("another node", { $0.userInfo.username = "system:node:n2" }),
        ("a person", { $0.userInfo.username = "n1" }),
        ("not in the group", { $0.userInfo.groups = ["system:authenticated"] }),
        ("no annotation", { $0.object = .decoded(.pod(.of(.bare("app")) { $0.nodeName = "n1" })) }),
        ("no node", { $0.object = .decoded(annotated(nodeName: nil)) }),
        (
            "no node's account",
            {
                $0.object = .decoded(annotated(nodeName: ""))
                $0.userInfo.username = "system:node:"
            }
        ),
    ]

    private static func annotated(nodeName: String?) -> KubernetesObject {
        .pod(.of(.bare("app")) { $0.nodeName = nodeName }) { $0.annotations = [Annotation(name: Annotation.mirrorPod, value: "hash")] }
    }

    @Test(arguments: pretenders.indices) func `A Pod that only looks like a mirror Pod is an ordinary Pod`(index: Int) {
        let request = Self.mirror().with(Self.pretenders[index].change)
        let summary = Decider.summary(request, by: .payments(at: .enforce))
        #expect(summary == Summary(.deny, 3, PodDecisionTests.everything), "\(Self.pretenders[index].what)")
    }

    @Test func `A mirror Pod's ephemeral containers are evaluated like any other's`() {
        var object = KubernetesObject.pod(.of(.good("app")) { $0.nodeName = "n1" })
        object.metadata.annotations = [Annotation(name: Annotation.mirrorPod, value: "hash")]
        let old = object
        object.content = .pod(
            .of(.good("app")) {
                $0.nodeName = "n1"
                $0.ephemeralContainers = [.bare("debug")]
            }
        )
        let request = AdmissionRequest.update(object, from: old, subResource: "ephemeralcontainers").with {
            $0.userInfo = Self.mirror().userInfo
        }
        #expect(Decider.summary(request, by: .payments(at: .enforce)) == Summary(.deny, nil, ["NonRoot", "DropsAll"]))
    }
}
