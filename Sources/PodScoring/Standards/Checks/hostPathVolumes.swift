import KubernetesAPI

extension StandardCheck {
    /// Forbids `hostPath` volumes.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_hostPathVolumes.go>
    static let hostPathVolumes = StandardCheck(
        id: "hostPathVolumes",
        level: .baseline,
        scope: .pod,
        reason: "mounts paths of the node",
        fix: "use another kind of volume than hostPath",
        fixClass: .application,
        revisions: [Revision(since: 0, hostPathsCEL, findHostPaths)]
    )

    private static let hostPathsCEL = CELCheck.fails(in: .hostPathVolumes, where: "true")

    private static func findHostPaths(in subject: ScoringSubject, findings: inout [Finding]) {
        subject.pod.findVolumes(.hostPath, in: &findings) { $0.sources.contains(.hostPath) }
    }
}
