import KubernetesAPI

extension Rule {
    /// Matches Pods with a memory limit for every container, or for the Pod as a whole.
    package static let limitsMemory = Rule(
        id: "LimitsMemory",
        selector: "containers[] .resources .limits .memory",
        polarity: .positive,
        scope: .container,
        reason: "Without a limit, one container can use up a node's memory, and other Pods are killed.",
        fix: "set resources.limits.memory",
        fixClass: .value,
        adjustments: [
            "A container that needs more memory than its limit is killed: measure its use first, and set the limit above the peak."
        ],
        example: """
            containers:
              - name: app
                resources:
                  limits:
                    memory: YOUR-MEMORY
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        implies: ["RequestsMemory"],
        blindSpot: """
            A manifest does not show the defaults that a LimitRange in its Namespace adds. Init containers count only if they are restartable.
            """
    )
}

/// The checks of ``Rule/limitsMemory``.
enum LimitsMemory {
    /// As ``podscoreV1(_:)``; a stored amount that is not above zero is `0`.
    static let cel = CELCheck.fails(in: .longRunningContainers, where: ResourceFacts.lacksLimit("memory"))

    /// Holds if an amount above zero applies to every container: its own, or the Pod's.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.limits.memory.isPositive
        return subject.everyContainer(in: .longRunning, .limitsMemory, orPod: isMetByPod, reading: { $0.resources.facts }) {
            ContainerVerdict($0.limits.memory.isPositive)
        }
    }

    /// kubesec accepts one regular container that has the key, whatever the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, .limitsMemory) { ContainerVerdict($0.resources.facts.limits.memory != nil) }
    }
}
