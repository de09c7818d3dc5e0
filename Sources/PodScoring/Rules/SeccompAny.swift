import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container has a seccomp profile that confines it.
    package static let seccompAny = Rule(
        id: "SeccompAny",
        selector: """
            .spec .securityContext .seccompProfile .type | \
            .spec .containers[] .securityContext .seccompProfile .type | \
            .spec .initContainers[] .securityContext .seccompProfile .type | \
            .spec .ephemeralContainers[] .securityContext .seccompProfile .type
            """,
        polarity: .positive,
        scope: .container,
        reason: "A seccomp profile blocks the system calls that a container does not need, and with them flaws of the kernel.",
        fix: "set securityContext.seccompProfile.type: RuntimeDefault",
        fixClass: .manifest,
        example: """
            securityContext:
              seccompProfile:
                type: RuntimeDefault
            """,
        references: [
            "https://kubernetes.io/docs/tutorials/security/seccomp/",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted",
        ],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/seccompAny``.
enum SeccompAny {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "!(\(.seccompType) in ['RuntimeDefault','Localhost'])")

    /// Holds if a confining profile applies to every container.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.seccompProfile.confinement
        return subject.everyContainer(.seccompProfileType, reading: { $0.securityContext.seccompProfile.ifTyped }) { own in
            ContainerVerdict(own: own?.confinement, inherited: inherited) { $0 == .confining }
        }
    }

    /// kubesec accepts one such container and any profile type but `Unconfined`.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.seccompProfile.confinement
        return subject.anyContainer(.seccompProfileType) { container in
            ContainerVerdict(own: container.securityContext.seccompProfile.confinement, inherited: inherited) { $0 != .unconfined }
        }
    }
}
