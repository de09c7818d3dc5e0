import KubernetesAPI
import PodScoring

extension PodEvaluation {
    /// Tells whether the score is lower than before, or a rule or a standard's check fails in a container in which it did not.
    ///
    /// Containers are compared by name, since an update can move them in their list. Both evaluations are by the same policy. Linear in
    /// the containers and findings of both.
    func isWorse(than old: PodEvaluation) -> Bool {
        // A kind that the ruleset does not score has no score that could be lower.
        if report != nil || old.report != nil {
            guard let score = report?.score, let oldScore = old.report?.score, score >= oldScore else { return true }
        }
        var names = NameNumbers(capacity: pod.containerCount + old.pod.containerCount)
        let places = FailingPlaces(of: self, numbering: &names)
        let oldPlaces = FailingPlaces(of: old, numbering: &names)
        return !places.areAmong(oldPlaces, outOf: names.count)
    }
}

/// Gives each different name a number, so that a name is hashed once however many findings are about it.
private struct NameNumbers {
    private var numbers: [NameBytes: Int]

    /// Makes room for some names, so that none is hashed again while the table grows.
    init(capacity: Int) {
        numbers = Dictionary(minimumCapacity: capacity)
    }

    /// The number of different names; each number is below it.
    var count: Int { numbers.count }

    /// The number of a name.
    subscript(name: String) -> Int {
        mutating get {
            let key = NameBytes(name)
            if let number = numbers[key] { return number }
            numbers[key] = numbers.count
            return numbers.count - 1
        }
    }
}

/// Where each rule and each check of an evaluation fails: in which containers, and outside all containers.
private struct FailingPlaces {
    /// Where one demand is not met.
    private struct Demand {
        /// The numbers of the names of containers in which it fails, and of annotations, whose names can include a container's.
        private(set) var names: [Int] = []
        /// Whether it fails outside all containers.
        private(set) var isOutside = false
        /// Whether it fails in the Pod itself.
        private(set) var isInPod = false
        /// Whether any finding is not in a container.
        private(set) var hasOtherPlaces = false

        /// Sorts findings by their places; without any the demand fails outside all containers.
        init(_ findings: [Finding], _ containers: ContainerNumbers, _ numbers: inout NameNumbers) {
            isOutside = findings.isEmpty
            var last: Int?
            // By index, since going over findings copies each with its texts.
            for position in findings.indices {
                switch findings[position].place {
                case .container(let list, let index):
                    let number = containers.number(at: index, in: list)
                    if let number, number != last { names.append(number) }
                    if number == nil { isOutside = true }
                    last = number
                case .metadata:
                    names.append(numbers[findings[position].field])
                    hasOtherPlaces = true
                case .pod, .volume, .object:
                    isOutside = true
                    isInPod = isInPod || findings[position].place == .pod
                    hasOtherPlaces = true
                }
            }
        }

        /// Adds places in which containers fail by what they inherit.
        mutating func add(_ inherited: Self) {
            names += inherited.names
            isOutside = isOutside || inherited.isOutside
        }

        /// Adds all containers.
        mutating func add(_ containers: ContainerNumbers) {
            names += containers.all
        }
    }

    /// By the index of the rule.
    private let rules: [Int: Demand]
    /// By the index of the rule in the ruleset that checks controls; empty where its findings are those of ``rules``.
    private let controls: [Int: Demand]
    /// By the place of the standard in the policy, then by the check's name.
    private let checks: [[String: Demand]]

    init(of evaluation: PodEvaluation, numbering names: inout NameNumbers) {
        let containers = ContainerNumbers(evaluation.pod, numbering: &names)
        let alone = evaluation.subject.eachAlone
        rules = Self.demands(of: evaluation.failures, in: evaluation.ruleset, alone, containers, &names)
        // Under another ruleset's checks a rule fails in other places, and each must be no worse.
        let others = evaluation.controlsAreScored ? [] : evaluation.controls.failures
        controls = Self.demands(of: others, in: evaluation.controls.ruleset, alone, containers, &names)
        checks = evaluation.standards.map { standard in
            var demands: [String: Demand] = [:]
            for violation in standard.violations {
                var demand = Demand(violation.findings, containers, &names)
                // A check that fails in the Pod itself fails whatever the containers say, so it counts in each of them.
                if violation.isContainerScoped, demand.isInPod { demand.add(containers) }
                demands[violation.check.id] = demand
            }
            return demands
        }
    }

