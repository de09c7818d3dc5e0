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
        if areSortedByEphemeralContainer {
            // The indexes are ascending and without gaps, so the findings already have their final places.
            return indexes.last == indexes.count - 1 ? self : compactMap { $0.ofContainer(in: indexes) }
        }
        let shared = filter { $0.part != .ephemeralContainer }
        let own = order(ofContainers: indexes.count)
        var all: [Finding] = []
        all.reserveCapacity(shared.count * indexes.count + own.positions.count)
        for (position, index) in indexes.enumerated() {
            let place = Finding.Place.container(.ephemeralContainers, index)
            for finding in shared { all.append(finding.moved(to: place)) }
            for found in own.positions[own.starts[position]..<own.starts[position + 1]] { all.append(self[found].moved(to: place)) }
        }
        return all
    }

    /// Whether all findings are in ephemeral containers, in the containers' order.
    private var areSortedByEphemeralContainer: Bool {
        // A span lends its elements: thousands of findings must be cheap.
        let findings = span
        var last: Int32 = 0
        for index in findings.indices {
            guard findings[index].part == .ephemeralContainer, findings[index].index >= last else { return false }
            last = findings[index].index
        }
        return true
    }

    /// Sorts the findings in ephemeral containers by the container, and leaves those of one container in their order.
    ///
    /// - Returns: The positions of the findings, and for each container where its positions start; the last start is the end.
    private func order(ofContainers count: Int) -> (positions: [Int], starts: [Int]) {
        var starts = Array<Int>(repeating: 0, count: count + 1)
        for finding in self {
            if case .container(_, let container) = finding.place, container < count { starts[container + 1] += 1 }
        }
        for container in 0..<count { starts[container + 1] += starts[container] }
        var positions = Array<Int>(repeating: 0, count: starts[count])
        var next = starts
        for index in indices {
            guard case .container(_, let container) = self[index].place, container < count else { continue }
            positions[next[container]] = index
            next[container] += 1
        }
        return (positions, starts)
    }
}

extension Finding {
    /// Returns the finding with the container's index in the Pod in place of its position among the judged ones.
    fileprivate func ofContainer(in indexes: [Int]) -> Finding? {
        guard case .container(_, let position) = place, indexes.indices.contains(position) else { return nil }
        return moved(to: .container(.ephemeralContainers, indexes[position]))
    }
}

extension Array {
    /// The elements at some indexes, which are in range and ascending; without a copy if these are all.
    fileprivate func elements(at indexes: [Int]) -> [Element] {
        indexes.count == count ? self : indexes.map { self[$0] }
    }
}
