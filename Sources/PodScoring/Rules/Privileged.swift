import KubernetesAPI

extension Rule {
    /// Matches containers that run privileged.
    package static let privileged = Rule(
        id: "Privileged",
        selector: "containers[] .securityContext .privileged == true",
        polarity: .negative,
        scope: .container,
        reason: "A privileged container has all capabilities and all devices of the node; an attacker in it controls the node.",
        fix: "set securityContext.privileged: false",
        fixClass: .application,
        adjustments: [
            """
            The container loses the devices of the node and all capabilities that are not granted by default. If the program \
            needs one capability, add only that; get devices from a device plugin.
            """
        ],
        example: """
            containers:
              - name: app
                securityContext:
                  privileged: false
            """,
        references: [
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        ],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/privileged``.
enum Privileged {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.securityContext).?privileged.orValue(false)")

    /// Fails if any container is privileged; kubesec checks all three container lists as well.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noContainer(at: .privileged) { ContainerVerdict($0.securityContext.privileged != true) }
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
