import KubernetesAPI

extension StandardCheck {
    /// Requires every container to disable privilege escalation.
    ///
    /// Not applied to Windows Pods since 1.25.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_allowPrivilegeEscalation.go>
    static let allowPrivilegeEscalation = StandardCheck(
        id: "allowPrivilegeEscalation",
        level: .restricted,
        scope: .container,
        reason: "lets its processes gain privileges",
        fix: "set securityContext.allowPrivilegeEscalation: false",
        fixClass: .manifest,
        except: .escalationIsUsed,
        revisions: [
            Revision(since: 8, escalationCEL, findPrivilegeEscalation),
            Revision(since: 25, escalationCEL.onLinux) { subject, findings in
                if !subject.isWindows { findPrivilegeEscalation(in: subject, findings: &findings) }
            },
        ]
    )

    private static let escalationCEL = CELCheck.fails(in: .containers, where: "\(.securityContext).?allowPrivilegeEscalation.orValue(true)")

    private static func findPrivilegeEscalation(in subject: ScoringSubject, findings: inout [Finding]) {
        subject.pod.find(.allowPrivilegeEscalation, in: &findings) { (container: borrowing Container) in
            container.securityContext.allowPrivilegeEscalation != false
        }
    }
}
