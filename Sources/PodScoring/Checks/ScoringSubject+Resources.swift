import KubernetesAPI

extension ScoringSubject {
    /// Holds when the Pod as a whole, or each container that keeps running, has an amount above zero.
    ///
    /// Ephemeral containers cannot carry resources, and an ordinary init container is gone before the others start.
    @inline(__always)
    func everyContainerHasAmount(_ field: String, _ amount: (borrowing ResourceRequirements) -> ResourceAmount?) -> CheckOutcome {
        guard !hasNoContainer else { return .fails([]) }
        if let amount = amount(pod.resources), amount.isPositive { return .holds }
        return everyContainer(in: .longRunning, field) { container in
            ContainerVerdict(amount(container.resources)?.isPositive ?? false)
        }
    }

    /// Holds when one normal container names the resource, whatever its amount, as kubesec counts.
    @inline(__always)
    func anyContainerNames(_ field: String, _ amount: (borrowing ResourceRequirements) -> ResourceAmount?) -> CheckOutcome {
        anyContainer(in: .normal, field) { ContainerVerdict(amount($0.resources) != nil) }
    }
}
