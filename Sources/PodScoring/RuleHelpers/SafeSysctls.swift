/// The kernel parameters that the baseline standard allows, by the version of Kubernetes from which on it does.
///
/// A list never changes once it stands here: released rulesets rest on it. A newer version of Kubernetes gets a list of its own.
/// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_sysctls.go>
enum SafeSysctls {
    /// From 1.0 on.
    static let since10 = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    ]
    /// From 1.27 on.
    static let since127 = since10 + ["net.ipv4.ip_local_reserved_ports"]
    /// From 1.29 on.
    static let since129 =
        since127 + [
            "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        ]
    /// From 1.32 on.
    static let since132 = TextSet(since129 + ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"])
}
