import KubernetesAPI

extension Rule {
    /// Matches Pods with a memory request for every container, or for the Pod as a whole.
    package static let requestsMemory = Rule(
        id: "RequestsMemory",
        selector: "containers[] .resources .requests .memory",
        polarity: .positive,
        scope: .container,
        reason: "The scheduler finds a node with the memory that a Pod requests; a Pod without a request is evicted first.",
        fix: "set resources.requests.memory",
        fixClass: .value,
        example: """
            containers:
              - name: app
                resources:
                  requests:
                    memory: YOUR-MEMORY
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        blindSpot: """
            A manifest does not show the defaults that a LimitRange in its Namespace adds. Init containers count only if they are \
            restartable. For a Pod with Pod-level limits, the API server derives the Pod-level request from the containers, even \
            if only some of them have a request.
            """
    )
}

/// The checks of ``Rule/requestsMemory``.
enum RequestsMemory {
    /// As ``podscoreV1(_:)``; a stored amount that is not above zero is `0`.
    static let cel = CELCheck.fails(in: .longRunningContainers, where: ResourceFacts.lacksRequest("memory"))

    /// Holds if an amount above zero applies to every container; where no request is set, the limit counts as the request.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.requests.memory.isPositive(orLimit: subject.pod.resources.facts.limits.memory)
        return subject.everyContainer(in: .longRunning, .requestsMemory, orPod: isMetByPod, reading: { $0.resources.facts }, judge)
    }

    /// Not inlined, so that the compiler copies the facts and not the container.
    @inline(never)
    private static func judge(_ facts: ResourceFacts) -> ContainerVerdict {
        ContainerVerdict(facts.requests.memory.isPositive(orLimit: facts.limits.memory))
    }

    /// kubesec accepts one regular container that has the key, whatever the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, .requestsMemory) { ContainerVerdict($0.resources.facts.requests.memory != nil) }
    }
}
