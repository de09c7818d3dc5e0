package import AdmissionPolicy
package import KubernetesAPI
package import PodScoring

/// The score, rules and standard that manifests should reach.
package struct FixGoal: Sendable {
    /// The ruleset that gives the score, unless a policy names another one.
    package let ruleset: Ruleset
    /// The policies to satisfy; `nil` for none.
    package let policies: PolicySet?
    /// The Pod Security Standard to meet; `nil` for none.
    package let standard: PodSecurityStandard?
    /// The Namespace of objects without one.
    package let defaultNamespace: String
    /// The day for ramps and waivers.
    package let today: CivilDate

    /// A goal.
    package init(ruleset: Ruleset, policies: PolicySet?, standard: PodSecurityStandard?, defaultNamespace: String, today: CivilDate) {
        self.ruleset = ruleset
        self.policies = policies
        self.standard = standard
        self.defaultNamespace = defaultNamespace
        self.today = today
    }

    /// Whether a policy or a standard sets the goal; without one, all fixes of the chosen classes are made.
    package var hasDemands: Bool { policies != nil || standard != nil }

    /// Finds what an object lacks; `nil` if no rule or policy applies to it.
    package func assess(_ object: KubernetesObject) -> FixAssessment? {
        let subject = ScoringSubject(object, context: .authored)
        var assessment: FixAssessment
        if let policies {
            guard let found = assess(object, by: policies) else { return nil }
            assessment = found
        } else {
            let report = Scorer(ruleset).score(subject)
            guard report.isScorable || standard != nil && object.podSpec != nil else { return nil }
            let failures = report.results.filter(\.outcome.fails)
            assessment = FixAssessment(subject: subject, report: report, minimum: nil)
            assessment.addProblems(of: failures, in: ruleset, demanded: [], scored: true)
        }
        guard let standard, object.podSpec != nil else { return assessment }
        assessment.add(StandardFindings(of: standard, in: subject))
        return assessment
    }

    /// Compares an object with the strongest level of its policy, as if that level denied.
    private func assess(_ object: KubernetesObject, by policies: PolicySet) -> FixAssessment? {
        guard let request = AdmissionRequest(creating: object, inNamespace: defaultNamespace) else { return nil }
        let policy = policies.policy(for: request.namespace).withStrongestLevelOnly
        // Audit mode writes no answer, and `wouldDeny` says what enforce mode would do.
        let decision = Decider(mode: .audit, today: today, podContext: .authored)
            .decide(request, by: policy, waivers: policies.waivers(in: request.namespace))
        guard let evaluation = decision.evaluation else { return nil }
        var assessment = FixAssessment(subject: evaluation.subject, report: evaluation.report, minimum: decision.minimumScore)
        let demanded = decision.violations.compactMap(\.rule)
        assessment.addProblems(of: evaluation.failures, in: evaluation.ruleset, demanded: demanded, scored: true)
        if evaluation.controls.ruleset !== evaluation.ruleset {
            let controls = evaluation.controls
            let failures = controls.failures.filter { demanded.contains(controls.ruleset.entries[$0.index].rule.id) }
            assessment.addProblems(of: failures, in: controls.ruleset, demanded: demanded, scored: false)
        }
        for findings in evaluation.standards { assessment.add(findings) }
        assessment.isReached = !decision.wouldDeny
        return assessment
    }
}

/// The score and the problems of an object, compared with a goal.
package struct FixAssessment: Sendable {
    /// The object as it is scored.
    package let subject: ScoringSubject
    /// The score; `nil` if the ruleset does not score the kind.
    package let score: Int?
    /// The best possible score.
    package let bestPossibleScore: Int?
    /// The minimum score that a policy demands; `nil` without one.
    package let minimum: Int?
    /// The failing rules and violated checks.
    package fileprivate(set) var problems: [FixProblem] = []
    /// Whether all demands are met; `true` without any.
    package fileprivate(set) var isReached = true

    /// An assessment without problems.
    init(subject: ScoringSubject, report: ScoreReport?, minimum: Int?) {
        self.subject = subject
        score = report?.isScorable == true ? report?.score : nil
        bestPossibleScore = report?.isScorable == true ? report?.bestPossibleScore : nil
        self.minimum = minimum
    }

    /// Adds the failing rules of a ruleset.
    fileprivate mutating func addProblems(of failures: [ScoreReport.Result], in ruleset: Ruleset, demanded: [String], scored: Bool) {
        for failure in failures {
            let entry = ruleset.entries[failure.index]
            let points = scored ? abs(entry.points) : 0
            let isDemanded = demanded.contains(entry.rule.id)
            problems.append(FixProblem(.rule(entry), at: failure.findings, in: subject, points: points, isDemanded: isDemanded))
        }
    }

    /// Adds the violations of a standard, each of which is demanded.
    fileprivate mutating func add(_ findings: StandardFindings) {
        for violation in findings.violations {
            let origin = FixProblem.Origin.check(violation.check, of: findings.standard)
            problems.append(FixProblem(origin, at: violation.findings, in: subject, points: 0, isDemanded: true))
            isReached = false
        }
    }

    /// The points that are missing to the minimum; 0 if none are.
    package var missingPoints: Int {
        guard let minimum, let score else { return 0 }
        return max(0, minimum - score)
    }
}

extension ScorePolicy {
    /// The policy with its strongest level as the one that denies, for Pods and workloads alike.
    fileprivate var withStrongestLevelOnly: ScorePolicy {
        ScorePolicy(
            name: name,
            namespaces: namespaces,
            ruleset: ruleset,
            enforce: enforce ?? warn ?? audit,
            workloads: .enforce,
            exempt: exempt
        )
    }
}
