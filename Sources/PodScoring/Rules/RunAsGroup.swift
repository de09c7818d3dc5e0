import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container runs with a group id above 10 000.
    package static let runAsGroup = Rule(
        id: "RunAsGroup",
        selector: ".spec, .spec.containers[] | .securityContext .runAsGroup -gt 10000",
        polarity: .positive,
        scope: .container,
        reason: """
            A group id above 10 000 is unlikely to exist on the node, so an escaped process does not get the rights of one of the \
            node's groups.
            """,
        fix: "set securityContext.runAsGroup: 10001",
        fixClass: .image,
        adjustments: [Adjustments.readableFiles, Adjustments.writableVolumes],
        example: """
            securityContext:
              runAsGroup: 10001
            """,
        references: ["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/runAsGroup``.
enum RunAsGroup {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .containers,
        where: "\(.securityContext).?runAsGroup.or(\(.podSecurityContext).?runAsGroup).orValue(0)<=10000"
    )

    /// Holds if every container runs with a group id above 10 000, by its own value or the Pod's.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(.runAsGroup) { judge($0, in: subject.pod) }
    }

    /// kubesec accepts one such container.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(.runAsGroup) { judge($0, in: subject.pod) }
    }

    private static func judge(_ container: borrowing Container, in pod: PodSpec) -> ContainerVerdict {
        ContainerVerdict(own: container.securityContext.runAsGroup, inherited: pod.securityContext.runAsGroup) { $0 > 10_000 }
    }
}
