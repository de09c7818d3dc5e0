import KubernetesAPI

extension Rule {
    /// Matches Pods with a CPU limit for every container, or for the Pod as a whole.
    package static let limitsCPU = Rule(
        id: "LimitsCPU",
        selector: "containers[] .resources .limits .cpu",
        polarity: .positive,
        scope: .container,
        reason: "Without a limit, one container can use all of a node's CPU time.",
        fix: "set resources.limits.cpu",
        fixClass: .value,
        adjustments: [
            "A program that needs more CPU time than its limit gets slower: measure its use first."
        ],
        example: """
            containers:
              - name: app
                resources:
                  limits:
                    cpu: YOUR-CPU
            """,
        references: ["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
        implies: ["RequestsCPU"],
        blindSpot: """
            A manifest does not show the defaults that a LimitRange in its Namespace adds. Init containers count only if they are restartable.
            """
    )
}

/// The checks of ``Rule/limitsCPU``.
enum LimitsCPU {
    /// As ``podscoreV1(_:)``; a stored amount that is not above zero is `0`.
    static let cel = CELCheck.fails(in: .longRunningContainers, where: ResourceFacts.lacksLimit("cpu"))

    /// Holds if an amount above zero applies to every container: its own, or the Pod's.
    static func podscoreV1(_ subject: ScoringSubject) -> CheckOutcome {
        let isMetByPod = subject.pod.resources.facts.limits.cpu.isPositive
        return subject.everyContainer(in: .longRunning, .limitsCPU, orPod: isMetByPod, reading: { $0.resources.facts }) {
            ContainerVerdict($0.limits.cpu.isPositive)
        }
    }

    /// kubesec accepts one regular container that has the key, whatever the amount.
    static func kubesecV2(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, .limitsCPU) { ContainerVerdict($0.resources.facts.limits.cpu != nil) }
    }
}
