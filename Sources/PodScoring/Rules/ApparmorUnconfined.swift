import KubernetesAPI

extension Rule {
    /// Matches containers whose AppArmor profile is switched off.
    package static let apparmorUnconfined = Rule(
        id: "ApparmorUnconfined",
        selector: """
            .spec .securityContext .appArmorProfile .type | \
            .spec .containers[] .securityContext .appArmorProfile .type | \
            .spec .initContainers[] .securityContext .appArmorProfile .type | \
            .spec .ephemeralContainers[] .securityContext .appArmorProfile .type
            """,
        polarity: .negative,
        scope: .container,
        reason: "Without an AppArmor profile a container that has become root may do all that root may.",
        fix: "set securityContext.appArmorProfile.type: RuntimeDefault",
        example: """
            securityContext:
              appArmorProfile:
                type: RuntimeDefault
            """,
        references: ["https://kubernetes.io/docs/tutorials/security/apparmor/"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/apparmorUnconfined``.
enum ApparmorUnconfined {
    private static let field = "securityContext.appArmorProfile.type"

    /// Fails when `Unconfined` is in force for any container.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.ifSet
        return subject.noContainer(at: field, reading: { ($0.securityContext.appArmorProfile, $0.name) }) { profile, name in
            let own = subject.appArmorProfile(profile, ofContainer: name)
            return ContainerVerdict(own: own, inherited: inherited, unset: .meets) { !$0.isUnconfined }
        }
    }

    /// kubesec reads no annotations.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.ifSet
        return subject.noContainer(at: field) { container in
            ContainerVerdict(own: container.securityContext.appArmorProfile.ifSet, inherited: inherited, unset: .meets) { !$0.isUnconfined }
        }
    }
}
