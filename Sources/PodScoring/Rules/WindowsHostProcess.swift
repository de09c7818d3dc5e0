import KubernetesAPI

extension Rule {
    /// Matches Pods with a HostProcess container, which runs as a process of its Windows node.
    package static let windowsHostProcess = Rule(
        id: "WindowsHostProcess",
        selector: ".spec, .spec.containers[] | .securityContext .windowsOptions .hostProcess == true",
        polarity: .negative,
        scope: .container,
        kinds: [],
        reason: "A HostProcess container is not isolated: it runs on the Windows node with the node's files, network and accounts.",
        fix: "remove securityContext.windowsOptions.hostProcess",
        fixClass: .application,
        adjustments: [
            "Only programs that administer their node, such as network or storage agents, need a HostProcess container."
        ],
        example: """
            securityContext:
              windowsOptions:
                runAsUserName: ContainerUser
            """,
        references: [
            "https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/",
            "https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
        ]
    )
}

/// The checks of ``Rule/windowsHostProcess``.
enum WindowsHostProcess {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .podAndContainers,
        where: """
            \(.securityContext).?windowsOptions.?hostProcess.or(\(.podSecurityContext).?windowsOptions.?hostProcess).orValue(false)
            """
    )

    private static let field = Finding.Field.hostProcess

    /// Fails if the Pod or any container sets the field, whatever `os.name` says: a Pod without it can still run on Windows.
    ///
    /// The Pod's value counts even if all containers override it; the API server rejects such a Pod.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let outcome = CheckOutcome(podField: field, holds: subject.pod.securityContext.windowsOptions.hostProcess != true)
        guard subject.hasRareSettings else { return outcome }
        return outcome.and(
            subject.noContainer(at: field) { ContainerVerdict($0.securityContext.rare?.settings.windowsOptions.hostProcess != true) }
        )
    }
}
