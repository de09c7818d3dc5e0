import KubernetesAPI
import PodScoring

extension Assessment {
    /// A rule that fails, or a standard's check that finds something, in one container or outside of all containers.
    private struct FailingPlace: Hashable {
        /// The rule's id or the standard with the check's name; ids and names are ASCII.
        let demand: String
        /// The container's name as bytes, or the annotation, whose name can hold a container's; `nil` outside of both.
        let container: [UInt8]?
    }

    /// Tells whether the score is lower than before, or a rule or a standard's check fails in a container in which it did not.
    ///
    /// Containers are known by their names, since an update can move them in their list. Beyond ``comparedContainerLimit`` containers the
    /// comparison is not made and the update counts as worse.
    func isWorse(than old: Assessment) -> Bool {
        guard max(containerCount, old.containerCount) <= Self.comparedContainerLimit else { return true }
        // A kind that the ruleset does not score has no score that could be lower.
        if report != nil || old.report != nil {
            guard let score = report?.score, let oldScore = old.report?.score, score >= oldScore else { return true }
        }
        return !failingPlaces.isSubset(of: old.failingPlaces)
    }

    /// The most containers whose faults are compared one by one, each with all annotations; no real workload has as many.
    private static let comparedContainerLimit = 256

    private var containerCount: Int {
        pod.initContainers.count + pod.containers.count + pod.ephemeralContainers.count
    }

    private var failingPlaces: Set<FailingPlace> {
        var places = failingPlaces(of: failures, in: ruleset)
        // Under another ruleset's checks a rule fails in other places, and each must be no worse.
        if !controlsAreScored { places.formUnion(failingPlaces(of: controls.failures, in: controls.ruleset, prefix: "control ")) }
        for (standard, violation) in standards.flatMap({ judged in judged.violations.map { (judged.standard, $0) } }) {
            places.formUnion(
                failingPlaces(
                    of: "\(standard) \(violation.name)",
                    findings: violation.findings,
                    inherits: violation.isContainerScoped
                ) { subject in
                    standard.evaluate(pod: subject.pod, annotations: subject.annotations).contains { $0.name == violation.name }
                }
            )
        }
        return places
    }

    /// The places of failing rules, by the checks of a ruleset; the prefix tells a rule of one ruleset from the same one of another.
    private func failingPlaces(
        of failures: [ScoreReport.Result],
        in ruleset: Ruleset,
        prefix: String = ""
    ) -> Set<FailingPlace> {
        var places: Set<FailingPlace> = []
        for failure in failures {
            let entry = ruleset.entries[failure.index]
            places.formUnion(
                failingPlaces(of: prefix + entry.rule.id, findings: failure.findings, inherits: entry.rule.scope == .container) {
                    guard case .fails(let findings) = entry.check($0) else { return false }
                    return !findings.isEmpty
                }
            )
        }
        return places
    }

    /// The places of one demand's findings; where containers inherit the fault from the Pod, those that fail when asked alone, too.
    private func failingPlaces(
        of demand: String,
        findings: [Finding],
        inherits: Bool,
        fails: (ScoringSubject) -> Bool
    ) -> [FailingPlace] {
        guard !findings.isEmpty else { return [FailingPlace(demand: demand, container: nil)] }
        var places = findings.map { finding in
            let name = finding.place == .metadata ? finding.field : pod.container(at: finding.place)?.name
            return FailingPlace(demand: demand, container: name.map { Array($0.utf8) })
        }
        if inherits, findings.contains(where: { $0.place == .pod }) {
            places += containers(where: fails).map { FailingPlace(demand: demand, container: Array($0.utf8)) }
        }
        return places
    }

    /// The names of the containers that fail when each is asked alone, for a finding blames what they inherit on the Pod, once for all.
    private func containers(where fails: (ScoringSubject) -> Bool) -> [String] {
        var names: [String] = []
        let named = AnnotationsByContainer(subject.annotations)
        for list in ContainerList.allCases {
            var alone = pod.withoutContainers
            // Demands on containers don't look at volumes, of which there can be thousands.
            alone.volumes = []
            for container in pod[list] {
                alone[list] = [container]
                let annotations = named.annotations(of: container.name)
                let subject = ScoringSubject(pod: alone, annotations: annotations, kind: subject.kind, context: subject.context)
                if fails(subject) { names.append(container.name) }
            }
        }
        return names
    }
}
