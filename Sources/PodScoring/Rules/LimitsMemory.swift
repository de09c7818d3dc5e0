import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all have a memory limit, each for itself or together.
    package static let limitsMemory = Rule(
        id: "LimitsMemory",
        selector: "containers[] .resources .limits .memory",
        polarity: .positive,
        scope: .container,
        reason: "Without a limit one container can use up a node's memory and have other Pods killed.",
        fix: "set resources.limits.memory",
        effort: .needsKnowledge,
        example: """
            containers:
              - name: app
                resources:
                  limits:
                    memory: YOUR-MEMORY
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        implies: ["RequestsMemory"],
        blindSpot: "A manifest does not show the defaults that a LimitRange of its namespace adds."
    )
}

/// The checks of ``Rule/limitsMemory``.
enum LimitsMemory {
    /// Holds when there is an amount above zero for every container.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.limits.memory.isPositive
        return subject.everyContainer(in: .longRunning, "resources.limits.memory", orPod: isMetByPod) {
            ContainerVerdict($0.resources.facts.limits.memory.isPositive)
        }
    }

    /// kubesec is content with one normal container that has the key, and does not read the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, "resources.limits.memory") { ContainerVerdict($0.resources.facts.limits.memory != nil) }
    }
}
