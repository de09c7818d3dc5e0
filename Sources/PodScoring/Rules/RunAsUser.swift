import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container runs with a user id above 10 000.
    package static let runAsUser = Rule(
        id: "RunAsUser",
        selector: ".spec, .spec.containers[] | .securityContext .runAsUser -gt 10000",
        polarity: .positive,
        scope: .container,
        reason: """
            A user id above 10 000 is unlikely to exist on the node, so an escaped process does not get the rights of one of the \
            node's users.
            """,
        fix: "set securityContext.runAsUser: 10001",
        fixClass: .image,
        adjustments: Adjustments.userOfManifest,
        example: """
            securityContext:
              runAsUser: 10001
            """,
        references: ["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/runAsUser``.
enum RunAsUser {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(
        in: .containers,
        where: "\(.securityContext).?runAsUser.or(\(.podSecurityContext).?runAsUser).orValue(0)<=10000"
    )

    /// Holds if every container runs with a user id above 10 000, by its own value or the Pod's.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(.runAsUser) { judge($0, in: subject.pod) }
    }

    /// kubesec accepts one such container.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(.runAsUser) { judge($0, in: subject.pod) }
    }

    private static func judge(_ container: borrowing Container, in pod: PodSpec) -> ContainerVerdict {
        ContainerVerdict(own: container.securityContext.runAsUser, inherited: pod.securityContext.runAsUser) { $0 > 10_000 }
    }
}
