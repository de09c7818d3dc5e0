import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container has a read-only root filesystem.
    package static let readOnlyRootFilesystem = Rule(
        id: "ReadOnlyRootFilesystem",
        selector: "containers[] .securityContext .readOnlyRootFilesystem == true",
        polarity: .positive,
        scope: .container,
        reason: "On a read-only root filesystem, an attacker cannot change programs or install tools.",
        fix: "set securityContext.readOnlyRootFilesystem: true",
        example: """
            containers:
              - name: app
                securityContext:
                  readOnlyRootFilesystem: true
            """,
        references: ["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/readOnlyRootFilesystem``.
enum ReadOnlyRootFilesystem {
    /// Holds if every container has a read-only root filesystem.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer("securityContext.readOnlyRootFilesystem", judge)
    }

    /// kubesec accepts one such container.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer("securityContext.readOnlyRootFilesystem", judge)
    }

    private static func judge(_ container: borrowing Container) -> ContainerVerdict {
        ContainerVerdict(container.securityContext.readOnlyRootFilesystem == true)
    }
}
