import KubernetesAPI

extension Rule {
    /// Matches containers that say that their processes may gain privileges; unset, which the runtime takes for yes, is not matched.
    package static let allowPrivilegeEscalation = Rule(
        id: "AllowPrivilegeEscalation",
        selector: "containers[] .securityContext .allowPrivilegeEscalation == true",
        polarity: .negative,
        scope: .container,
        reason: "A process that may gain more privileges than its parent can turn a flaw in a setuid program into root.",
        fix: "set securityContext.allowPrivilegeEscalation: false",
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
    /// Fails when any container allows it in so many words; kubesec, too, asks all three lists.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noContainer(at: "securityContext.allowPrivilegeEscalation") {
            ContainerVerdict($0.securityContext.allowPrivilegeEscalation != true)
        }
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
