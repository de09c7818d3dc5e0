import KubernetesAPI

extension StandardCheck {
    /// Forbids UID 0.
    ///
    /// Not applied to Pods with a user namespace since 1.35.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_runAsUser.go>
    static let runAsUser = StandardCheck(
        id: "runAsUser",
        level: .restricted,
        scope: .container,
        reason: "asks to run as root",
        fix: "set securityContext.runAsUser to another UID than 0",
        fixClass: .image,
        revisions: [
            Revision(since: 23, uid0CEL, findUID0),
            Revision(since: 35, uid0CEL.withoutUserNamespace) { subject, findings in
                if !subject.hasUserNamespace { findUID0(in: subject, findings: &findings) }
            },
        ]
    )

    private static let uid0CEL = CELCheck.fails(
        in: .podAndContainers,
        where: "\(.securityContext).?runAsUser.or(\(.podSecurityContext).?runAsUser).orValue(1)==0"
    )

    private static func findUID0(in subject: ScoringSubject, findings: inout [Finding]) {
        let inherited = subject.pod.securityContext.runAsUser
        subject.findInherited(.runAsUser, in: &findings, isForbiddenInPod: inherited == 0) { $0.securityContext.runAsUser.map { $0 == 0 } }
    }
}
