import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all have a memory request, each for itself or together.
    package static let requestsMemory = Rule(
        id: "RequestsMemory",
        selector: "containers[] .resources .requests .memory",
        polarity: .positive,
        scope: .container,
        reason: """
            The scheduler finds a node with the memory that a Pod asks for; one that asks for nothing is the first to be \
            evicted.
            """,
        fix: "set resources.requests.memory",
        effort: .needsKnowledge,
        example: """
            containers:
              - name: app
                resources:
                  requests:
                    memory: YOUR-MEMORY
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        blindSpot: """
            A manifest does not show the defaults that a LimitRange of its namespace adds, nor that the API server, where the Pod as a \
            whole has limits, makes its request of what its containers ask for, be it just some of them, be it for nothing.
            """
    )
}

/// The checks of ``Rule/requestsMemory``.
enum RequestsMemory {
    /// Holds when there is an amount above zero for every container; a limit is a request, too, where no request is set.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.requests.memory.isPositive(orLimit: subject.pod.resources.facts.limits.memory)
        return subject.everyContainer(in: .longRunning, "resources.requests.memory", orPod: isMetByPod) {
            ContainerVerdict($0.resources.facts.requests.memory.isPositive(orLimit: $0.resources.facts.limits.memory))
        }
    }

    /// kubesec is content with one normal container that has the key, and does not read the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, "resources.requests.memory") { ContainerVerdict($0.resources.facts.requests.memory != nil) }
    }
}
