import KubernetesAPI

extension Rule {
    /// Matches Pods that set `hostPID: true`.
    package static let hostPID = Rule(
        id: "HostPID",
        selector: ".spec .hostPID == true",
        polarity: .negative,
        scope: .pod,
        reason: "A Pod in the node's PID namespace can see and signal all processes and, as root, inspect them.",
        fix: "remove hostPID",
        fixClass: .application,
        adjustments: [
            "A program that lists, traces or signals processes of the node finds only those of its own container."
        ],
        example: """
            hostPID: false
            """,
        references: ["https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/hostPID``.
enum HostPID {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .pod, where: "has(\(.spec).hostPID)")

    /// Fails if the field is true.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: .hostPID, holds: subject.pod.hostPID != true)
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
