import KubernetesAPI

extension Rule {
    /// Matches Pods that set `hostIPC: true`.
    package static let hostIPC = Rule(
        id: "HostIPC",
        selector: ".spec .hostIPC == true",
        polarity: .negative,
        scope: .pod,
        reason: "A Pod in the node's IPC namespace can read and change the shared memory of other processes.",
        fix: "remove hostIPC",
        fixClass: .application,
        adjustments: [
            "A program that shares memory with processes outside of the Pod must use a volume or the network instead."
        ],
        example: """
            hostIPC: false
            """,
        references: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/hostIPC``.
enum HostIPC {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .pod, where: "has(\(.spec).hostIPC)")

    /// Fails if the field is true.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: .hostIPC, holds: subject.pod.hostIPC != true)
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
