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
            Revision(since: 35, uid0CEL.withoutUserNamespace) { pod, annotations, findings in
                if !pod.hasUserNamespace { findUID0(in: pod, annotations: annotations, findings: &findings) }
            },
        ]
    )

    private static let uid0CEL = CELCheck.fails(
        in: .podAndContainers,
        where: "\(.securityContext).?runAsUser.or(\(.podSecurityContext).?runAsUser).orValue(1)==0"
    )

    private static func findUID0(in pod: PodSpec, annotations: [Annotation], findings: inout [Finding]) {
        let field = Finding.Field.runAsUser
        if pod.securityContext.runAsUser == 0 { findings.append(Finding(.pod, field)) }
        pod.find(field, in: &findings) { $0.securityContext.runAsUser == 0 }
    }
}
