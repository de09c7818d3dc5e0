import KubernetesAPI

extension Rule {
    /// Matches Pods in which every container drops at least one capability.
    package static let capDropAny = Rule(
        id: "CapDropAny",
        selector: "containers[] .securityContext .capabilities .drop",
        polarity: .positive,
        scope: .container,
        reason: "An attacker cannot use a capability that the container has dropped.",
        fix: "add ALL to securityContext.capabilities.drop",
        fixClass: .application,
        except: .allIsDropped,
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
        appliesToWindows: false
    )
}

/// The checks of ``Rule/capDropAny``.
enum CapDropAny {
    /// As ``podscoreV1(_:)``.
    static let cel = CELCheck.fails(in: .containers, where: "!\(.droppedCapabilities).exists(x,x!='')")

    private static let field = Finding.Field.droppedCapabilities

    /// Holds if every container names at least one capability to drop.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        subject.everyContainer(field) { container in
            ContainerVerdict(container.securityContext.capabilities.drop?.contains { !$0.isEmpty } ?? false)
        }
    }

    /// kubesec accepts one container whose list has an entry, unless an entry is null or contains `<nil>`, as Go prints a null.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(field) { container in
            guard let drop = container.securityContext.capabilities.drop, !drop.isEmpty else { return .violates }
            return ContainerVerdict(!container.securityContext.capabilities.dropsNull && !drop.contains { $0.containsBytes(of: "<nil>") })
        }
    }
}
