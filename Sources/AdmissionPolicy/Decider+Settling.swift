import KubernetesAPI
import PodScoring

extension Decider {
    /// Allows a request that no level looks at.
    func unscored(_ outcome: Decision.Outcome, _ request: AdmissionRequest, by policy: ScorePolicy) -> Decision {
        Decision(
            outcome: outcome,
            policy: policy.name,
            ruleset: policy.ruleset.label,
            score: nil,
            bestPossibleScore: nil,
            minimumScore: nil,
            violations: [],
            wouldDeny: false,
            response: Self.draft(of: request)
        ).answering()
    }

    /// Answers a request that the levels have judged; a denial carries no warnings, since its message says all of it.
    func judged(_ judgement: Judgement, _ request: AdmissionRequest, by policy: ScorePolicy) -> Decision {
        let report = judgement.assessment.report
        let decision = Decision(
            outcome: judgement.effect?.outcome ?? .allow,
            policy: policy.name,
            ruleset: policy.ruleset.label,
            score: report?.score,
            bestPossibleScore: report?.bestPossibleScore,
            minimumScore: judgement.minimumScore,
            violations: judgement.decisive?.violations ?? [],
            failures: judgement.failures,
            wouldDeny: judgement.wouldDeny,
            response: Self.draft(of: request)
        )
        guard let decisive = judgement.decisive else { return decision.answering() }
        let text = AnswerText(request: request, policy: policy, assessment: judgement.assessment, decisive: decisive)
        switch judgement.effect {
        case .deny:
            return decision.answering(denial: Self.denial(text), recorded: judgement.recorded)
        case .warn:
            return decision.answering(warnings: WarningLines.list(text), recorded: judgement.recorded)
        case .audit, nil:
            return decision.answering(recorded: judgement.recorded)
        }
    }

    /// Denies what cannot be judged where the policy denies at all; elsewhere warns, for nothing of it was checked.
    func undecodable(cap: Effect, _ request: AdmissionRequest, by policy: ScorePolicy) -> Decision {
        let strongest = min(policy.levels.first?.effect ?? .audit, cap)
        let effect = min(strongest, Effect(mode))
        let wouldDeny = strongest == .deny && effect != .deny
        let decision = Decision(
            outcome: effect.outcome,
            policy: policy.name,
            ruleset: policy.ruleset.label,
            score: nil,
            bestPossibleScore: nil,
            minimumScore: nil,
            violations: [.undecodable],
            wouldDeny: wouldDeny,
            response: Self.draft(of: request)
        )
        let message = UndecodableText.message(request, policy: policy)
        if effect == .deny {
            let cause = AdmissionResponse.Status.Cause(reason: Decision.Violation.undecodable.id, message: message, field: "")
            return decision.answering(
                denial: AdmissionResponse.Status(code: 422, reason: "Invalid", message: message, causes: [cause])
            )
        }
        guard mode != .audit else { return decision.answering() }
        return decision.answering(warnings: WarningLines.bounded([wouldDeny ? "would be denied: \(message)" : message]))
    }

    private static func denial(_ text: AnswerText) -> AdmissionResponse.Status {
        AdmissionResponse.Status(
            code: 403,
            reason: "Forbidden",
            message: DenialMessage.text(text),
            causes: DenialCauses.list(text)
        )
    }

    /// The answer before anything is said in it.
    private static func draft(of request: AdmissionRequest) -> AdmissionResponse {
        AdmissionResponse(uid: request.uid, denial: nil, warnings: [], auditAnnotations: [])
    }
}
