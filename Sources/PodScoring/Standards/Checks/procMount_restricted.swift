import KubernetesAPI

extension StandardCheck {
    /// Forbids an unmasked `/proc` also in user namespaces, where ``procMount`` no longer does.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_procMount_restricted.go>
    static let procMountRestricted = StandardCheck(
        id: "procMount_restricted",
        level: .restricted,
        scope: .container,
        reason: procMount.reason,
        fix: procMount.fix,
        fixClass: .application,
        overrides: "procMount",
        revisions: [Revision(since: 35, procMountsCEL, findProcMounts)]
    )
}
