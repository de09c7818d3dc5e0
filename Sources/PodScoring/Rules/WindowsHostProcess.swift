import KubernetesAPI

extension Rule {
    /// Matches Pods with a container that is a process of its Windows node.
    package static let windowsHostProcess = Rule(
        id: "WindowsHostProcess",
        selector: ".spec, .spec.containers[] | .securityContext .windowsOptions .hostProcess == true",
        polarity: .negative,
        scope: .container,
        kinds: [],
        reason: "A HostProcess container runs on the Windows node itself, with its files, network and accounts: nothing contains it.",
        fix: "remove securityContext.windowsOptions.hostProcess",
        effort: .needsKnowledge,
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
    private static let field = "securityContext.windowsOptions.hostProcess"

    /// Fails when the Pod or any container says so, whatever its system: a Pod that does not name one may still get onto Windows.
    ///
    /// The Pod's own value counts even where all containers deny it, a Pod that the API server refuses.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let outcome = CheckOutcome(podField: field, holds: subject.pod.securityContext.windowsOptions.hostProcess != true)
        guard subject.pod.hasRareSettings else { return outcome }
        return outcome.and(
            subject.noContainer(at: field) { ContainerVerdict($0.securityContext.rare?.settings.windowsOptions.hostProcess != true) }
        )
    }
}
