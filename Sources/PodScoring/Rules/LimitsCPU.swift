import KubernetesAPI

extension Rule {
    /// Matches a Pod whose containers all have a CPU limit, each for itself or together.
    package static let limitsCPU = Rule(
        id: "LimitsCPU",
        selector: "containers[] .resources .limits .cpu",
        polarity: .positive,
        scope: .container,
        reason: "Without a limit one container can take all of a node's CPU time, by accident or on purpose.",
        fix: "set resources.limits.cpu",
        effort: .needsKnowledge,
        example: """
            containers:
              - name: app
                resources:
                  limits:
                    cpu: YOUR-CPU
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        implies: ["RequestsCPU"],
        blindSpot: "A manifest does not show the defaults that a LimitRange of its namespace adds."
    )
}

/// The checks of ``Rule/limitsCPU``.
enum LimitsCPU {
    /// Holds when there is an amount above zero for every container.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.limits.cpu.isPositive
        return subject.everyContainer(in: .longRunning, "resources.limits.cpu", orPod: isMetByPod) {
            ContainerVerdict($0.resources.facts.limits.cpu.isPositive)
        }
    }

    /// kubesec is content with one normal container that has the key, and does not read the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, "resources.limits.cpu") { ContainerVerdict($0.resources.facts.limits.cpu != nil) }
    }
}
