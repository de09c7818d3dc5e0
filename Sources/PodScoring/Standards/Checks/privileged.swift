import KubernetesAPI

extension StandardCheck {
    /// Forbids privileged containers.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_privileged.go>
    static let privileged = StandardCheck(
        id: "privileged",
        level: .baseline,
        scope: .container,
        reason: "runs privileged",
        fix: "set securityContext.privileged: false",
        fixClass: .application,
        revisions: [Revision(since: 0, privilegedCEL, findPrivileged)]
    )

    private static let privilegedCEL = CELCheck.fails(in: .containers, where: "\(.securityContext).?privileged.orValue(false)")

    private static func findPrivileged(in subject: ScoringSubject, findings: inout [Finding]) {
        subject.pod.find(.privileged, in: &findings) { $0.securityContext.privileged == true }
    }
}
