import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers cannot write to their own images.
    package static let readOnlyRootFilesystem = Rule(
        id: "ReadOnlyRootFilesystem",
        selector: "containers[] .securityContext .readOnlyRootFilesystem == true",
        polarity: .positive,
        scope: .container,
        reason: "On a root filesystem that cannot be written to, an intruder can neither change programs nor leave tools behind.",
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
    /// Holds when every container has a read-only root filesystem.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer("securityContext.readOnlyRootFilesystem", judge)
    }

    /// kubesec is content with one such container.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer("securityContext.readOnlyRootFilesystem", judge)
    }

    private static func judge(_ container: borrowing Container) -> ContainerVerdict {
        ContainerVerdict(container.securityContext.readOnlyRootFilesystem == true)
    }
}
