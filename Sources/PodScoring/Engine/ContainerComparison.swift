package import KubernetesAPI

/// The containers of a Pod beside those of its older version, matched by name, since an update can move them in their lists.
///
/// Containers with the same name, which only other kinds than Kubernetes' own can have, count as one if any container was moved.
/// Marking and asking take time for the findings alone. A name is hashed once, however many findings are about its container.
package struct ContainerComparison {
    /// The Pod's containers.
    private let containers: ContainerNumbers
    /// The older version's containers; those that the Pod does not have are ``ContainerNumbers/none``.
    private let oldContainers: ContainerNumbers
    /// The round in which each number was marked last.
    private var rounds: [Int32]
    private var round: Int32 = 0

    /// Matches the containers of a Pod with those of its older version.
    package init(of pod: PodSpec, with old: PodSpec) {
        if pod.hasSameContainerNames(as: old) {
            // Nearly every update leaves them where they are, and comparing two names takes less time than hashing one.
            containers = ContainerNumbers(of: pod)
            oldContainers = containers
            rounds = Array(repeating: 0, count: pod.containerCount)
        } else {
            var numbers = Dictionary<NameBytes, Int32>(minimumCapacity: pod.containerCount)
            containers = ContainerNumbers(of: pod) { name in
                let next = Int32(clamping: numbers.count)
                let known = numbers.updateValue(next, forKey: name)
                if let known { numbers[name] = known }
                return known ?? next
            }
            oldContainers = ContainerNumbers(of: old) { numbers[$0] ?? ContainerNumbers.none }
            rounds = Array(repeating: 0, count: numbers.count)
        }
    }

    /// Removes all marks.
    package mutating func forgetAll() { round += 1 }

    /// Marks the containers of the older version that findings are in.
    package mutating func mark(_ oldFindings: [Finding]) {
        // A span lends its elements: thousands of findings must be cheap.
        let findings = oldFindings.span
        for position in findings.indices {
            if let number = oldContainers.number(of: findings[position]), number >= 0 { rounds[Int(number)] = round }
        }
    }

    /// Marks all containers of the older version.
    package mutating func markAll() {
        for number in oldContainers.all where number >= 0 { rounds[Int(number)] = round }
    }

    /// Tells whether all containers of the Pod that findings are in are marked.
    package func areMarked(_ findings: [Finding]) -> Bool {
        let findings = findings.span
        for position in findings.indices {
            if let number = containers.number(of: findings[position]), number < 0 || rounds[Int(number)] != round { return false }
        }
        return true
    }

    /// Whether all containers of the Pod are marked.
    package var areAllMarked: Bool { containers.all.allSatisfy { rounds[Int($0)] == round } }
}

/// The numbers of a Pod's containers.
private struct ContainerNumbers {
    /// The number of a container that the newer Pod does not have.
    static let none: Int32 = -1

    /// The numbers in the order of ``ContainerList``.
    let all: [Int32]
    private let firstContainer: Int
    private let firstEphemeralContainer: Int

    /// Numbers the containers by their positions.
    init(of pod: PodSpec) {
        self.init(pod, Array(0..<Int32(clamping: pod.containerCount)))
    }

    /// Asks for the number of each name.
    init(of pod: PodSpec, by number: (NameBytes) -> Int32) {
        var all: [Int32] = []
        all.reserveCapacity(pod.containerCount)
        for list in ContainerList.allCases {
            let containers = pod[list].span
            for index in containers.indices { all.append(number(NameBytes(containers[index].name))) }
        }
        self.init(pod, all)
    }

    private init(_ pod: PodSpec, _ all: [Int32]) {
        self.all = all
        firstContainer = pod.initContainers.count
        firstEphemeralContainer = firstContainer + pod.containers.count
    }

    /// The number of the container that a finding is in; ``none`` if there is no such container, `nil` for a finding elsewhere.
    @inline(__always)
    func number(of finding: borrowing Finding) -> Int32? {
        let start =
            switch finding.part {
            case .initContainer: 0
            case .container: firstContainer
            case .ephemeralContainer: firstEphemeralContainer
            case .pod, .metadata, .volume, .object: Int.max
            }
        if start == .max { return nil }
        let position = start + Int(finding.index)
        return position < all.count ? all[position] : Self.none
    }
}

extension PodSpec {
    /// Tells whether each list has containers with the same names, in the same order, as that of another Pod.
    fileprivate func hasSameContainerNames(as other: PodSpec) -> Bool {
        ContainerList.allCases.allSatisfy { list in
            let (containers, others) = (self[list].span, other[list].span)
            guard containers.count == others.count else { return false }
            for index in containers.indices where !containers[index].name.hasSameBytes(as: others[index].name) { return false }
            return true
        }
    }
}

/// The parts of an object that findings are in.
package struct FindingParts: OptionSet, Sendable {
    /// One bit for each part.
    package let rawValue: UInt8

    /// Creates parts from their bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The parts of some findings.
    package init(of findings: [Finding]) {
        self = []
        let findings = findings.span
        for position in findings.indices {
            switch findings[position].part {
            case .pod: insert(.pod)
            case .metadata: insert(.metadata)
            case .initContainer, .container, .ephemeralContainer: insert(.containers)
            case .volume, .object: insert(.others)
            }
        }
    }

    /// The Pod spec.
    package static let pod = Self(rawValue: 1)
    /// The metadata of the Pod or of its template.
    package static let metadata = Self(rawValue: 2)
    /// Containers of any list.
    package static let containers = Self(rawValue: 4)
    /// Volumes, and the object outside of the Pod spec.
    package static let others = Self(rawValue: 8)
}
