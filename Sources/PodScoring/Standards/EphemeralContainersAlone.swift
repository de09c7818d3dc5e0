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
    /// A Pod with these containers alone, without annotations.
    private let subject: ScoringSubject
    /// The containers that annotations say something of, ascending.
    private let annotated: [Annotated]

    /// Takes the containers at some indexes out of their Pod; indexes out of range are passed over.
    init(_ indexes: [Int], of whole: ScoringSubject) {
        self.indexes = indexes.filter(whole.pod.ephemeralContainers.indices.contains)
        subject = .eachAlone(ofEphemeralContainers: self.indexes, in: whole.pod)
        annotated = Self.annotated(self.indexes, of: whole)
    }

    /// The findings of a check, container by container: first in the container, then in the annotations that name it.
    func findings(of entry: PodSecurityStandard.Entry) -> [Finding] {
        var found: [Finding] = []
        entry.search(subject, &found)
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
        entry.search(ScoringSubject(pod: pod, annotations: container.annotations, context: .admittedPod), &findings)
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
