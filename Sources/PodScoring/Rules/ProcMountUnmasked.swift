import KubernetesAPI

extension Rule {
    /// Matches containers that remove the runtime's masks over `/proc`.
    ///
    /// Any value but `Default` matches: the API has only one other value, and an unknown one counts as unsafe.
    package static let procMountUnmasked = Rule(
        id: "ProcMountUnmasked",
        selector: "containers[] .securityContext .procMount == Unmasked",
        polarity: .negative,
        scope: .container,
        kinds: [],
        reason: "An unmasked /proc exposes kernel memory to the container and lets root change kernel settings.",
        fix: "remove securityContext.procMount",
        fixClass: .application,
        adjustments: [
            """
            Programs that start containers inside of their container, such as some image builders, need an unmasked /proc. \
            Use a builder that works without it.
            """
        ],
        example: """
            containers:
              - name: app
                securityContext:
                  procMount: Default
            """,
        references: [
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
            "https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/",
        ],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/procMountUnmasked``.
enum ProcMountUnmasked {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "\(.securityContext).?procMount.orValue('Default')!='Default'")

    /// Fails if any container sets anything but the default.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        guard subject.hasRareSettings else { return .holds }
        return subject.noContainer(at: .procMount) { container in
            guard let procMount = container.securityContext.rare?.settings.procMount else { return .meets }
            return ContainerVerdict(procMount.isExactly("Default"))
        }
    }
}
