import KubernetesAPI

extension StandardCheck {
    /// Forbids an unmasked `/proc`.
    ///
    /// Not applied to Pods with a user namespace since 1.35.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_procMount_baseline.go>
    static let procMount = StandardCheck(
        id: "procMount",
        level: .baseline,
        scope: .container,
        reason: "sees parts of /proc that are masked for others",
        fix: "set securityContext.procMount: Default",
        fixClass: .application,
        revisions: [
            Revision(since: 0, procMountsCEL, findProcMounts),
            Revision(since: 35, procMountsCEL.withoutUserNamespace) { subject, findings in
                if !subject.hasUserNamespace { findProcMounts(in: subject, findings: &findings) }
            },
        ]
    )

    /// The function for Pods without a user namespace, as CEL.
    static let procMountsCEL = CELCheck.fails(
        in: .containers,
        where: "\(.securityContext).?procMount.orValue('Default')!='Default'"
    )

    /// The function for Pods without a user namespace.
    static func findProcMounts(in subject: ScoringSubject, findings: inout [Finding]) {
        guard subject.hasRareSettings else { return }
        subject.pod.visitRareSettings { rare, place in
            guard let procMount = rare?.settings.procMount, !procMount.isExactly("Default") else { return }
            findings.append(Finding(place, .procMount))
        }
    }
}
