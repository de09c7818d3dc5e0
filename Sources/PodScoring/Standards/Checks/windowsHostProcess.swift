import KubernetesAPI

extension StandardCheck {
    /// Forbids HostProcess containers.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_windowsHostProcess.go>
    static let windowsHostProcess = StandardCheck(
        id: "windowsHostProcess",
        level: .baseline,
        scope: .container,
        reason: "runs as a process of the Windows node",
        fix: "remove securityContext.windowsOptions.hostProcess",
        fixClass: .application,
        revisions: [Revision(since: 0, hostProcessCEL, findHostProcesses)]
    )

    private static let hostProcessCEL = CELCheck.fails(
        in: .podAndContainers,
        where: """
            \(.securityContext).?windowsOptions.?hostProcess.or(\(.podSecurityContext).?windowsOptions.?hostProcess).orValue(false)
            """
    )

    private static func findHostProcesses(in subject: ScoringSubject, findings: inout [Finding]) {
        let inherited = subject.pod.securityContext.windowsOptions.hostProcess == true
        guard inherited || subject.hasRareSettings else { return }
        subject.findInherited(.hostProcess, in: &findings, isForbiddenInPod: inherited) {
            $0.securityContext.rare?.settings.windowsOptions.hostProcess
        }
    }
}
