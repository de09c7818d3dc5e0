import KubernetesAPI

extension Rule {
    /// Matches containers whose AppArmor profile is `Unconfined`.
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
        reason: "Without an AppArmor profile, nothing but its capabilities restricts a root process in the container.",
        fix: "set securityContext.appArmorProfile.type: RuntimeDefault",
        fixClass: .node,
        needs: .appArmor,
        adjustments: [
            """
            On a node without AppArmor, the kubelet rejects the Pod. There, remove the field instead: a node with AppArmor \
            then applies the default profile of its container runtime.
            """
        ],
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
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.appArmorType)=='Unconfined'")

    private static let field = Finding.Field.appArmorProfileType

    /// Fails if `Unconfined` applies to any container.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.confinement
        let hasAnnotations = !subject.legacyAppArmorProfiles.isEmpty
        return subject.noContainer(
            at: field,
            reading: { ($0.securityContext.appArmorProfile.ifTyped, hasAnnotations ? $0.name : "") }
        ) { profile, name in
            let own = subject.appArmor(profile?.confinement, ofContainer: name)
            return ContainerVerdict(own: own, inherited: inherited, unset: .meets) { $0 != .unconfined }
        }
    }

    /// kubesec reads no annotations.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.confinement
        return subject.noContainer(at: field) { container in
            let own = container.securityContext.appArmorProfile.confinement
            return ContainerVerdict(own: own, inherited: inherited, unset: .meets) { $0 != .unconfined }
        }
    }
}
