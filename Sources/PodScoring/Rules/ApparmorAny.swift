import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container has an AppArmor profile that confines it.
    package static let apparmorAny = Rule(
        id: "ApparmorAny",
        selector: """
            .spec .securityContext .appArmorProfile .type | \
            .spec .containers[] .securityContext .appArmorProfile .type | \
            .spec .initContainers[] .securityContext .appArmorProfile .type | \
            .spec .ephemeralContainers[] .securityContext .appArmorProfile .type
            """,
        polarity: .positive,
        scope: .container,
        reason: "An AppArmor profile restricts the files and operations that a container can use, even as root.",
        fix: "set securityContext.appArmorProfile.type: RuntimeDefault",
        fixClass: .node,
        needs: .appArmor,
        adjustments: [
            """
            On a node without AppArmor, the kubelet rejects the Pod. If all nodes have it, say so with `nodes: {appArmor: \
            true}` in the policy.
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

/// The checks of ``Rule/apparmorAny``.
enum ApparmorAny {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "!(\(.appArmorType) in ['RuntimeDefault','Localhost'])")

    private static let field = Finding.Field.appArmorProfileType

    /// Holds if a confining profile applies to every container: its own, that of its legacy annotation, or the Pod's.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.confinement
        let hasAnnotations = !subject.legacyAppArmorProfiles.isEmpty
        return subject.everyContainer(
            field,
            reading: { ($0.securityContext.appArmorProfile.ifTyped, hasAnnotations ? $0.name : "") }
        ) { profile, name in
            let own = subject.appArmor(profile?.confinement, ofContainer: name)
            return ContainerVerdict(own: own, inherited: inherited) { $0 == .confining }
        }
    }

    /// kubesec accepts one such container and any profile type but `Unconfined`, and reads no annotations.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.confinement
        return subject.anyContainer(field) { container in
            ContainerVerdict(own: container.securityContext.appArmorProfile.confinement, inherited: inherited) { $0 != .unconfined }
        }
    }
}
