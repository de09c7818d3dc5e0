import KubernetesAPI

extension Rule {
    /// Matches Pods with a CPU request for every container, or for the Pod as a whole.
    package static let requestsCPU = Rule(
        id: "RequestsCPU",
        selector: "containers[] .resources .requests .cpu",
        polarity: .positive,
        scope: .container,
        reason: "The scheduler reserves the CPU that a Pod requests; a Pod without a request can starve, or starve others.",
        fix: "set resources.requests.cpu",
        fixClass: .value,
        example: """
            containers:
              - name: app
                resources:
                  requests:
                    cpu: YOUR-CPU
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        blindSpot: """
            A manifest does not show the defaults that a LimitRange in its Namespace adds. Init containers count only if they are \
            restartable. For a Pod with Pod-level limits, the API server derives the Pod-level request from the containers, even \
            if only some of them have a request.
            """
    )
}

/// The checks of ``Rule/requestsCPU``.
enum RequestsCPU {
    /// As ``podscoreV1(_:)``; a stored amount that is not above zero is `0`.
    static let cel = CELCheck.fails(in: .longRunningContainers, where: ResourceFacts.lacksRequest("cpu"))

    /// Holds if an amount above zero applies to every container; where no request is set, the limit counts as the request.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.requests.cpu.isPositive(orLimit: subject.pod.resources.facts.limits.cpu)
        return subject.everyContainer(in: .longRunning, .requestsCPU, orPod: isMetByPod, reading: { $0.resources.facts }, judge)
    }

    /// Not inlined, so that the compiler copies the facts and not the container.
    @inline(never)
    private static func judge(_ facts: ResourceFacts) -> ContainerVerdict {
        ContainerVerdict(facts.requests.cpu.isPositive(orLimit: facts.limits.cpu))
    }

    /// kubesec accepts one regular container that has the key, whatever the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, .requestsCPU) { ContainerVerdict($0.resources.facts.requests.cpu != nil) }
    }
}
