import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all have a seccomp profile that confines them.
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
        reason: """
            A seccomp profile takes away the system calls that a container does not need, and with them the kernel's flaws \
            behind them.
            """,
        fix: "set securityContext.seccompProfile.type: RuntimeDefault",
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
    /// Holds when a real profile is in force for every container.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.seccompProfile.ifSet
        return subject.everyContainer("securityContext.seccompProfile.type", reading: { $0.securityContext.seccompProfile }) { own in
            ContainerVerdict(own: own.ifSet, inherited: inherited) { $0.isConfining }
        }
    }

    /// kubesec is content with one container, and takes any text for a profile but `Unconfined`.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.seccompProfile.ifSet
        return subject.anyContainer("securityContext.seccompProfile.type") { container in
            ContainerVerdict(own: container.securityContext.seccompProfile.ifSet, inherited: inherited) { !$0.isUnconfined }
        }
    }
}
