package import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// The policy that applies in a Namespace on a day, and the decisions about objects there.
package struct PolicyExplanation: Sendable {
    /// An object with its decision.
    package struct Decided: Sendable {
        /// The file and the position of the object.
        package let title: String
        /// The request to create the object.
        package let request: AdmissionRequest
        /// The decision about the request.
        package let decision: Decision
        /// Where the Pod spec comes from.
        package let context: ScoringSubject.Context

        /// Creates an object with its decision.
        package init(title: String, request: AdmissionRequest, decision: Decision, context: ScoringSubject.Context) {
            self.title = title
            self.request = request
            self.decision = decision
            self.context = context
        }
    }

    /// The result of one rule or check for an object.
    struct RuleLine {
        /// The rule's id or the check's name.
        let id: String
        /// The points in the score; `nil` for a check, which has no points.
        let points: Int?
        /// The most points that the rule can add; 0 for a negative rule.
        let possiblePoints: Int
        /// Whether the object complies.
        let holds: Bool
        /// Where the rule is violated and how to fix it.
        let text: String
        /// The class of the fix; `nil` if the object complies.
        let fixClass: FixClass?
        /// The levels that demand the rule.
        let levels: [String]
        /// The name of the waiver that covers the violation.
        let waiver: String?
        /// The label of the ruleset that checks a demand; `nil` if it is the one that gives the score.
        var checkedBy: String?
    }

    /// The namespace.
    let namespace: String
    /// The day.
    let today: CivilDate
    /// For each policy, why it applies or does not.
    let standings: [PolicyStanding]
    /// The policy that applies, with the minimums that labels of the Namespace raise.
    let policy: ScorePolicy
    /// The labels of the Namespace; `nil` if they are not known.
    let labels: NamespaceLabels?
    /// The labels of the Namespace that should set a minimum score and have no effect, each with the reason.
    let idleLabels: [(label: MinimumLabel, value: String, reason: String)]
    /// Whether the built-in policy applies.
    let isBuiltIn: Bool
    /// The waivers that can apply in the Namespace.
    let waivers: [ScoreWaiver]
    /// The requesting user, and why the policy exempts them; `nil` if no user was given.
    var requester: (user: UserInfo, exemption: Exemption?)?
    /// The decided objects.
    package var decided: [Decided] = []

    /// Creates an explanation for a Namespace; without `labels` it explains what applies by the name alone.
    package init(namespace: String, labels: NamespaceLabels? = nil, policies: PolicySet, on today: CivilDate) {
        self.namespace = namespace
        self.today = today
        self.labels = labels
        standings = policies.standings(for: namespace, labels: labels)
        let found = policies.policy(in: namespace, with: labels ?? .none)
        policy = found.policy
        idleLabels = Self.idleLabels(labels ?? .none, found, on: today)
        waivers = policies.waivers(in: namespace)
        isBuiltIn = !standings.contains { standing in
            if case .applies = standing.reason { true } else { false }
        }
    }

    /// The labels that have no effect on a day: those that are invalid, not read, or not higher than the policy's own minimum.
    private static func idleLabels(
        _ labels: NamespaceLabels,
        _ found: PolicyInNamespace,
        on today: CivilDate
    ) -> [(label: MinimumLabel, value: String, reason: String)] {
        MinimumLabel.allCases.compactMap { label in
            guard let value = labels[label.rawValue], !found.policy.isSetByNamespace(label, on: today) else { return nil }
            let reason: String
            if let invalid = found.invalidLabels.first(where: { $0.label == label }) {
                reason = "not a whole number from 0 to \(invalid.best)"
            } else if found.policy.namespaceLabels == .ignore {
                reason = "the policy ignores labels of Namespaces"
            } else if let minimum = found.policy.level(of: label)?.minimumScore(on: today), Int(value).map({ $0 <= minimum }) == true {
                reason = "the policy's minimum is \(minimum)"
            } else {
                reason = "labels have no effect in this Namespace unless the policy names it exactly"
            }
            return (label, value, reason)
        }
    }

    /// Adds the requesting user; the decision about an empty Pod shows whether the policy exempts them.
    package mutating func add(_ user: UserInfo) {
        var pod = KubernetesObject()
        pod.kind = WorkloadKind.pod.rawValue
        pod.content = .pod(PodSpec())
        let request = AdmissionRequest(creating: pod, inNamespace: namespace, by: user)
        let decision = request.map { Decider(mode: .enforce, today: today).decide($0, by: policy, waivers: waivers) }
        requester = (user, decision?.exemption)
    }

    /// The levels of the policy, each with the label of a Namespace for it, the strongest first.
    var levels: [(label: MinimumLabel, level: ScorePolicy.Level)] {
        MinimumLabel.allCases.compactMap { label in policy.level(of: label).map { (label, $0) } }
    }

    /// Returns the result of each rule, in the ruleset's order, and the violated checks of the levels' standards.
    func rules(of decided: Decided) -> [RuleLine] {
        guard let evaluation = evaluation(of: decided) else { return [] }
        let places = FixText(pod: evaluation.subject.pod)
        let ruleset = evaluation.ruleset
        var lines = (evaluation.report?.results ?? []).map { result -> RuleLine in
            let entry = ruleset.entries[result.index]
            let waiver = waiver(of: entry.rule.id, in: decided.decision)
            let isPositive = entry.rule.polarity == .positive
            guard case .fails(let findings) = result.outcome else {
                let points = isPositive ? entry.points : 0
                return RuleLine(
                    id: entry.rule.id,
                    points: points,
                    possiblePoints: max(0, entry.points),
                    holds: true,
                    text: "",
                    fixClass: nil,
                    levels: levels(demanding: entry.rule.id),
                    waiver: nil
                )
            }
            return RuleLine(
                id: entry.rule.id,
                points: isPositive || waiver != nil ? 0 : entry.points,
                possiblePoints: max(0, entry.points),
                holds: false,
                text: places.text(of: entry.rule, findings: findings),
                fixClass: places.fixClass(of: entry.rule, findings: findings),
                levels: levels(demanding: entry.rule.id),
                waiver: waiver
            )
        }
        lines += controls(in: evaluation, places, decided.decision)
        lines += checks(in: evaluation, places, decided.decision)
        return lines
    }

    /// Returns what was found in an object before waivers: by its decision or, if that evaluated nothing or only a part, by the policy.
    private func evaluation(of decided: Decided) -> PodEvaluation? {
        if decided.request.subResource.isEmpty, let evaluation = decided.decision.evaluation { return evaluation.unwaived }
        guard let object = decided.request.object.object, object.podSpec != nil else { return nil }
        let kind = WorkloadKind(rawValue: decided.request.kind.kind)
        return PodEvaluation(ScoringSubject(object, as: kind, context: decided.context), by: policy)
    }

    /// Returns the results of required and forbidden rules if another ruleset checks them than the one that gives the score.
    private func controls(in evaluation: PodEvaluation, _ places: FixText, _ decision: Decision) -> [RuleLine] {
        let ruleset = evaluation.controls.ruleset
        guard ruleset !== policy.ruleset else { return [] }
        return evaluation.controls.results.map { result in
            let rule = ruleset.entries[result.index].rule
            return RuleLine(
                id: rule.id,
                points: nil,
                possiblePoints: 0,
                holds: !result.outcome.fails,
                text: result.outcome.fails ? places.text(of: rule, findings: result.findings) : "",
                fixClass: result.outcome.fails ? places.fixClass(of: rule, findings: result.findings) : nil,
                levels: demanding(rule.id),
                waiver: result.outcome.fails ? waiver(of: rule.id, in: decision) : nil,
                checkedBy: ruleset.label
            )
        }
    }

    /// Returns the violated checks of the levels' standards, each once.
    private func checks(in evaluation: PodEvaluation, _ places: FixText, _ decision: Decision) -> [RuleLine] {
        var lines: [RuleLine] = []
        for (_, level) in levels {
            guard let standard = level.podSecurityStandard else { continue }
            for violation in evaluation.violations(of: standard)
            where !lines.contains(where: { $0.id == violation.name }) {
                let demanding = levels.filter { $0.level.podSecurityStandard == standard }.map(\.label.levelName)
                lines.append(
                    RuleLine(
                        id: violation.name,
                        points: nil,
                        possiblePoints: 0,
                        holds: false,
                        text: places.text(of: violation.check, findings: violation.findings),
                        fixClass: places.fixClass(of: violation.check, findings: violation.findings),
                        levels: demanding,
                        waiver: waiver(of: violation.name, in: decision)
                    )
                )
            }
        }
        return lines
    }

    /// Returns the levels that demand a rule; empty if another ruleset checks demands.
    private func levels(demanding id: String) -> [String] {
        policy.ruleset.controls === policy.ruleset ? demanding(id) : []
    }

    private func demanding(_ id: String) -> [String] {
        levels.filter { $0.level.require.contains(id) || $0.level.forbid.contains(id) }.map(\.label.levelName)
    }

    private func waiver(of id: String, in decision: Decision) -> String? {
        decision.waivers.first { $0.rules.contains(id) }?.name
    }
}
