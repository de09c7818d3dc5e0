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
        var comparison = UpdateComparison(of: self, with: old)
        if comparison.findsNewPlaces(in: failures, since: old.failures, of: ruleset) { return true }
        // Under another ruleset's checks a rule fails in other places, and each must be no worse.
        let others = controlsAreScored ? [] : controls.failures
        if comparison.findsNewPlaces(in: others, since: old.controls.failures, of: controls.ruleset) { return true }
        return zip(standards, old.standards).contains { comparison.findsNewPlaces(in: $0.violations, since: $1.violations) }
    }
}

/// Looks for places in which a demand fails that it did not fail in before.
private struct UpdateComparison {
    private var containers: ContainerComparison
    /// The subjects that check each container alone.
    private let alone: ScoringSubject
    private let oldAlone: ScoringSubject

    init(of evaluation: PodEvaluation, with old: PodEvaluation) {
        containers = ContainerComparison(of: evaluation.pod, with: old.pod)
        alone = evaluation.subject.eachAlone
        oldAlone = old.subject.eachAlone
    }

    /// Tells whether a rule of a ruleset fails in a new place.
    mutating func findsNewPlaces(in failures: [ScoreReport.Result], since old: [ScoreReport.Result], of ruleset: Ruleset) -> Bool {
        for failure in failures {
            guard let position = old.position(ofRuleAt: failure.index) else { return true }
            let before = FailingPlaces(of: old[position], in: oldAlone, ruleset)
            before.mark(in: &containers)
            // Where each container failed before, none that inherits the failure is new.
            let isInheritanceKnown = containers.areAllMarked && alone.annotations.isEmpty
            let places = isInheritanceKnown ? FailingPlaces(failure.findings) : FailingPlaces(of: failure, in: alone, ruleset)
            guard places.areAmong(before, markedIn: containers) else { return true }
        }
        return false
    }

    /// Tells whether a check of a standard fails in a new place.
    mutating func findsNewPlaces(in violations: [StandardViolation], since old: [StandardViolation]) -> Bool {
        for violation in violations {
            guard let before = old.first(where: { $0.check.id == violation.check.id }) else { return true }
            let places = FailingPlaces(of: before)
            places.mark(in: &containers)
            guard FailingPlaces(of: violation).areAmong(places, markedIn: containers) else { return true }
        }
        return false
    }
}

/// Where a rule or a check fails: in which containers, and outside all containers.
private struct FailingPlaces {
    private let findings: [Finding]
    /// Those in containers that fail by what they inherit from the Pod.
    private var inherited: [Finding] = []
    /// The parts with findings of either kind.
    private var parts: FindingParts
    /// Whether it fails outside all containers.
    private var isOutside: Bool
    private var isInEachContainer = false

    /// The places of findings alone.
    init(_ findings: [Finding]) {
        self.findings = findings
        parts = FindingParts(of: findings)
        isOutside = findings.isEmpty || !parts.isDisjoint(with: [.pod, .others])
    }

    /// The places of a check of a standard.
    init(of violation: StandardViolation) {
        self.init(violation.findings)
        // A check that fails in the Pod itself fails whatever the containers say, so it counts in each of them.
        isInEachContainer = violation.isContainerScoped && parts.contains(.pod)
    }

    /// The places of a failing rule of a ruleset; `alone` is the subject that checks each container alone.
    init(of failure: ScoreReport.Result, in alone: ScoringSubject, _ ruleset: Ruleset) {
        self.init(failure.findings)
        // By index, since an entry has all texts of its rule.
        guard parts.contains(.pod), ruleset.entries[failure.index].rule.scope == .container,
            case .fails(let inheriting) = ruleset.entries[failure.index].check(alone)
        else { return }
        // A field that containers inherit has one finding, in the Pod. Here each container that inherits it counts.
        inherited = inheriting
        let inheritingParts = FindingParts(of: inheriting)
        isInEachContainer = !inheritingParts.isSubset(of: .containers)
        parts.formUnion(inheritingParts)
    }

    /// Marks the containers in which it fails, and no others.
    func mark(in containers: inout ContainerComparison) {
        containers.forgetAll()
        containers.mark(findings)
        containers.mark(inherited)
        if isInEachContainer { containers.markAll() }
    }

    /// Tells whether all of these places are also places of an older evaluation, whose containers are marked.
    func areAmong(_ old: FailingPlaces, markedIn containers: ContainerComparison) -> Bool {
        (!isOutside || old.isOutside) && areAnnotationsAmong(old) && containers.areMarked(findings) && containers.areMarked(inherited)
            && (!isInEachContainer || containers.areAllMarked)
    }

    private func areAnnotationsAmong(_ old: FailingPlaces) -> Bool {
        guard parts.contains(.metadata) else { return true }
        // Nearly every update leaves them as they are, and comparing takes less time than hashing.
        return hasSameFindings(as: old) || Set(annotations).isSubset(of: old.annotations)
    }

    private func hasSameFindings(as old: FailingPlaces) -> Bool {
        inherited.isEmpty && old.inherited.isEmpty && findings.areStored(like: old.findings)
    }

    /// The fields of findings in annotations, whose names can include a container's.
    private var annotations: [NameBytes] {
        (findings + inherited).filter { $0.place == .metadata }.map { NameBytes($0.field) }
    }
}
