import KubernetesAPI

extension Rule {
    /// Matches containers whose seccomp profile is `Unconfined`.
    package static let seccompUnconfined = Rule(
        id: "SeccompUnconfined",
        selector: """
            .spec .securityContext .seccompProfile .type | \
            .spec .containers[] .securityContext .seccompProfile .type | \
            .spec .initContainers[] .securityContext .seccompProfile .type | \
            .spec .ephemeralContainers[] .securityContext .seccompProfile .type
            """,
        polarity: .negative,
        scope: .container,
        reason: "Without a seccomp profile, a container can use every system call and exploit any flaw of the kernel behind one.",
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

/// The checks of ``Rule/seccompUnconfined``.
enum SeccompUnconfined {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.seccompType)=='Unconfined'")

    /// Fails if `Unconfined` applies to any container; kubesec checks all three container lists as well.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.seccompProfile.confinement
        return subject.noContainer(at: .seccompProfileType, reading: { $0.securityContext.seccompProfile.ifTyped }) { own in
            ContainerVerdict(own: own?.confinement, inherited: inherited, unset: .meets) { $0 != .unconfined }
        }
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
