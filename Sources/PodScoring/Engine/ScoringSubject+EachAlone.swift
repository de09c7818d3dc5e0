package import KubernetesAPI

extension ScoringSubject {
    /// Some ephemeral containers of a running Pod, each to be judged as if it were the only one.
    ///
    /// The indexes are in range and ascending.
    package static func eachAlone(ofEphemeralContainers indexes: [Int], in pod: PodSpec) -> ScoringSubject {
        var alone = pod.inherited
        alone.ephemeralContainers = pod.ephemeralContainers.elements(at: indexes)
        return ScoringSubject(pod: alone, context: .admittedPod, asksEachAlone: true)
    }
}

extension [Finding] {
    /// Returns the findings of ephemeral containers judged together, sorted as if they had been judged one after the other.
    ///
    /// Findings outside of the containers are repeated for each of them, because the rest of a running Pod cannot change.
    /// - Parameter indexes: The containers' indexes among the Pod's ephemeral containers, ascending.
    /// - Returns: The findings container by container.
    package func ofEach(_ indexes: [Int]) -> [Finding] {
        var shared: [Finding] = []
        var isInOrder = true
        var last = 0
        for index in indices {
            guard case .container(_, let position) = self[index].place else {
                shared.append(self[index])
                continue
            }
            isInOrder = isInOrder && position >= last
            last = position
        }
        if shared.isEmpty && isInOrder {
            // The indexes are ascending and without gaps, so the findings already have their final places.
            return indexes.last == indexes.count - 1 ? self : compactMap { $0.ofContainer(in: indexes) }
        }
        var own: [[Finding]] = Array<[Finding]>(repeating: [], count: indexes.count)
        for finding in self {
            guard case .container(_, let position) = finding.place, own.indices.contains(position) else { continue }
            own[position].append(finding)
        }
        return indexes.indices.flatMap { position in
            shared.map { $0.moved(to: .container(.ephemeralContainers, indexes[position])) }
                + own[position].map { $0.moved(to: .container(.ephemeralContainers, indexes[position])) }
        }
    }
}

extension Finding {
    /// Returns the finding with the container's index in the Pod in place of its position among the judged ones.
    fileprivate func ofContainer(in indexes: [Int]) -> Finding? {
        guard case .container(_, let position) = place, indexes.indices.contains(position) else { return nil }
        return moved(to: .container(.ephemeralContainers, indexes[position]))
    }
}
