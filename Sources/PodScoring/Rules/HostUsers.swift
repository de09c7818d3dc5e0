import KubernetesAPI

extension Rule {
    /// Matches Pods that do not share the node's user namespace.
    package static let hostUsers = Rule(
        id: "HostUsers",
        selector: ".spec .hostUsers == false",
        polarity: .positive,
        scope: .pod,
        reason: "In a separate user namespace, root in a container is an unprivileged user on the node.",
        fix: "set hostUsers: false",
        fixClass: .node,
        needs: .userNamespaces,
        adjustments: [
            """
            On a node without user namespaces, the Pod does not start. If all nodes have them, say so with `nodes: \
            {userNamespaces: true}` in the policy.
            """,
            """
            The API server rejects the field beside hostNetwork, hostPID, hostIPC or volumeDevices. User and group ids above \
            65535 do not exist in the namespace. The filesystem of each volume must support ID-mapped mounts, which NFS does not.
            """,
        ],
        example: """
            hostUsers: false
            """,
        references: ["https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/hostUsers``.
enum HostUsers {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .pod, where: "\(.spec).?hostUsers.orValue(true)")

    /// Holds if the field is false.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        CheckOutcome(podField: .hostUsers, holds: subject.pod.hostUsers == false)
    }

    /// As ``podscoreV1(_:)``.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        podscoreV1(subject)
    }
}
