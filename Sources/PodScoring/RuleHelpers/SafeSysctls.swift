/// The kernel parameters that the baseline standard allows, by the Kubernetes version that first allowed them.
///
/// A list never changes, because released rulesets depend on it. A newer Kubernetes version gets a new list.
/// Source: <https://github.com/kubernetes/pod-security-admission/blob/v0.36.2/policy/check_sysctls.go>
package enum SafeSysctls {
    /// Allowed since 1.0.
    static let since10 = [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    ]
    /// Allowed since 1.27.
    static let since127 = since10 + ["net.ipv4.ip_local_reserved_ports"]
    /// Allowed since 1.29.
    package static let since129 =
        since127 + [
            "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        ]

    /// Whether the parameter `x` is in none of these lists that grow from version to version; what they have in common is read by a term.
    static func excludes(_ names: [String]) -> CELExpression {
        guard names.starts(with: since129) else { return "!(x.name in \(list: names))" }
        let others = Array(names.dropFirst(since129.count))
        return others.isEmpty ? "!(x.name in \(.safeSysctls))" : "!(x.name in \(.safeSysctls)+\(list: others))"
    }

    /// Allowed since 1.32.
    static let since132 = TextSet(namesSince132)
    /// The same as a list.
    static let namesSince132 = since129 + ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]
}
