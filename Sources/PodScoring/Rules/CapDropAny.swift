import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all drop some capability.
    package static let capDropAny = Rule(
        id: "CapDropAny",
        selector: "containers[] .securityContext .capabilities .drop",
        polarity: .positive,
        scope: .container,
        reason: "Each capability that a container gives up is one that an intruder does not have.",
        fix: "add ALL to securityContext.capabilities.drop",
        example: """
            containers:
              - name: app
                securityContext:
                  capabilities:
                    drop: [ALL]
            """,
        references: [
            "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#set-capabilities-for-a-container",
            "https://man7.org/linux/man-pages/man7/capabilities.7.html",
        ],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/capDropAny``.
enum CapDropAny {
    private static let field = "securityContext.capabilities.drop"

    /// Holds when every container names a capability that it drops.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(field) { container in
            ContainerVerdict(container.securityContext.capabilities.drop?.contains { !$0.isEmpty } ?? false)
        }
    }

    /// kubesec is content with one container whose list has an entry, unless one is null or reads as Go prints a null.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(field) { container in
            guard let drop = container.securityContext.capabilities.drop, !drop.isEmpty else { return .ownFault }
            return ContainerVerdict(!container.securityContext.capabilities.dropsNull && !drop.contains { $0.containsBytes(of: "<nil>") })
        }
    }
}
