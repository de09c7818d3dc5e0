import KubernetesAPI

extension Rule {
    /// Matches Pods that set kernel parameters that the baseline standard does not allow.
    package static let unsafeSysctl = Rule(
        id: "UnsafeSysctl",
        selector: ".spec .securityContext .sysctls[] .name",
        polarity: .negative,
        scope: .pod,
        kinds: [],
        reason: "Most kernel parameters affect more than the Pod: changing one can starve other Pods or weaken the node.",
        fix: "remove the entry from securityContext.sysctls",
        fixClass: .application,
        adjustments: [
            "The program must work with the default of its node. The administrator of the node can set the parameter there."
        ],
        example: """
            securityContext:
              sysctls:
                - name: net.ipv4.ip_unprivileged_port_start
                  value: "0"
            """,
        references: [
            "https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        ],
        appliesToWindows: false,
        blindSpot:
            "A manifest does not show which other parameters its node isolates; the kubelet rejects those not on its allowlist."
    )
}

/// The checks of ``Rule/unsafeSysctl``.
enum UnsafeSysctl {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .pod,
        where: "\(.podSecurityContext).?sysctls.orValue([]).exists(x,\(SafeSysctls.excludes(SafeSysctls.namesSince132)))"
    )

    /// Fails if any parameter is not in the list of Kubernetes 1.32, compared byte for byte as in Pod Security Admission.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let names = subject.pod.securityContext.sysctls
        guard !names.isEmpty else { return .holds }
        let fix = fix(for: names).map { Finding.Texts(fix: $0) }
        var findings: [Finding] = []
        SafeSysctls.since132.findOthers(in: names, &findings) { Finding(.pod, .sysctlName, at: $0, own: fix) }
        return CheckOutcome(findings: findings)
    }

    /// The most parameters that a fix names; it only counts the others.
    private static let nameLimit = 3

    /// Says which of the parameters to remove; `nil` if none is unsafe, or if no name can be shown in a message.
    private static func fix(for names: [String]) -> String? {
        var shown: [String] = []
        var unsafeCount = 0
        let names = names.span
        for index in names.indices where !SafeSysctls.since132.contains(names[index]) {
            unsafeCount += 1
            if shown.count < nameLimit, names[index].isPlainName { shown.append(names[index]) }
        }
        guard !shown.isEmpty else { return nil }
        let rest = unsafeCount - shown.count
        return "remove \((shown + (rest > 0 ? ["\(rest) more"] : [])).inWords) from securityContext.sysctls"
    }
}
