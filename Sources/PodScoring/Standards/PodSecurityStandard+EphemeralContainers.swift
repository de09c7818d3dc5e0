package import KubernetesAPI

extension PodSecurityStandard {
    /// Judges several ephemeral containers, each by itself.
    ///
    /// - Parameters:
    ///   - indexes: The indexes of the containers among the Pod's ephemeral containers.
    ///   - pod: The Pod in which they are to run.
    ///   - annotations: The annotations of that Pod.
    /// - Returns: The violations in the order of ``checks``, each with the findings of all containers.
    package func evaluate(ephemeralContainers indexes: [Int], of pod: PodSpec, annotations: [Annotation]) -> [StandardViolation] {
        let named = AnnotationsByContainer(annotations)
        let all = indexes.filter(pod.ephemeralContainers.indices.contains).flatMap { index in
            evaluate(ephemeralContainer: index, of: pod, annotations: named.annotations(of: pod.ephemeralContainers[index].name))
        }
        return checks.compactMap { check in
            let findings = all.filter { $0.name == check.name }.flatMap(\.findings)
            return findings.isEmpty ? nil : StandardViolation(check: check, findings: findings)
        }
    }

    /// Judges one ephemeral container by itself, with what it inherits from its Pod; nobody can mend the rest of a running Pod.
    ///
    /// - Parameters:
    ///   - index: The container's index among the Pod's ephemeral containers.
    ///   - pod: The Pod in which it is to run.
    ///   - annotations: The annotations of that Pod.
    /// - Returns: The violations of checks that look at containers. A value that the container inherits is found at the container, where
    ///   its own would win.
    package func evaluate(ephemeralContainer index: Int, of pod: PodSpec, annotations: [Annotation]) -> [StandardViolation] {
        guard pod.ephemeralContainers.indices.contains(index) else { return [] }
        let container = pod.ephemeralContainers[index].inheriting(pod.securityContext)
        var single = pod
        single.securityContext = PodSecurityContext()
        single.initContainers = []
        single.containers = []
        single.ephemeralContainers = [container]
        // Only checks of containers count below, and there can be thousands of volumes to be looked at for each container.
        single.volumes = []
        let relevant = annotations.filter { annotation in
            annotation.name.isExactly(Annotation.seccompPod) || annotation.isNamed(Annotation.appArmorPrefix, for: container.name)
                || annotation.isNamed(Annotation.seccompContainerPrefix, for: container.name)
        }
        return evaluate(pod: single, annotations: relevant).filter(\.isContainerScoped).map { violation in
            let findings = violation.findings.map { finding in
                finding.place == .metadata ? finding : Finding(.container(.ephemeralContainers, index), finding.field, fix: finding.fix)
            }
            return StandardViolation(check: violation.check, findings: findings)
        }
    }
}

extension Container {
    /// The container with the Pod's values where it has none of its own.
    fileprivate func inheriting(_ pod: PodSecurityContext) -> Container {
        var container = self
        container.securityContext.runAsNonRoot = securityContext.runAsNonRoot ?? pod.runAsNonRoot
        container.securityContext.runAsUser = securityContext.runAsUser ?? pod.runAsUser
        if securityContext.seccompProfile.isAbsent { container.securityContext.seccompProfile = pod.seccompProfile }
        if securityContext.appArmorProfile.isAbsent { container.securityContext.appArmorProfile = pod.appArmorProfile }
        container.securityContext.seLinuxOptions = securityContext.seLinuxOptions ?? pod.seLinuxOptions
        container.securityContext.windowsOptions.hostProcess = securityContext.windowsOptions.hostProcess ?? pod.windowsOptions.hostProcess
        return container
    }
}
