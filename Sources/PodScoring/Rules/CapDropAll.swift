import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container drops all capabilities.
    ///
    /// `CAP_ALL` does not count: containerd, for example, treats it as an unknown capability and drops nothing.
    package static let capDropAll = Rule(
        id: "CapDropAll",
        selector: "containers[] .securityContext .capabilities .drop | index(\"ALL\")",
        polarity: .positive,
        scope: .container,
        reason: "Most programs need no capabilities, and an attacker cannot use a capability that was dropped.",
        fix: "add ALL to securityContext.capabilities.drop",
        fixClass: .application,
        adjustments: Adjustments.droppedCapabilities,
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
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "!\(.droppedCapabilities).exists(x,x.lowerAscii()=='all')")

    private static let field = Finding.Field.droppedCapabilities

    /// Holds if every container drops `ALL` in any letter case, as container runtimes read it.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(field, reading: { $0.securityContext.capabilities.drop }) { dropped in
            ContainerVerdict(dropped?.contains { $0.equalsIgnoringCase("all") } ?? false)
        }
    }

    /// kubesec accepts one container that drops any name with `ALL` in it, in any letter case.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(field) { container in
            ContainerVerdict(container.securityContext.capabilities.drop?.contains { $0.containsIgnoringCase("all") } ?? false)
        }
    }
}
