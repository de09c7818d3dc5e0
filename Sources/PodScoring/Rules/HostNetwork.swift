import KubernetesAPI

extension Rule {
    /// Matches Pods that set `hostNetwork: true`.
    package static let hostNetwork = Rule(
        id: "HostNetwork",
        selector: ".spec .hostNetwork == true",
        polarity: .negative,
        scope: .pod,
        reason: "A Pod on the node's network can capture the node's traffic and reach services that trust the local machine.",
        fix: "remove hostNetwork",
        fixClass: .application,
        adjustments: [
            "The Pod gets an IP address of its own, and localhost is the Pod instead of the node: let clients use a Service.",
            "A program that watches or configures the network interfaces of the node does not work without it.",
        ],
        example: """
            hostNetwork: false
            """,
        references: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline"]
    )
}

/// The checks of ``Rule/hostNetwork``.
enum HostNetwork {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .pod, where: "has(\(.spec).hostNetwork)")

    /// Fails if the field is true.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: .hostNetwork, holds: subject.pod.hostNetwork != true)
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
