package import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// What applies in a namespace on a day, and what becomes of objects there.
package struct PolicyExplanation: Sendable {
    /// An object that was decided.
    package struct Decided: Sendable {
        /// What it is called: its file with its place.
        package let title: String
        /// What is asked.
        package let request: AdmissionRequest
        /// What was decided.
        package let decision: Decision
        /// Where its Pods come from.
        package let context: ScoringSubject.Context

        /// An object with its decision.
        package init(title: String, request: AdmissionRequest, decision: Decision, context: ScoringSubject.Context) {
            self.title = title
            self.request = request
            self.decision = decision
            self.context = context
        }
    }

    /// What one rule or check says of an object.
    struct RuleLine {
        /// The rule's id or the check's name.
        let id: String
        /// What the score gets from it; `nil` for a check, which has no points.
        let points: Int?
        /// The most that the score can get from it; 0 for a rule that only costs.
        let possiblePoints: Int
        /// Whether it is as the policy wants it.
        let holds: Bool
        /// What was found, and what to do about it.
        let text: String
        /// The levels that demand it.
        let levels: [String]
        /// The waiver that excuses it.
        let waiver: String?
        /// The ruleset whose check judges a demand, where another one gives the score; `nil` for what the score's says.
        var judge: String?
    }

    /// The namespace.
    let namespace: String
    /// The day.
    let today: CivilDate
    /// How each policy stands to the namespace.
    let standings: [PolicyStanding]
    /// The policy that applies.
    let policy: ScorePolicy
    /// Whether it is the built-in one.
    let isBuiltIn: Bool
    /// The waivers that can apply in the namespace.
    let waivers: [ScoreWaiver]
    /// Who asks, and whether the policy exempts them; `nil` where nobody was named.
    var requester: (user: UserInfo, exemption: Exemption?)?
    /// What was decided of objects.
    package var decided: [Decided] = []

    /// Explains a namespace.
    package init(namespace: String, policies: PolicySet, on today: CivilDate) {
        self.namespace = namespace
        self.today = today
        standings = policies.standings(for: namespace)
        policy = policies.policy(for: namespace)
        waivers = policies.waivers(in: namespace)
        isBuiltIn = !standings.contains { standing in
            if case .applies = standing.reason { true } else { false }
        }
    }

    /// Adds who asks: the policy decides about a Pod of theirs that says nothing.
    package mutating func add(_ user: UserInfo) {
        var request = AdmissionRequest()
        request.uid = "explain"
        request.kind.kind = WorkloadKind.pod.rawValue
        request.namespace = namespace
        request.userInfo = user
        var object = KubernetesObject()
        object.content = .pod(PodSpec())
        request.object = .decoded(object)
        let decision = Decider(mode: .enforce, today: today).decide(request, by: policy, waivers: waivers)
        requester = (user, decision.exemption)
    }

    /// The levels that are there, by their names, the strongest first.
    var levels: [(name: String, level: ScorePolicy.Level)] {
        [("enforce", policy.enforce), ("warn", policy.warn), ("audit", policy.audit)].compactMap { name, level in level.map { (name, $0) } }
    }

    /// What each rule and each check of the levels' standards says of an object, in the ruleset's order.
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
                levels: levels(demanding: entry.rule.id),
                waiver: waiver
            )
        }
        lines += controls(in: evaluation, places, decided.decision)
        lines += checks(in: evaluation, places, decided.decision)
        return lines
    }

    /// What was found in an object before waivers: by its decision, or where that evaluated none or only a part, by the policy.
    private func evaluation(of decided: Decided) -> PodEvaluation? {
        if decided.request.subResource.isEmpty, let evaluation = decided.decision.evaluation { return evaluation.unwaived }
        guard let object = decided.request.object.object, object.podSpec != nil else { return nil }
        return PodEvaluation(ScoringSubject(object, as: decided.request.kind.kind, context: decided.context), by: policy)
    }

    /// What the levels require and forbid, where other checks than those of the score judge it; none where the same do.
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
                levels: demanding(rule.id),
                waiver: result.outcome.fails ? waiver(of: rule.id, in: decision) : nil,
                judge: ruleset.label
            )
        }
    }

    /// The checks that the levels' standards find broken, each once.
    private func checks(in evaluation: PodEvaluation, _ places: FixText, _ decision: Decision) -> [RuleLine] {
        var lines: [RuleLine] = []
        for (_, level) in levels {
            guard let standard = level.podSecurityStandard else { continue }
            for violation in evaluation.violations(of: standard)
            where !lines.contains(where: { $0.id == violation.name }) {
                let demanding = levels.filter { $0.level.podSecurityStandard == standard }.map(\.name)
                lines.append(
                    RuleLine(
                        id: violation.name,
                        points: nil,
                        possiblePoints: 0,
                        holds: false,
                        text: places.text(of: violation.check, findings: violation.findings),
                        levels: demanding,
                        waiver: waiver(of: violation.name, in: decision)
                    )
                )
            }
        }
        return lines
    }

    /// The levels that demand what the score's check says; none where other checks judge demands.
    private func levels(demanding id: String) -> [String] {
        policy.ruleset.controls === policy.ruleset ? demanding(id) : []
    }

    private func demanding(_ id: String) -> [String] {
        levels.filter { $0.level.require.contains(id) || $0.level.forbid.contains(id) }.map(\.name)
    }

    private func waiver(of id: String, in decision: Decision) -> String? {
        decision.waivers.first { $0.rules.contains(id) }?.name
    }
}
