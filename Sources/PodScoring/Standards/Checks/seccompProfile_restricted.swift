import KubernetesAPI

extension StandardCheck {
    /// Requires the seccomp profile `RuntimeDefault` or `Localhost` of the Pod or of each container.
    ///
    /// Not applied to Windows Pods since 1.25.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_seccompProfile_restricted.go>
    static let seccompProfileRestricted = StandardCheck(
        id: "seccompProfile_restricted",
        level: .restricted,
        scope: .container,
        reason: "has no seccomp profile that confines it",
        fix: "set securityContext.seccompProfile.type: RuntimeDefault",
        fixClass: .manifest,
        overrides: "seccompProfile_baseline",
        revisions: [
            Revision(since: 19, missingSeccompProfilesCEL, findMissingSeccompProfiles),
            Revision(since: 25, missingSeccompProfilesCEL.onLinux) { subject, findings in
                if !subject.isWindows { findMissingSeccompProfiles(in: subject, findings: &findings) }
            },
        ]
    )

    private static let missingSeccompProfilesCEL = CELCheck.fails(
        in: .podAndContainers,
        where: """
            !(\(.securityContext).?seccompProfile.or(\(.podSecurityContext).?seccompProfile).?type\
            .orValue(\(.place)=='Pod'?'Localhost':'') in ['RuntimeDefault','Localhost'])
            """
    )

    /// A container without its own profile is a finding only if the Pod's profile is not.
    private static func findMissingSeccompProfiles(in subject: ScoringSubject, findings: inout [Finding]) {
        let inherited = subject.pod.securityContext.seccompProfile.isForbidden
        let unset: Bool? = inherited == nil ? true : nil
        subject.findInherited(.seccompProfileType, in: &findings, isForbiddenInPod: inherited == true) {
            $0.securityContext.seccompProfile.isForbidden ?? unset
        }
    }
}
