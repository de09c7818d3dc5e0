import KubernetesAPI

extension StandardCheck {
    /// Forbids sharing the network, PID and IPC namespaces of the node.
    ///
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_hostNamespaces.go>
    static let hostNamespaces = StandardCheck(
        id: "hostNamespaces",
        level: .baseline,
        scope: .pod,
        reason: "shares namespaces of the node",
        fix: "remove hostNetwork, hostPID and hostIPC",
        fixClass: .application,
        revisions: [Revision(since: 0, hostNamespacesCEL, findHostNamespaces)]
    )

    private static let hostNamespacesCEL = CELCheck.fails(
        in: .pod,
        where: "has(\(.spec).hostNetwork)||has(\(.spec).hostPID)||has(\(.spec).hostIPC)"
    )

    private static func findHostNamespaces(in subject: ScoringSubject, findings: inout [Finding]) {
        if subject.pod.hostNetwork == true { findings.append(Finding(.pod, .hostNetwork, own: Finding.Texts(fix: "remove hostNetwork"))) }
        if subject.pod.hostPID == true { findings.append(Finding(.pod, .hostPID, own: Finding.Texts(fix: "remove hostPID"))) }
        if subject.pod.hostIPC == true { findings.append(Finding(.pod, .hostIPC, own: Finding.Texts(fix: "remove hostIPC"))) }
    }
}
