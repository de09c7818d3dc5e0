import KubernetesAPI
import PodScoring

extension Assessment {
    /// A rule that fails in one container, or outside of all containers.
    private struct FailingPlace: Hashable {
        let index: Int
        /// The container's name as bytes; `nil` outside of containers.
        let container: [UInt8]?
    }

    /// Tells whether the score is lower than before, or a rule fails in a container in which it did not.
    ///
    /// Containers are known by their names, since an update can move them in their list.
    func isWorse(than old: Self) -> Bool {
        guard let score = report?.score, let oldScore = old.report?.score, score >= oldScore else { return true }
        return !failingPlaces.isSubset(of: old.failingPlaces)
    }

    private var failingPlaces: Set<FailingPlace> {
        var places: Set<FailingPlace> = []
        for failure in failures {
            if failure.findings.isEmpty {
                places.insert(FailingPlace(index: failure.index, container: nil))
            }
            for finding in failure.findings {
                let name = pod.container(at: finding.place)?.name
                places.insert(FailingPlace(index: failure.index, container: name.map { Array($0.utf8) }))
            }
            if failure.findings.contains(where: { $0.place == .pod }), rule(of: failure).scope == .container {
                places.formUnion(heirs(failing: failure.index))
            }
        }
        return places
    }

    /// The containers that fail a rule when each is asked alone, for a finding blames what they inherit on the Pod, once for all.
    private func heirs(failing index: Int) -> [FailingPlace] {
        var heirs: [FailingPlace] = []
        for list in ContainerList.allCases {
            var alone = pod.withoutContainers
            for container in pod[list] {
                alone[list] = [container]
                let subject = ScoringSubject(pod: alone, annotations: subject.annotations, kind: subject.kind, context: subject.context)
                guard case .fails(let findings) = ruleset.entries[index].check(subject), !findings.isEmpty else { continue }
                heirs.append(FailingPlace(index: index, container: Array(container.name.utf8)))
            }
        }
        return heirs
    }
}
