import KubernetesAPI

extension Rule {
    /// Matches containers that add `SYS_ADMIN`, by name or as part of `ALL`.
    package static let capSysAdmin = Rule(
        id: "CapSysAdmin",
        selector: "containers[] .securityContext .capabilities .add == SYS_ADMIN",
        polarity: .negative,
        scope: .container,
        reason: "SYS_ADMIN lets a process mount filesystems and reconfigure the node, almost like root on the node.",
        fix: "remove SYS_ADMIN and ALL from securityContext.capabilities.add",
        fixClass: .application,
        adjustments: [
            """
            Without SYS_ADMIN, a program cannot mount filesystems or enter other namespaces. Leave that to a CSI driver or \
            to a separate agent of the node.
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
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container",
            "https://man7.org/linux/man-pages/man7/capabilities.7.html",
        ],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/capSysAdmin``.
enum CapSysAdmin {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.addedCapabilities).exists(x,\(CapabilityNames.administrator.cel("x")))")

    private static let field = Finding.Field.addedCapabilities

    /// Fails if any container adds the capability, in any spelling that a container runtime accepts.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let outcome = subject.noContainer(at: field) { container in
            guard let added = container.securityContext.capabilities.add else { return .meets }
            return ContainerVerdict(!CapabilityNames.administrator.containsAny(of: added))
        }
        return subject.naming(.administrator, in: outcome)
    }

    /// kubesec searches for `SYS_ADMIN` anywhere in the names, in capital letters only, and ignores `ALL`.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noContainer(at: field) { container in
            ContainerVerdict(container.securityContext.capabilities.add?.contains { $0.containsBytes(of: "SYS_ADMIN") } != true)
        }
    }
}
