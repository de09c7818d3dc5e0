import KubernetesAPI

extension StandardCheck {
    /// Forbids kernel parameters that affect more than the Pod.
    ///
    /// 1.27, 1.29, 1.32 and 1.37 allow more parameters, which affect only the Pod.
    /// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_sysctls.go>
    static let sysctls = StandardCheck(
        id: "sysctls",
        level: .baseline,
        scope: .pod,
        reason: "sets kernel parameters that are not its own",
        fix: "remove the entry from securityContext.sysctls",
        fixClass: .application,
        revisions: [
            Revision(since: 0) { pod, _, findings in find(besides: allowedSince10, in: pod, findings: &findings) },
            Revision(since: 27) { pod, _, findings in find(besides: allowedOf127, in: pod, findings: &findings) },
            Revision(since: 29) { pod, _, findings in find(besides: allowedOf129, in: pod, findings: &findings) },
            Revision(since: 32) { pod, _, findings in find(besides: allowedOf132, in: pod, findings: &findings) },
            Revision(since: 37) { pod, _, findings in find(besides: allowedOf137, in: pod, findings: &findings) },
        ]
    )

    private static let safeSysctls = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    ]
    private static let safeSysctlsOf127 = safeSysctls + ["net.ipv4.ip_local_reserved_ports"]
    private static let safeSysctlsOf129 =
        safeSysctlsOf127 + [
            "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        ]
    private static let safeSysctlsOf132 = safeSysctlsOf129 + ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]
    private static let safeSysctlsOf137 = safeSysctlsOf132 + ["net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"]

    private static let allowedSince10 = TextSet(safeSysctls)
    private static let allowedOf127 = TextSet(safeSysctlsOf127)
    private static let allowedOf129 = TextSet(safeSysctlsOf129)
    private static let allowedOf132 = TextSet(safeSysctlsOf132)
    private static let allowedOf137 = TextSet(safeSysctlsOf137)

    private static func find(besides allowed: TextSet, in pod: PodSpec, findings: inout [Finding]) {
        let sysctls = pod.securityContext.sysctls
        for index in sysctls.indices where !allowed.contains(sysctls[index]) {
            findings.append(Finding(.pod, .sysctlName, at: index))
        }
    }
}
