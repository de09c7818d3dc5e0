import KubernetesAPI

/// Some ephemeral containers of a running Pod, each to be evaluated by the checks of standards as if it were the only one.
struct EphemeralContainersAlone {
    /// A container with the annotations that say something of it.
    private struct Annotated {
        let index: Int
        let name: String
        let annotations: [Annotation]
    }

    /// The indexes of the containers among the Pod's ephemeral containers.
    private let indexes: [Int]
    /// A Pod with these containers alone, each with the values that it inherits.
    private let pod: PodSpec
    /// The containers that annotations say something of, ascending.
    private let annotated: [Annotated]

    /// Takes the containers at some indexes out of their Pod; `nil` when none of the indexes is in range.
    init?(_ indexes: [Int], of subject: ScoringSubject) {
        let all = subject.pod.ephemeralContainers
        let indexes = indexes.filter(all.indices.contains)
        guard !indexes.isEmpty else { return nil }
        self.indexes = indexes
        var pod = subject.pod.inherited
        let inherited = pod.securityContext
        pod.securityContext = PodSecurityContext()
        pod.ephemeralContainers = all.elements(at: indexes)
        if inherited != PodSecurityContext() {
            let rare = inherited.rareSettings
            for index in pod.ephemeralContainers.indices {
                pod.ephemeralContainers[index].securityContext.inherit(inherited, rare)
            }
        }
        self.pod = pod
        annotated = Self.annotated(indexes, of: subject)
    }

    /// The findings of a check, container by container: first in the container, then in the annotations that name it.
    func findings(of entry: PodSecurityStandard.Entry) -> [Finding] {
        var found: [Finding] = []
        entry.search(pod, [], &found)
        let findings = found.ofEach(indexes)
        guard !annotated.isEmpty, entry.check.readsAnnotations else { return findings }
        var all: [Finding] = []
        var next = 0
        for container in annotated {
            let start = next
            next = findings.end(ofEphemeralContainersUpTo: container.index, from: start)
            all += findings[start..<next]
            all += Self.findings(of: entry, inAnnotationsOf: container)
        }
        return all + findings[next...]
    }

    private static func findings(of entry: PodSecurityStandard.Entry, inAnnotationsOf container: Annotated) -> [Finding] {
        var namesake = Container()
        namesake.name = container.name
        var pod = PodSpec()
        pod.ephemeralContainers = [namesake]
        var findings: [Finding] = []
        entry.search(pod, container.annotations, &findings)
        return findings.filter { $0.place == .metadata }
    }

    private static func annotated(_ indexes: [Int], of subject: ScoringSubject) -> [Annotated] {
        guard !subject.annotations.isEmpty else { return [] }
        let annotations = AnnotationsByContainer(subject.annotations)
        return indexes.compactMap { index in
            let name = subject.pod.ephemeralContainers[index].name
            let own = annotations.annotations(of: name)
            return own.isEmpty ? nil : Annotated(index: index, name: name, annotations: own)
        }
    }
}

extension [Finding] {
    /// The index behind the findings in ephemeral containers with an index up to a limit; the findings are sorted by it.
    fileprivate func end(ofEphemeralContainersUpTo limit: Int, from start: Int) -> Int {
        // A span lends its elements: thousands of findings must be cheap.
        let findings = span
        var end = start
        while end < findings.count, case .container(_, let index) = findings[end].place, index <= limit { end += 1 }
        return end
    }
}

extension PodSecurityContext {
    /// The settings that containers inherit and that lie outside of them; `nil` without any.
    fileprivate var rareSettings: RareSecuritySettingsBox? {
        var settings = RareSecuritySettings()
        settings.seLinuxOptions = seLinuxOptions
        settings.windowsOptions.hostProcess = windowsOptions.hostProcess
        return RareSecuritySettingsBox(settings)
    }
}

extension SecurityContext {
    /// Takes the Pod's values where the container has none of its own; `podRare` are those of the Pod that lie outside of a container.
    fileprivate mutating func inherit(_ pod: PodSecurityContext, _ podRare: RareSecuritySettingsBox?) {
        runAsNonRoot = runAsNonRoot ?? pod.runAsNonRoot
        runAsUser = runAsUser ?? pod.runAsUser
        if seccompProfile.isAbsent { seccompProfile = pod.seccompProfile }
        if appArmorProfile.isAbsent { appArmorProfile = pod.appArmorProfile }
        guard let podRare else { return }
        guard rare != nil else {
            // Thousands of containers share the Pod's settings; setting one after the other would take memory for each.
            setRare(podRare)
            return
        }
        seLinuxOptions = seLinuxOptions ?? pod.seLinuxOptions
        windowsOptions.hostProcess = windowsOptions.hostProcess ?? pod.windowsOptions.hostProcess
    }
}

extension Array {
    /// The elements at some indexes, which are in range and ascending; without a copy if these are all.
    func elements(at indexes: [Int]) -> [Element] {
        indexes.count == count ? self : indexes.map { self[$0] }
    }
}
