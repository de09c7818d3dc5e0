import KubernetesAPI

extension Rule {
    /// Matches containers that add a capability which reaches past the container, short of `SYS_ADMIN`, which is ``capSysAdmin``.
    ///
    /// `ALL` holds every one of them and so fires both rules: whoever forbids just this one must not be got around by asking for more.
    package static let capDangerous = Rule(
        id: "CapDangerous",
        selector: """
            containers[] .securityContext .capabilities .add == BPF | DAC_READ_SEARCH | MAC_ADMIN | MAC_OVERRIDE | NET_ADMIN | \
            PERFMON | SYS_BOOT | SYS_MODULE | SYS_PTRACE | SYS_RAWIO
            """,
        polarity: .negative,
        scope: .container,
        kinds: [],
        reason: "NET_ADMIN, SYS_PTRACE, SYS_MODULE and the like let a process read, trace or change what is the node's.",
        fix: "remove dangerous ones and ALL from securityContext.capabilities.add",
        effort: .needsKnowledge,
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

    /// Fails when any container adds one of the capabilities, spelled as any runtime takes it.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let outcome = subject.noContainer(at: "securityContext.capabilities.add") { container in
            guard let added = container.securityContext.capabilities.add else { return .meets }
            return ContainerVerdict(!added.contains(where: names.contains))
        }
        return subject.naming(names, in: outcome)
    }
}
