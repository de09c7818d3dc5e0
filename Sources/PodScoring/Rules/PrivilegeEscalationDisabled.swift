import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all say that their processes may not gain privileges.
    ///
    /// A container that says nothing may gain them; ``allowPrivilegeEscalation`` costs only those that say so.
    package static let privilegeEscalationDisabled = Rule(
        id: "PrivilegeEscalationDisabled",
        selector: "containers[] .securityContext .allowPrivilegeEscalation == false",
        polarity: .positive,
        scope: .container,
        kinds: [],
        reason: "Unless it is forbidden, a flaw in one setuid program of the image makes any process root.",
        fix: "set securityContext.allowPrivilegeEscalation: false",
        example: """
            containers:
              - name: app
                securityContext:
                  allowPrivilegeEscalation: false
            """,
        references: [
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        ],
        implies: ["AllowPrivilegeEscalation"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/privilegeEscalationDisabled``.
enum PrivilegeEscalationDisabled {
    /// Holds when every container sets the field to false.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer("securityContext.allowPrivilegeEscalation") {
            ContainerVerdict($0.securityContext.allowPrivilegeEscalation == false)
        }
    }
}
