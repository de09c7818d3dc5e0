import KubernetesAPI
import PodScoring
import Testing

@testable import AdmissionPolicy

/// The class of a fix in denials, their causes and warnings, by the built-in rules.
struct FixClassTextTests {
    /// The policy `payments` under `podscore/v1`.
    private static func policy(enforce: ScorePolicy.Level? = nil, warn: ScorePolicy.Level? = nil, nodes: NodeFeatures = []) -> ScorePolicy {
        ScorePolicy(
            name: "payments",
            namespaces: [NamePattern("payments")],
            ruleset: .podscoreV1,
            enforce: enforce,
            warn: warn,
            nodes: nodes
        )
    }

    private static func response(_ pod: PodSpec, by policy: ScorePolicy) -> AdmissionResponse {
        Decider(mode: .enforce).decide(.create(.pod(pod)), by: policy).response
    }

    private static let level = ScorePolicy.Level.asking(8, require: ["RunAsNonRoot"])
    private static let bare = PodSpec.of(.bare("app"))

    @Test func `A denial names the class of each fix once, but not of those that can be pasted`() {
        let denial = Self.response(Self.bare, by: Self.policy(enforce: Self.level)).denial
        #expect(
            denial?.message == """
                Pod payments/web scores 4 of 21, below the minimum 8 of policy payments; \
                required: RunAsNonRoot [check image] (container "app": set securityContext.runAsNonRoot: true); \
                shortest way: +1 RunAsNonRoot, \
                +1 SeccompAny (container "app": set securityContext.seccompProfile.type: RuntimeDefault), \
                +2 CapDropAll [check application] (container "app": add ALL to securityContext.capabilities.drop)
                """
        )
        #expect(
            denial?.causes.dropFirst().map(\.message) == [
                "required: set securityContext.runAsNonRoot: true [check image]",
                "+1 RunAsNonRoot: set securityContext.runAsNonRoot: true [check image]",
                "+1 SeccompAny: set securityContext.seccompProfile.type: RuntimeDefault",
                "+2 CapDropAll: add ALL to securityContext.capabilities.drop [check application]",
            ]
        )
    }

    @Test func `Warnings name the class`() {
        #expect(
            Self.response(Self.bare, by: Self.policy(warn: Self.level)).warnings.dropFirst() == [
                #"required: RunAsNonRoot [check image] (container "app": set securityContext.runAsNonRoot: true)"#,
                #"+1 point: SeccompAny (container "app": set securityContext.seccompProfile.type: RuntimeDefault)"#,
                #"+2 points: CapDropAll [check application] (container "app": add ALL to securityContext.capabilities.drop)"#,
            ]
        )
    }

    @Test func `A cause has the class at its place, and the message that of all places`() {
        let user = Container.bare("user").with { $0.securityContext.runAsUser = 10_001 }
        let denial = Self.response(.of(user, .bare("app")), by: Self.policy(enforce: .asking(require: ["RunAsNonRoot"]))).denial
        #expect(denial?.message.contains("required: RunAsNonRoot [check image] (") == true)
        let fix = "required: set securityContext.runAsNonRoot: true"
        #expect(denial?.causes.dropFirst().map(\.message) == [fix, fix + " [check image]"])
    }

    @Test func `A long list of shortened changes still names their classes`() {
        var pod = PodSpec.of()
        pod.containers = (0..<3).map { .bare(String(repeating: "c", count: 60) + "\($0)") }
        let message = Self.response(pod, by: Self.policy(enforce: .asking(21))).denial?.message ?? ""
        #expect(message.utf8.count <= DenialMessage.byteLimit)
        #expect(message.contains("+1 ReadOnlyRootFilesystem [check application], "), "\(message)")
        #expect(message.hasSuffix(" more") || message.contains("HostUsers [check nodes]"), "\(message)")
    }

    @Test(
        arguments: [
            ([], ["SeccompAny", "CapDropAll", "LimitsCPU"]), (.userNamespaces, ["SeccompAny", "CapDropAll", "LimitsCPU"]),
            (.appArmor, ["CapDropAll", "ApparmorAny"]),
        ] as [(NodeFeatures, [String])]
    )
    func `The way uses what the policy says about nodes`(nodes: NodeFeatures, rules: [String]) {
        let causes = Self.response(Self.bare, by: Self.policy(enforce: .asking(9), nodes: nodes)).denial?.causes ?? []
        let way = causes.filter { $0.reason == "shortestWay" }.map { $0.message.split(separator: " ")[1].dropLast() }
        #expect(way.map(String.init) == rules)
    }
}
