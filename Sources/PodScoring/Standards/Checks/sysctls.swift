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
            revision(since: 0, safeSysctls),
            revision(since: 27, safeSysctlsOf127),
            revision(since: 29, safeSysctlsOf129),
            revision(since: 32, safeSysctlsOf132),
            revision(since: 37, safeSysctlsOf137),
        ]
    )

    private static func revision(since minor: Int, _ names: [String]) -> Revision {
        let allowed = TextSet(names)
        return Revision(since: minor, cel(names)) { subject, findings in find(besides: allowed, in: subject, findings: &findings) }
    }

    private static func cel(_ names: [String]) -> CELCheck {
        .fails(in: .pod, where: "\(.podSecurityContext).?sysctls.orValue([]).exists(x,\(SafeSysctls.excludes(names)))")
    }

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

    private static func find(besides allowed: TextSet, in subject: ScoringSubject, findings: inout [Finding]) {
        allowed.findOthers(in: subject.pod.securityContext.sysctls, &findings) { Finding(.pod, .sysctlName, at: $0) }
    }
}
