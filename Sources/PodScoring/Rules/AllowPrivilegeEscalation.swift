import KubernetesAPI

extension Rule {
    /// Matches containers that set the field to true; ``privilegeEscalationDisabled`` also covers those that leave it unset.
    package static let allowPrivilegeEscalation = Rule(
        id: "AllowPrivilegeEscalation",
        selector: "containers[] .securityContext .allowPrivilegeEscalation == true",
        polarity: .negative,
        scope: .container,
        reason: "A process that may gain more privileges than its parent can become root through a flaw in a setuid program.",
        fix: "set securityContext.allowPrivilegeEscalation: false",
        fixClass: .application,
        adjustments: [
            """
            Programs that gain rights by setuid files or file capabilities, such as sudo, su or ping, lose them: start the \
            process as the user that it needs.
            """
        ],
        example: """
            containers:
              - name: app
                securityContext:
                  allowPrivilegeEscalation: false
            """,
        references: ["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/allowPrivilegeEscalation``.
enum AllowPrivilegeEscalation {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.securityContext).?allowPrivilegeEscalation.orValue(false)")

    /// Fails if any container sets the field to true; kubesec checks all three container lists as well.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noContainer(at: .allowPrivilegeEscalation) {
            ContainerVerdict($0.securityContext.allowPrivilegeEscalation != true)
        }
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
