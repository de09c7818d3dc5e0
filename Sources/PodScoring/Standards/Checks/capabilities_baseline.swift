import KubernetesAPI

extension StandardCheck {
    /// Forbids adding capabilities beyond the defaults of container runtimes; `NET_RAW` is also forbidden, although some runtimes add it.
    ///
    /// Names are compared exactly: `CAP_CHOWN` and `chown` are not allowed.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_capabilities_baseline.go>
    static let capabilitiesBaseline = StandardCheck(
        id: "capabilities_baseline",
        level: .baseline,
        scope: .container,
        reason: "adds capabilities beyond the default ones",
        fix: "keep only default ones in securityContext.capabilities.add",
        fixClass: .application,
        revisions: [Revision(since: 0, addedCapabilitiesCEL, findAddedCapabilities)]
    )

    private static let addedCapabilitiesCEL = CELCheck.fails(
        in: .containers,
        where: "\(.addedCapabilities).exists(x,!(x in \(list: defaultCapabilities)))"
    )

    private static let defaultCapabilities = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP",
        "SETUID", "SYS_CHROOT",
    ]

    private static func findAddedCapabilities(in subject: ScoringSubject, findings: inout [Finding]) {
        subject.pod.find(.addedCapabilities, in: &findings) { container in
            container.securityContext.capabilities.add?.contains { !defaultCapabilities.contains(where: $0.isExactly) } ?? false
        }
    }
}
