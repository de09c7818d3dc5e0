import KubernetesAPI

extension Rule {
    /// Matches containers that do without the runtime's masks over `/proc`.
    ///
    /// Any value but `Default` counts: the API knows just one other, and what is unknown is taken for the worst.
    package static let procMountUnmasked = Rule(
        id: "ProcMountUnmasked",
        selector: "containers[] .securityContext .procMount == Unmasked",
        polarity: .negative,
        scope: .container,
        kinds: [],
        reason: "Without its masks /proc shows a container the kernel's own memory and lets root change how the kernel works.",
        fix: "remove securityContext.procMount",
        effort: .needsKnowledge,
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
    /// Fails when any container asks for anything but the default.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        guard subject.pod.hasRareSettings else { return .holds }
        return subject.noContainer(at: "securityContext.procMount") { container in
            guard let procMount = container.securityContext.rare?.settings.procMount else { return .meets }
            return ContainerVerdict(procMount.isExactly("Default"))
        }
    }
}
