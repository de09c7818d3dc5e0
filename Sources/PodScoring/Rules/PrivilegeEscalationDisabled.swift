import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container sets `allowPrivilegeEscalation: false`.
    ///
    /// An unset field allows escalation; ``allowPrivilegeEscalation`` matches only containers that set it to true.
    package static let privilegeEscalationDisabled = Rule(
        id: "PrivilegeEscalationDisabled",
        selector: "containers[] .securityContext .allowPrivilegeEscalation == false",
        polarity: .positive,
        scope: .container,
        kinds: [],
        reason: "Unless escalation is disabled, a flaw in a setuid program of the image can make any process root.",
        fix: "set securityContext.allowPrivilegeEscalation: false",
        fixClass: .manifest,
        except: .escalationIsUsed,
        adjustments: [
            "The API server rejects the field beside `privileged: true` and beside CAP_SYS_ADMIN: remove these first."
        ],
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
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.securityContext).?allowPrivilegeEscalation.orValue(true)")

    /// Holds if every container sets the field to false.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(.allowPrivilegeEscalation) {
            ContainerVerdict($0.securityContext.allowPrivilegeEscalation == false)
        }
    }
}
