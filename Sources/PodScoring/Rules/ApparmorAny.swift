import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all have an AppArmor profile that confines them.
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
        reason: "An AppArmor profile keeps a container from files and operations that it has no business with, even as root.",
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

/// The checks of ``Rule/apparmorAny``.
enum ApparmorAny {
    private static let field = "securityContext.appArmorProfile.type"

    /// Holds when a real profile is in force for every container: its own, its legacy annotation's or the Pod's.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.ifSet
        return subject.everyContainer(field, reading: { ($0.securityContext.appArmorProfile, $0.name) }) { profile, name in
            let own = subject.appArmorProfile(profile, ofContainer: name)
            return ContainerVerdict(own: own, inherited: inherited) { $0.isConfining }
        }
    }

    /// kubesec is content with one container, takes any text for a profile but `Unconfined`, and reads no annotations.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        let inherited = subject.pod.securityContext.appArmorProfile.ifSet
        return subject.anyContainer(field) { container in
            ContainerVerdict(own: container.securityContext.appArmorProfile.ifSet, inherited: inherited) { !$0.isUnconfined }
        }
    }
}
