package import KubernetesAPI

extension PodSecurityStandard {
    /// Judges several ephemeral containers, each by itself, with what it inherits from its Pod; nobody can change the rest of a running Pod.
    ///
    /// A value that a container inherits is found at the container, where its own would win. Each check goes over the containers once, in a
    /// Pod that has nothing else, whatever their number.
    /// - Parameters:
    ///   - indexes: The indexes of the containers among the Pod's ephemeral containers; others are passed over.
    ///   - pod: The Pod in which they are to run.
    ///   - annotations: The annotations of that Pod.
    /// - Returns: The violations of checks that look at containers, in the order of ``checks``, each with the findings of all containers.
    package func evaluate(ephemeralContainers indexes: [Int], of pod: PodSpec, annotations: [Annotation]) -> [StandardViolation] {
        let indexes = indexes.filter(pod.ephemeralContainers.indices.contains)
        guard !indexes.isEmpty else { return [] }
        var alone = pod.inherited
        alone.securityContext = PodSecurityContext()
        alone.ephemeralContainers = indexes.map { pod.ephemeralContainers[$0].inheriting(pod.securityContext) }
        let own = Annotations(annotations, of: indexes, in: pod)
        var violations: [StandardViolation] = []
        for entry in entries where entry.check.scope == .container {
            var findings: [Finding] = []
            entry.search(alone, [], &findings)
            findings = findings.ofEach(indexes)
            if let own, entry.check.readsAnnotations { findings = own.adding(to: findings, by: entry.search) }
            if !findings.isEmpty { violations.append(StandardViolation(check: entry.check, findings: findings)) }
        }
        return violations
    }

    /// Judges one ephemeral container by itself, as ``evaluate(ephemeralContainers:of:annotations:)`` does.
    package func evaluate(ephemeralContainer index: Int, of pod: PodSpec, annotations: [Annotation]) -> [StandardViolation] {
        evaluate(ephemeralContainers: [index], of: pod, annotations: annotations)
    }
}

/// The ephemeral containers that are judged, each with the annotations that say something of it.
private struct Annotations {
    private struct Named {
        let place: Finding.Place
        let name: String
        let annotations: [Annotation]
    }

    private let containers: [Named]

    /// Looks up the annotations of each container; `nil` when none has any.
    init?(_ annotations: [Annotation], of indexes: [Int], in pod: PodSpec) {
        guard !annotations.isEmpty else { return nil }
        let named = AnnotationsByContainer(annotations)
        containers = indexes.map { index in
            let name = pod.ephemeralContainers[index].name
            return Named(place: .container(.ephemeralContainers, index), name: name, annotations: named.annotations(of: name))
        }
        guard containers.contains(where: { !$0.annotations.isEmpty }) else { return nil }
    }

    /// Puts what a check finds in the annotations of each container behind what it finds in the container.
    func adding(to findings: [Finding], by search: StandardCheck.Search) -> [Finding] {
        var rest = findings[...]
        var all: [Finding] = []
        for container in containers {
            let own = rest.prefix { $0.place == container.place }
            rest = rest.dropFirst(own.count)
            all += own
            guard !container.annotations.isEmpty else { continue }
            var namesake = Container()
            namesake.name = container.name
            var pod = PodSpec()
            pod.ephemeralContainers = [namesake]
            var found: [Finding] = []
            search(pod, container.annotations, &found)
            all += found.filter { $0.place == .metadata }
        }
        return all
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
