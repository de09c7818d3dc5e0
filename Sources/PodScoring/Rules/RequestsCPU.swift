import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all have a CPU request, each for itself or together.
    package static let requestsCPU = Rule(
        id: "RequestsCPU",
        selector: "containers[] .resources .requests .cpu",
        polarity: .positive,
        scope: .container,
        reason: "The scheduler gives a Pod the CPU that it asks for; one that asks for nothing starves, or starves others.",
        fix: "set resources.requests.cpu",
        effort: .needsKnowledge,
        example: """
            containers:
              - name: app
                resources:
                  requests:
                    cpu: YOUR-CPU
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        blindSpot: """
            A manifest does not show the defaults that a LimitRange of its namespace adds, nor that the API server, where the Pod as a \
            whole has limits, makes its request of what its containers ask for, be it just some of them, be it for nothing.
            """
    )
}

/// The checks of ``Rule/requestsCPU``.
enum RequestsCPU {
    /// Holds when there is an amount above zero for every container; a limit is a request, too, where no request is set.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.requests.cpu.isPositive(orLimit: subject.pod.resources.facts.limits.cpu)
        return subject.everyContainer(in: .longRunning, "resources.requests.cpu", orPod: isMetByPod) {
            ContainerVerdict($0.resources.facts.requests.cpu.isPositive(orLimit: $0.resources.facts.limits.cpu))
        }
    }

    /// kubesec is content with one normal container that has the key, and does not read the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, "resources.requests.cpu") { ContainerVerdict($0.resources.facts.requests.cpu != nil) }
    }
}