    /// The places of failing rules, by the checks of a ruleset; `alone` is the subject that checks each container alone.
    private static func demands(
        of failures: [ScoreReport.Result],
        in ruleset: Ruleset,
        _ alone: ScoringSubject,
        _ containers: ContainerNumbers,
        _ names: inout NameNumbers
    ) -> [Int: Demand] {
        var demands: [Int: Demand] = [:]
        for failure in failures {
            var demand = Demand(failure.findings, containers, &names)
            // By index, since an entry has all texts of its rule.
            if demand.isInPod, ruleset.entries[failure.index].rule.scope == .container,
                case .fails(let inheriting) = ruleset.entries[failure.index].check(alone)
            {
                // A field that containers inherit has one finding, in the Pod. Here each container that inherits it counts.
                let inherited = Demand(inheriting, containers, &names)
                demand.add(inherited)
                if inherited.hasOtherPlaces { demand.add(containers) }
            }
            demands[failure.index] = demand
        }
        return demands
    }

    /// Tells whether every demand that fails in a place here also fails there in another evaluation by the same policy.
    func areAmong(_ others: FailingPlaces, outOf nameCount: Int) -> Bool {
        var seen = Marks(count: nameCount)
        for (mine, theirs) in [(rules, others.rules), (controls, others.controls)] {
            for (rule, demand) in mine {
                guard Self.isCovered(demand, by: theirs[rule], &seen) else { return false }
            }
        }
        for (demands, others) in zip(checks, others.checks) {
            for (check, demand) in demands {
                guard Self.isCovered(demand, by: others[check], &seen) else { return false }
            }
        }
        return true
    }

    private static func isCovered(_ demand: Demand, by other: Demand?, _ seen: inout Marks) -> Bool {
        guard let other, !demand.isOutside || other.isOutside else { return false }
        seen.forgetAll()
        for name in other.names { seen.mark(name) }
        return demand.names.allSatisfy(seen.isMarked)
    }
}

/// The numbers of the names of a Pod's containers.
private struct ContainerNumbers {
    private let initContainers: [Int]
    private let containers: [Int]
    private let ephemeralContainers: [Int]

    init(_ pod: PodSpec, numbering names: inout NameNumbers) {
        initContainers = Self.numbers(of: pod.initContainers, &names)
        containers = Self.numbers(of: pod.containers, &names)
        ephemeralContainers = Self.numbers(of: pod.ephemeralContainers, &names)
    }

    private static func numbers(of containers: [Container], _ names: inout NameNumbers) -> [Int] {
        var numbers: [Int] = []
        numbers.reserveCapacity(containers.count)
        for index in containers.indices { numbers.append(names[containers[index].name]) }
        return numbers
    }

    /// The numbers of the names of all containers.
    var all: [Int] { initContainers + containers + ephemeralContainers }

    /// The number of one container's name; `nil` if the Pod has no such container.
    func number(at index: Int, in list: ContainerList) -> Int? {
        let numbers =
            switch list {
            case .initContainers: initContainers
            case .containers: containers
            case .ephemeralContainers: ephemeralContainers
            }
        return numbers.indices.contains(index) ? numbers[index] : nil
    }
}

/// A set of small numbers that can be emptied in constant time.
private struct Marks {
    private var rounds: [Int]
    private var round = 0

    init(count: Int) {
        rounds = Array(repeating: 0, count: count)
    }

    mutating func forgetAll() { round += 1 }

    mutating func mark(_ number: Int) { rounds[number] = round }

    func isMarked(_ number: Int) -> Bool { rounds[number] == round }
}
