import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all drop every capability.
    ///
    /// `CAP_ALL` is no spelling of `ALL`: containerd, for one, takes it for an unknown capability and drops nothing.
    package static let capDropAll = Rule(
        id: "CapDropAll",
        selector: "containers[] .securityContext .capabilities .drop | index(\"ALL\")",
        polarity: .positive,
        scope: .container,
        reason: "Most programs need no capability at all; what is dropped cannot be turned against the node.",
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
        implies: ["CapDropAny"],
        appliesToWindows: false
    )
}

/// The checks of ``Rule/capDropAll``.
enum CapDropAll {
    private static let field = "securityContext.capabilities.drop"

    /// Holds when every container drops `ALL`, in any case, as the container runtimes read it.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(field) { container in
            ContainerVerdict(container.securityContext.capabilities.drop?.contains { $0.equalsIgnoringCase("all") } ?? false)
        }
    }

    /// kubesec is content with one container that drops anything with the letters `ALL` in it, in any case.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(field) { container in
            ContainerVerdict(container.securityContext.capabilities.drop?.contains { $0.containsIgnoringCase("all") } ?? false)
        }
    }
}
