import KubernetesAPI

extension StandardCheck {
    /// Forbids AppArmor profiles other than `RuntimeDefault` and `Localhost`.
    ///
    /// An annotation for a missing container counts as well; an empty one does not.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_appArmorProfile.go>
    static let appArmorProfile = StandardCheck(
        id: "appArmorProfile",
        level: .baseline,
        scope: .container,
        reason: "asks for an AppArmor profile that does not confine it",
        fix: "set securityContext.appArmorProfile.type: RuntimeDefault",
        fixClass: .node,
        readsAnnotations: true,
        revisions: [Revision(since: 0, appArmorCEL, findAppArmorProfiles)]
    )

    /// The API server stores no annotation for a missing container, and none can be added to a running Pod.
    private static let appArmorCEL = CELCheck.fails(
        in: .podAndContainers,
        where: """
            !(\(.securityContext).?appArmorProfile.or(\(.podSecurityContext).?appArmorProfile).?type.orValue('Localhost') in \
            ['RuntimeDefault','Localhost'])
            """
    )
    .or(
        in: .pod,
        where: """
            \(.template).?metadata.?annotations.orValue({}).exists(x,x.startsWith(\(literal: Annotation.appArmorPrefix))&&\
            !\(.template).metadata.annotations[x].matches('^(|runtime/default)$|^localhost/'))
            """
    )

    private static func findAppArmorProfiles(in subject: ScoringSubject, findings: inout [Finding]) {
        let inherited = subject.pod.securityContext.appArmorProfile.isForbidden
        subject.findInherited(.appArmorProfileType, in: &findings, isForbiddenInPod: inherited == true) {
            $0.securityContext.appArmorProfile.isForbidden
        }
        let annotations = subject.annotations
        for index in annotations.indices where forbidsAppArmor(annotations[index]) {
            let fix = "remove the AppArmor annotation"
            findings.append(Finding(annotation: annotations[index], withPrefix: Annotation.appArmorPrefix, fix: fix))
        }
    }

    private static func forbidsAppArmor(_ annotation: Annotation) -> Bool {
        guard annotation.name.startsWithBytes(of: Annotation.appArmorPrefix) else { return false }
        return !annotation.value.isEmpty && !annotation.value.isExactly("runtime/default") && !annotation.isLocalhostProfile
    }
}
