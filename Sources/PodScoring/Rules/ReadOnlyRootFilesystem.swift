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
        fixClass: .application,
        adjustments: [
            """
            Mount an emptyDir volume at each path to which the program writes: nearly always /tmp, and often caches and \
            directories for process ids, such as /var/cache/nginx and /var/run.
            """,
            "To find the paths, let the image run elsewhere and list the changed files, for example with `docker diff`.",
        ],
        example: """
            containers:
              - name: app
                securityContext:
                  readOnlyRootFilesystem: true
                volumeMounts:
                  - name: tmp
                    mountPath: /tmp
            volumes:
              - name: tmp
                emptyDir: {}
            """,
        references: ["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/readOnlyRootFilesystem``.
enum ReadOnlyRootFilesystem {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "!\(.securityContext).?readOnlyRootFilesystem.orValue(false)")

    /// Holds if every container has a read-only root filesystem.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(.readOnlyRootFilesystem, judge)
    }

    /// kubesec accepts one such container.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(.readOnlyRootFilesystem, judge)
    }

    private static func judge(_ container: borrowing Container) -> ContainerVerdict {
        ContainerVerdict(container.securityContext.readOnlyRootFilesystem == true)
    }
}
