import KubernetesAPI

extension StandardCheck {
    /// Forbids to unmask `/proc`.
    ///
    /// From 1.35 on a Pod with a user namespace may.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_procMount_baseline.go>
    static let procMount = StandardCheck(
        id: "procMount",
        level: .baseline,
        scope: .container,
        reason: "sees parts of /proc that are masked for others",
        fix: "set securityContext.procMount: Default",
        revisions: [
            Revision(since: 0, findProcMounts),
            Revision(since: 35) { pod, annotations, findings in
                if !pod.hasUserNamespace { findProcMounts(in: pod, annotations: annotations, findings: &findings) }
            },
        ]
    )

    /// What the check looks for in a Pod on the node's users.
    static func findProcMounts(in pod: PodSpec, annotations: [Annotation], findings: inout [Finding]) {
        guard pod.hasRareSettings else { return }
        pod.find("securityContext.procMount", in: &findings) { container in
            !(container.securityContext.rare?.settings.procMount?.isExactly("Default") ?? true)
        }
    }
}
