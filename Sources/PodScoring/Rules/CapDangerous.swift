import KubernetesAPI

extension Rule {
    /// Matches containers that add a capability that affects the node; ``capSysAdmin`` covers `SYS_ADMIN`.
    ///
    /// `ALL` violates both rules: otherwise a container that adds everything would evade a policy that forbids only this rule.
    package static let capDangerous = Rule(
        id: "CapDangerous",
        selector: """
            containers[] .securityContext .capabilities .add == BPF | DAC_READ_SEARCH | MAC_ADMIN | MAC_OVERRIDE | NET_ADMIN | \
            PERFMON | SYS_BOOT | SYS_MODULE | SYS_PTRACE | SYS_RAWIO
            """,
        polarity: .negative,
        scope: .container,
        kinds: [],
        reason: "Capabilities such as NET_ADMIN, SYS_PTRACE and SYS_MODULE let a process inspect or change the node.",
        fix: "remove dangerous entries and ALL from securityContext.capabilities.add",
        fixClass: .application,
        adjustments: [
            """
            A program that configures network interfaces (NET_ADMIN), traces processes (SYS_PTRACE) or loads kernel modules \
            (SYS_MODULE) fails without the capability. Leave that to the node, to a CNI plugin or to a separate agent.
            """
        ],
        example: """
            containers:
              - name: app
                securityContext:
                  capabilities:
                    drop: [ALL]
                    add: [NET_BIND_SERVICE]
            """,
        references: [
            "https://man7.org/linux/man-pages/man7/capabilities.7.html",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        ],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/capDangerous``.
enum CapDangerous {
    private static let names = CapabilityNames([
        "sys_module", "sys_rawio", "sys_ptrace", "sys_boot", "bpf", "perfmon", "dac_read_search", "net_admin", "mac_admin",
        "mac_override", "all",
    ])

    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.addedCapabilities).exists(x,\(names.cel("x")))")

    /// Fails if any container adds one of the capabilities, in any spelling that a container runtime accepts.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let outcome = subject.noContainer(at: .addedCapabilities) { container in
            guard let added = container.securityContext.capabilities.add else { return .meets }
            return ContainerVerdict(!names.containsAny(of: added))
        }
        return subject.naming(names, in: outcome)
    }
}
